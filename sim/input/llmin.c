/* SPDX-License-Identifier: GPL-3.0-or-later */
/* llmin.c - a language model from its fields: costs of an iteration, limits of the server, and
 * tokens drawn or read from two columns of a log. */
#include "sim/input/llmin.h"

#include <math.h>

#include "sim/input/arrivalin.h"
#include "sim/input/distin.h"
#include "sim/input/tracein.h"

/* A time that may be written alone instead of a mapping with it under `inner`. */
static double cost_ns(const struct field_map *m, const char *key, const char *inner)
{
    const struct yaml_node *node = field_node(m, key);
    if (node == NULL) {
        return 0;
    }
    if (node->kind != YAML_MAP) {
        return field_real(m, key);
    }
    const struct field_map sub = field_sub(m, key);
    return field_has(&sub, inner) ? field_real(&sub, inner) : 0;
}

/* Tokens from two columns of the file: read as two services, packed into one. */
static void read_token_rows(const struct field_map *m, const struct tenant_context *x,
                            struct work *w, struct trace_names *names,
                            const char *const column[2], const struct span at[2])
{
    struct trace_conf conf;
    struct trace_rows *rows = arena_alloc(m->r->arena, 2, sizeof *rows);
    if (!tracein_begin(m, x, w, names, &conf) || rows == NULL) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        conf.service = column[i];
        conf.service_at = at[i];
        conf.service_unit = TRACE_TOKENS;
        if (!trace_read(m->r->arena, &conf, &rows[i], m->r->d)) {
            return;
        }
    }
    struct llm *llm = w->own_llm;
    for (int64_t i = 0; i < rows[0].n; i++) {
        for (int k = 0; k < 2; k++) {
            int64_t *n = &rows[k].service_ns[i];
            *n = *n < 1 ? 1 : *n;
        }
        const double prompt = (double)rows[0].service_ns[i];
        const double output = (double)rows[1].service_ns[i];
        llm->prompt_mean += prompt / (double)rows[0].n;
        llm->output_mean += output / (double)rows[0].n;
        llm->product_mean += prompt * output / (double)rows[0].n;
        llm->square_mean += output * output / (double)rows[0].n;
        rows[0].service_ns[i] = llm_pack(rows[0].service_ns[i], rows[1].service_ns[i]);
    }
    w->trace = rows;
}

/* Refuses what only requests of the other origin have: of a file, or drawn. */
static void refuse_other_origin(const struct field_map *m)
{
    static const char *const of_file[] = {"arrival", "offset", "speedup"};
    if (field_has(m, "file")) {
        if (field_has(m, "arrivals")) {
            diag_error(m->r->d, field_at(m, "arrivals"),
                       "'file' and 'arrivals' exclude each other");
            diag_help(m->r->d, "keep 'file' with its 'arrival', or 'arrivals'");
        }
        return;
    }
    for (size_t i = 0; i < sizeof of_file / sizeof of_file[0]; i++) {
        if (field_has(m, of_file[i])) {
            diag_error(m->r->d, field_at(m, of_file[i]), "'%s' needs a 'file'", of_file[i]);
            diag_help(m->r->d, "write file: and the columns of 'prompt' and 'output', or leave "
                               "it out");
        }
    }
}

/* Refuses a distribution beside a column of the file, and a column where there is no file. */
static void refuse_other_tokens(const struct field_map *part, const char *key, bool is_trace)
{
    const char *other = is_trace ? "dist" : "column";
    if (field_has(part, other) && (!is_trace || field_has(part, "column"))) {
        diag_error(part->r->d, field_at(part, other), "'%s' of '%s' goes with %s", other, key,
                   is_trace ? "drawn requests, and there is a 'file'" : "a 'file' only");
    }
}

static void read_tokens(const struct field_map *m, const struct tenant_context *x,
                        struct work *w, struct trace_names *names)
{
    static const char *const keys[] = {"prompt", "output"};
    struct llm *llm = w->own_llm;
    const bool is_trace = field_has(m, "file");
    const char *column[2] = {NULL, NULL};
    struct span at[2] = {SPAN_NONE, SPAN_NONE};
    for (int i = 0; i < 2; i++) {
        const struct field_map part = field_sub(m, keys[i]);
        if (part.node == NULL) {
            continue;
        }
        refuse_other_tokens(&part, keys[i], is_trace);
        if (!is_trace) {
            struct value_names unused = {0};
            struct dist *d = i == 0 ? &llm->prompt : &llm->output;
            distin_read(&part, x, d, &unused);
            const double mean = d->mean > 1 ? d->mean : 1;
            *(i == 0 ? &llm->prompt_mean : &llm->output_mean) = mean;
            const double scv = dist_scv(d);
            llm->square_mean = mean * mean * (1 + (isfinite(scv) ? scv : 0));
            continue;
        }
        column[i] = field_text(&part, "column");
        at[i] = field_at(&part, "column");
        if (column[i] == NULL) {
            diag_error(m->r->d, part.at, "'%s' of a file needs its 'column'", keys[i]);
            diag_help(m->r->d, "write %s: {column: %s}", keys[i],
                      i == 0 ? "ContextTokens" : "GeneratedTokens");
        }
    }
    llm->product_mean = llm->prompt_mean * llm->output_mean;
    names->prompt = column[0];
    names->output = column[1];
    if (column[0] != NULL && column[1] != NULL) {
        read_token_rows(m, x, w, names, column, at);
    }
}

void llmin_read(const struct field_map *m, const struct tenant_context *x, struct tenant *t,
                struct trace_names *names)
{
    struct work *w = &t->work;
    struct diag *d = m->r->d;
    struct llm *llm = arena_alloc(m->r->arena, 1, sizeof *llm);
    if (llm == NULL) {
        diag_machine(d, "out of memory while reading 'workload'");
        return;
    }
    w->kind = WORK_LLM;
    w->llm = w->own_llm = llm;
    llm->prefill_ns = cost_ns(m, "prefill", "per-token");
    llm->base_ns = cost_ns(m, "decode", "base");
    const struct yaml_node *costs = field_node(m, "decode");
    if (costs != NULL && costs->kind == YAML_MAP) {
        const struct field_map decode = field_sub(m, "decode");
        llm->decode_ns =
            field_has(&decode, "per-sequence") ? field_real(&decode, "per-sequence") : 0;
        llm->context_ns =
            field_has(&decode, "per-token") ? field_real(&decode, "per-token") : 0;
    }
    llm->max_sequences = field_int(m, "max-sequences");
    llm->max_batched_tokens = field_int(m, "max-batched-tokens");
    if (llm->max_batched_tokens < llm->max_sequences) {
        diag_error(d, field_at(m, "max-batched-tokens"),
                   "%d tokens an iteration are fewer than %d sequences, which take one each",
                   llm->max_batched_tokens, llm->max_sequences);
        diag_help(d, "write 'max-batched-tokens: %d' or more", llm->max_sequences);
    }
    if (!(llm->prefill_ns + llm->base_ns + llm->decode_ns + llm->context_ns > 0)) {
        diag_error(d, m->at, "an iteration takes no time: 'prefill' and 'decode' are 0");
        diag_help(d, "write something like prefill: {per-token: 65 us}, decode: {base: 12 ms}");
    }
    llm->is_async = field_bool(m, "async-scheduling");
    llm->kv_bytes_per_token =
        field_has(m, "kv-bytes-per-token") ? field_real(m, "kv-bytes-per-token") : 0;
    llm->weights_bytes = field_has(m, "weights") ? field_real(m, "weights") : 0;
    if (t->vgpus > 1) {
        diag_error(d, m->at, "a model that is spread over %d vGPUs is not modelled", t->vgpus);
        diag_help(d, "describe the costs of the group as those of one GPU, with 'vgpus: 1'");
    }
    refuse_other_origin(m);
    read_tokens(m, x, w, names);
    if (!field_has(m, "file")) {
        if (!field_has(m, "arrivals")) {
            field_missing(m, "arrivals");
        }
        arrivalin_read(m, x, &w->arrivals, names);
    }
}
