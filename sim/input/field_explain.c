/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field_explain.c - rows of the table told to a reader: types, bounds, one field, all fields.
 */
#include "sim/input/field_words.h"

/* ---- Types in words ---- */

const char *field_quantity_word(enum quantity q)
{
    switch (q) {
    case Q_TIME:
        return "time";
    case Q_RATE:
        return "rate";
    case Q_BYTES:
        return "bytes";
    case Q_FRACTION:
        return "percentage";
    case Q_FREQUENCY:
        return "frequency";
    case Q_FPS:
        return "frames per second";
    case Q_MONEY:
        return "money";
    case Q_ENERGY:
        return "price of energy";
    case Q_POWER:
        return "power";
    case Q_COUNT:
        break;
    }
    return "whole number";
}

const char *field_type_word(const struct field *f)
{
    switch (f->type) {
    case FIELD_MAP:
        return "mapping";
    case FIELD_LIST:
        return "list";
    case FIELD_TEXT:
        return "text";
    case FIELD_NAME:
        return "name";
    case FIELD_CHOICE:
        return "word";
    case FIELD_BOOL:
        return "true or false";
    case FIELD_INT:
        return "whole number";
    case FIELD_RATIO:
        return "number";
    case FIELD_QUANTITY:
        break;
    }
    return field_quantity_word(f->quantity);
}

static void bound_text(const struct field *f, double bound, struct text *out)
{
    if (f->quantity == Q_TIME && !(bound < (double)TIME_MAX_NS)) {
        text_add(out, "104 d"); /* and a quarter */
    } else if (f->quantity != Q_COUNT) {
        units_exact(out, f->quantity, bound);
    } else {
        text_add_double(out, bound);
    }
}

void field_bounds_text(const struct field *f, struct text *out)
{
    text_add(out, (f->flags & FIELD_ABOVE) != 0 ? "more than " : "at least ");
    bound_text(f, f->lo, out);
    if (f->hi > 0) {
        text_add(out, (f->flags & FIELD_BELOW) != 0 ? " and less than " : " and at most ");
        bound_text(f, f->hi, out);
    }
}

/* ---- Explanations ---- */

void field_type_text(const struct field *f, struct text *out)
{
    if ((f->flags & FIELD_AUTO) != 0) {
        text_add(out, "auto or ");
    }
    if (f->type == FIELD_LIST) {
        const bool plain = f->choices == NULL && f->quantity == Q_COUNT;
        text_add(out, plain ? "list" : "list of ");
        if (f->quantity != Q_COUNT) {
            text_addf(out, "%ss", field_quantity_word(f->quantity));
        }
    }
    if (f->choices == NULL) {
        text_add(out, f->type == FIELD_LIST ? "" : field_type_word(f));
        return;
    }
    const char *rest = f->choices;
    size_t n = 0;
    bool first = true;
    for (const char *w = field_next_word(&rest, &n); w != NULL;
         w = field_next_word(&rest, &n)) {
        text_addf(out, "%s%.*s", first ? "" : " | ", (int)n, w);
        first = false;
    }
}

const char *field_units(enum quantity q)
{
    static const char *const units[] = {
        "ns us ms s min h d",
        "/s /min /h",
        "B KiB MiB GiB TiB kB MB GB TB",
        "%",
        "Hz",
        "fps",
        "USD",
        "USD/kWh",
        "W",
        "",
    };
    return units[q];
}

static void explain_children(const struct field_reader *r, const struct field *f,
                             struct text *out)
{
    bool first = true;
    for (int i = 0; i < r->n; i++) {
        if (field_is_child(&r->field[i], f->path)) {
            text_addf(out, "%s%s", first ? "  fields:   " : ", ", field_name(&r->field[i]));
            first = false;
        }
    }
    text_add(out, first ? "" : "\n");
}

void field_explain(const struct field_reader *r, const struct field *f, struct text *out)
{
    text_addf(out, "%s\n  %s\n  type:     ", f->path, f->help);
    field_type_text(f, out);
    text_add(out, "\n");
    if (f->quantity != Q_COUNT) {
        text_addf(out, "  unit:     %s\n", field_units(f->quantity));
    }
    text_addf(out, "  default:  %s\n",
              f->unset != NULL                   ? f->unset
              : (f->flags & FIELD_REQUIRED) != 0 ? "none, it is required"
                                                 : "none");
    const bool numeric = f->type == FIELD_QUANTITY || f->type == FIELD_INT ||
                         f->type == FIELD_RATIO || (f->type == FIELD_LIST && f->hi > 0);
    if (numeric && (f->flags & FIELD_LATER) == 0) {
        text_add(out, "  bounds:   ");
        field_bounds_text(f, out);
        text_add(out, "\n");
    }
    if (f->only != NULL) {
        text_addf(out, "  only for: %s\n", f->only);
    }
    if (f->later != NULL) {
        text_addf(out, "  later:    %s (not built yet)\n", f->later);
    }
    if ((f->flags & FIELD_LATER) != 0) {
        text_add(out, "  status:   not built yet; only the default is accepted\n");
    }
    explain_children(r, f, out);
}

void field_print(const struct field_reader *r, struct text *out)
{
    struct text type;
    text_init(&type);
    for (int i = 0; i < r->n; i++) {
        const struct field *f = &r->field[i];
        text_reset(&type);
        field_type_text(f, &type);
        const char *unset = f->unset != NULL                   ? f->unset
                            : (f->flags & FIELD_REQUIRED) != 0 ? "required"
                                                               : "-";
        const bool long_type = text_width(text_str(&type)) > 34;
        text_addf(out, "%-34s  %-17s  %-12s  %s%s\n", f->path,
                  long_type || type.n > 17 ? field_type_word(f) : text_str(&type), unset,
                  f->help, (f->flags & FIELD_LATER) != 0 ? " Not built yet." : "");
    }
    text_fini(&type);
}
