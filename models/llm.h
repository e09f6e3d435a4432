/* SPDX-License-Identifier: GPL-3.0-or-later */
/* llm.h - a language model served by iterations: costs, limits, what one iteration takes.
 *
 * Every iteration gives one token to each sequence that decodes and reads prompt tokens of
 * those that do not yet, as far as the token budget goes. The iteration that reads the last
 * token of a prompt gives the first token of the answer. A sequence is admitted, first come
 * first served, while there is a place, budget, and room in the KV cache for its prompt and its
 * whole answer; what it reserves is given back when it ends, so that nothing is ever evicted.
 *
 * A server that schedules asynchronously composes an iteration when the one before it begins,
 * so that the GPU never waits for it: what arrives in between is admitted one iteration later.
 * Where nothing is under way there is nothing to run ahead of.
 *
 *   T = base + prefill x (prompt tokens read) + decode x (sequences that decode)
 *       + context x (tokens that they attend to)       on the whole reference GPU, ns
 *
 * Source of the scheme: Yu et al., Orca, OSDI 2022; Agrawal et al., Sarathi-Serve, OSDI 2024
 * (chunked prefill). docs/workloads.md. */
#ifndef MODELS_LLM_H
#define MODELS_LLM_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/core/dist.h"
#include "sim/core/vmath.h"

enum {
    LLM_SEQUENCES_MAX = 4096,
    LLM_TOKENS_MAX = 1 << 24 /* of one prompt or one answer */
};

struct llm {
    double base_ns;            /* >= 0 */
    double prefill_ns;         /* per prompt token, >= 0 */
    double decode_ns;          /* per decoding sequence, >= 0 */
    double context_ns;         /* per token in the context of a decoding sequence, >= 0 */
    int max_sequences;         /* admitted at once, 1 .. LLM_SEQUENCES_MAX */
    int max_batched_tokens;    /* of one iteration, >= max_sequences */
    bool is_async;             /* an iteration is composed while the one before it runs */
    double kv_bytes_per_token; /* 0: the cache is not looked at */
    double weights_bytes;      /* of the framebuffer that are not for the cache */
    int64_t kv_tokens;         /* that the cache holds in the mode's framebuffer; 0: no limit */
    struct dist prompt; /* tokens, where there is no trace; drawn values become whole, >= 1 */
    struct dist output;
    double prompt_mean, output_mean;  /* of the trace or the distributions ... */
    double product_mean, square_mean; /* ... of prompt x output, and of output x output */
};

/* Tokens of one request in one word. 1 <= prompt, output <= LLM_TOKENS_MAX. */
static inline int64_t llm_pack(int64_t prompt, int64_t output)
{
    return prompt << 32 | output;
}

static inline int64_t llm_prompt(int64_t packed)
{
    return packed >> 32;
}

static inline int64_t llm_output(int64_t packed)
{
    return packed & 0xffffffff;
}

/* One iteration on the whole reference GPU, whole ns >= 1. */
static inline int64_t llm_iteration_ns(const struct llm *m, int64_t prompt_tokens,
                                       int64_t decoding, int64_t context)
{
    double ns = m->base_ns + m->prefill_ns * (double)prompt_tokens +
                m->decode_ns * (double)decoding + m->context_ns * (double)context;
    return ns < 1.0 ? 1 : (int64_t)vmath_round(ns);
}

#endif
