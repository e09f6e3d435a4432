/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rmpvmrl.c - the driver's registry dword RmPVMRL in words.
 *
 * Everything said comes from the decoder that reads scenarios (models/sched.c); here it is only
 * put into words. Two values of the vendor's guide say something else than the guide says they
 * do; for such the value that was meant is named. Source: nvrm_registry.h of the open kernel
 * module 595.45.04 [OGKM], ranges of the vGPU user guide 7.3. */
#include "sim/plan/rmpvmrl.h"

#include "sim/base/units.h"

enum {
    WORD_SHOWN = 40 /* characters of a wrong value that a message repeats */
};

static void add_time(struct text *out, int64_t ns)
{
    units_exact(out, Q_TIME, (double)ns);
}

/* Fields of the value, as written: no clamp. */
static uint32_t frequency_bits(uint32_t value)
{
    return value >> 12 & 0x3ffU;
}

static uint32_t slice_bits(uint32_t value)
{
    return value >> 16 & 0xffU;
}

int64_t rmpvmrl_slice_ns(const struct sched_rmpvmrl *x)
{
    if (x->discipline == DISCIPLINE_LEGACY) {
        return (int64_t)x->slice_ms * 1000000;
    }
    return x->frequency_hz > 0 ? sched_slice_of_frequency_ns(x->frequency_hz) : 0;
}

void rmpvmrl_bits(uint32_t value, const struct sched_rmpvmrl *x, const char *prefix,
                  struct text *out)
{
    text_addf(out, "%sbit 0      %-4u %s\n", prefix, value & 1U,
              (value & 1U) != 0 ? "a run list for each VM" : "best effort");
    if ((value & 1U) == 0) {
        return;
    }
    text_addf(out, "%sbit 1      %-4u %s\n", prefix, value >> 1 & 1U,
              x->discipline == DISCIPLINE_LEGACY ? "legacy: least scheduled time first"
                                                 : "strict round robin");
    text_addf(out, "%sbit 3      %-4u %s\n", prefix, value >> 3 & 1U,
              (value >> 3 & 1U) == 0 ? "weighted scheduler" : "regular time slicing");
    text_addf(out, "%sbits 7:4   %-4u %s\n", prefix, value >> 4 & 0xfU, x->kind->name);
    if (x->discipline == DISCIPLINE_LEGACY) {
        text_addf(out, "%sbits 23:16 %-4u %s\n", prefix, slice_bits(value),
                  x->slice_ms == 0 ? "the default slice" : "slice in ms");
        return;
    }
    text_addf(out, "%sbits 21:12 %-4u ", prefix, frequency_bits(value));
    if (x->frequency_hz > 0) {
        text_addf(out, "frequency in Hz: a slice of ");
        add_time(out, rmpvmrl_slice_ns(x));
    } else {
        text_add(out, "the default frequency");
    }
    text_addf(out, "\n%sbits 31:24 %-4u averaging factor %d\n", prefix, value >> 24,
              x->averaging);
}

/* "  turn:       480 Hz, 2083333 ns; 960 Hz, ... where a GPU takes more than 8 of the type" */
static void add_turn(const struct sched_rmpvmrl *x, struct text *out)
{
    const int64_t slice_ns = rmpvmrl_slice_ns(x);
    text_add(out, "  turn:       ");
    if (slice_ns == 0) {
        add_time(out, sched_default_slice_ns(x->kind, x->discipline, 1));
        text_add(out, ", or ");
        add_time(out, sched_default_slice_ns(x->kind, x->discipline, SCHED_VGPUS_MAX));
        text_add(out, " where a GPU takes more than 8 of the type\n");
        return;
    }
    add_time(out, slice_ns);
    if (x->discipline == DISCIPLINE_STRICT) {
        text_addf(out, " (%.0f Hz)", x->frequency_hz);
    }
    text_add(out, "\n");
}

/* What the driver does with fields out of their range. */
static void add_clamps(uint32_t value, const struct sched_rmpvmrl *x, struct text *out)
{
    if (x->slice_clamped) {
        text_addf(out, "  warning: SCH-02 a slice of %u ms counts as %d ms\n",
                  slice_bits(value), x->slice_ms);
    }
    if (x->frequency_clamped) {
        text_addf(out, "  warning: SCH-03 a frequency of %u Hz counts as %.0f Hz\n",
                  frequency_bits(value), x->frequency_hz);
    }
    if (x->averaging_clamped) {
        text_addf(out, "  warning: SCH-04 an averaging factor of %u counts as %d\n",
                  value >> 24, x->averaging);
    }
}

/* Other values: the one that was meant where a frequency is easily read as a slice, and the one
 * that says what this one does within the ranges. */
static void add_values(uint32_t value, const struct sched_rmpvmrl *x, struct text *out)
{
    const int64_t slice_ns = rmpvmrl_slice_ns(x);
    const uint32_t same =
        sched_rmpvmrl_value(x->kind, x->discipline, slice_ns, x->averaging) | (value & 8U);
    if (x->looks_like_slice) {
        const uint32_t meant =
            sched_rmpvmrl_value(x->kind, DISCIPLINE_LEGACY,
                                (int64_t)slice_bits(value) * 1000000, x->averaging) |
            (value & 8U);
        text_addf(out,
                  "  warning: SCH-05 bit 1 is 0, so this is a frequency, although the guide "
                  "calls such values slices\n"
                  "  0x%08X is a slice of %u ms (legacy)\n",
                  meant, slice_bits(value));
    }
    if (same != value) {
        text_addf(out, "  0x%08X says the same, every field within its range\n", same);
    }
}

static void add_meaning(uint32_t value, const struct sched_rmpvmrl *x, struct text *out)
{
    const char *discipline = discipline_name(x->discipline);
    text_addf(out, "  policy:     %s\n", x->kind->name);
    if (discipline != NULL) {
        text_addf(out, "  discipline: %s\n", discipline);
        add_turn(x, out);
    }
    if (x->discipline == DISCIPLINE_STRICT) {
        text_addf(out, "  averaging:  overrun is made up for over %d turns\n", x->averaging);
    }
    rmpvmrl_bits(value, x, "  ", out);
    add_clamps(value, x, out);
    if (discipline == NULL && value != 0) {
        text_add(out, "  0x00000000 says the same: without bit 0 no other bit counts\n");
    } else {
        add_values(value, x, out);
    }
}

bool rmpvmrl_explain(const char *word, struct text *out, struct diag *d)
{
    double number = 0;
    char why[UNITS_WHY], help[UNITS_WHY];
    if (!units_parse(Q_COUNT, word, &number, why, help) || number < 0 ||
        number > 4294967295.0) {
        diag_error(d, SPAN_NONE, "rmpvmrl: '%.*s' is not a number from 0 to 0xFFFFFFFF",
                   WORD_SHOWN, word);
        diag_help(d, "write something like 'rmpvmrl=0x3c3c0011'");
        return false;
    }
    const uint32_t value = (uint32_t)number;
    struct sched_rmpvmrl x;
    const char *none = sched_rmpvmrl(value, &x);
    text_addf(out, "RmPVMRL 0x%08X\n", value);
    if (none != NULL) {
        text_addf(out,
                  "  policy:     none: %s\n"
                  "  the driver logs a message and leaves scheduling to the hardware\n"
                  "  0x%08X is equal share, 0x%08X fixed share with the same other fields\n",
                  none, value & ~0xf0U, (value & ~0xf0U) | 0x10U);
        return true;
    }
    add_meaning(value, &x, out);
    return true;
}
