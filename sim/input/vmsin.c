/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmsin.c - the mapping `vms`: which column says what, in which unit, and the types and names
 * that the file uses. */
#include "sim/input/vmsin.h"

#include <math.h>
#include <string.h>

#include "models/fraction.h"
#include "sim/base/units.h"
#include "sim/input/distin.h"
#include "sim/input/tenantin.h"
#include "sim/input/vmrows.h"

#define GIB 1073741824.0

/* By enum vm_key. */
static const char *const keys[VM_KEYS] = {"created", "deleted",     "lifetime", "gpus",
                                          "gpu",     "framebuffer", "memory",   "cpus",
                                          "model",   "type"};

struct vmsin {
    const struct field_reader *r;
    const struct catalog *catalog;
    struct vm_trace *t;
    struct vmrows_spans at;
};

/* ---- Columns ---- */

static void read_column(struct vmsin *x, const struct field_map *vms, enum vm_key key)
{
    x->at.column_at[key] = vms->at;
    const struct field_map m = field_sub(vms, keys[key]);
    if (!m.node) {
        return;
    }
    field_complete(&m, NULL);
    struct vm_column *c = &x->t->column[key];
    c->column = field_text(&m, "column");
    const bool has_unit =
        key != VM_GPUS && key != VM_MODEL && key != VM_TYPE && field_has(&m, "unit");
    c->unit = has_unit ? field_word(&m, "unit") : NULL;
    x->at.column_at[key] = field_at(&m, "column");
}

/* What one column says another must not say too. */
static void check_columns(const struct vmsin *x, const struct field_map *vms)
{
    const struct vm_column *c = x->t->column;
    struct diag *d = x->r->d;
    if (c[VM_DELETED].column && c[VM_LIFETIME].column) {
        diag_error(d, field_at(vms, "lifetime"), "'deleted' and 'lifetime' exclude each other");
        diag_help(d, "keep the one that the file has");
    }
    if (c[VM_TYPE].column && x->t->type_n == 0) {
        diag_error(d, field_at(vms, "type"), "'type' needs 'types', which says what each is");
        diag_help(d, "add types: {small: {framebuffer: 4 GiB}, large: {gpus: 2, gpu: 100%%}}");
    }
    if (!c[VM_TYPE].column && x->t->type_n > 0) {
        diag_error(d, field_at(vms, "types"),
                   "'types' needs 'type', the column that names one");
        diag_help(d, "add type: {column: vm_type}");
    }
}

/* ---- Types and names ---- */

static void read_type(struct vmsin *x, const struct yaml_entry *e, struct vm_type *out)
{
    *out = (struct vm_type){.name = e->key};
    const struct field_map m = field_open(x->r, e->value, "vms.types.TYPE", e->key_at);
    if (!m.node) {
        return;
    }
    field_complete(&m, NULL);
    out->gpus = field_has(&m, "gpus") ? field_int(&m, "gpus") : 0;
    out->milli =
        field_has(&m, "gpu") ? (int)ceil(field_real(&m, "gpu") * FRACTION_ONE - 1e-9) : 0;
    out->gib =
        field_has(&m, "framebuffer") ? (int)ceil(field_real(&m, "framebuffer") / GIB) : 0;
    out->memory_bytes = field_has(&m, "memory") ? (int64_t)field_real(&m, "memory") : 0;
    out->cpu_milli = field_has(&m, "cpus") ? 1000 * (int64_t)field_int(&m, "cpus") : 0;
}

static void read_types(struct vmsin *x, const struct field_map *vms)
{
    const struct field_map m = field_sub(vms, "types");
    if (!m.node) {
        return;
    }
    int n = m.node->n;
    if (n > VM_TYPES_MAX) {
        diag_error(x->r->d, m.at, "%d types are more than %d", n, VM_TYPES_MAX);
        n = VM_TYPES_MAX;
    }
    x->t->type = arena_alloc(x->r->arena, (size_t)n, sizeof *x->t->type);
    for (int i = 0; x->t->type && i < n; i++) {
        read_type(x, &m.node->entry[i], &x->t->type[i]);
    }
    x->t->type_n = x->t->type ? n : 0;
}

/* What the file calls the GPUs of the catalogue. */
static void read_names(struct vmsin *x, const struct field_map *vms)
{
    const struct field_map model = field_sub(vms, "model");
    if (!model.node) {
        return;
    }
    const struct field_map m = field_sub(&model, "names");
    const int n = m.node ? m.node->n : 0;
    x->t->name = arena_alloc(x->r->arena, (size_t)n, sizeof *x->t->name);
    for (int i = 0; x->t->name && i < n; i++) {
        const struct yaml_entry *e = &m.node->entry[i];
        if (e->value->kind != YAML_SCALAR) {
            diag_error(x->r->d, e->key_at, "a GPU is named by its key");
            diag_help(x->r->d, "write %.*s: A100-SXM4-80GB; `vgpusim list gpus` shows them",
                      field_shown(e->key), e->key);
            continue;
        }
        x->t->name[x->t->name_n++] = (struct vm_name){
            e->key, tenant_gpu_find(x->r, x->catalog, e->value->text, e->value->at)};
    }
}

/* ---- Public ---- */

const struct vm_trace *vms_read(const struct field_map *root, const struct catalog *c,
                                const char *scenario_path)
{
    const struct field_map m = field_sub(root, "vms");
    struct diag *d = root->r->d;
    struct arena *arena = root->r->arena;
    const size_t errors = d->error_n;
    struct vm_trace *t = arena_alloc(arena, 1, sizeof *t);
    if (!t) {
        diag_machine(d, "out of memory while reading 'vms'");
        return NULL;
    }
    if (!m.node) {
        return NULL;
    }
    struct vmsin x = {.r = root->r, .catalog = c, .t = t};
    field_complete(&m, NULL);
    for (int k = 0; k < VM_KEYS; k++) {
        read_column(&x, &m, (enum vm_key)k);
    }
    read_types(&x, &m);
    read_names(&x, &m);
    check_columns(&x, &m);
    t->shown = field_text(&m, "file");
    x.at.file_at = field_at(&m, "file");
    if (d->error_n != errors || !t->shown) {
        return NULL;
    }
    t->path = distin_path(root->r, scenario_path, t->shown);
    return t->path && vmrows_read(t, arena, c, &x.at, d) ? t : NULL;
}

static void print_quantity(struct text *out, bool *first, const char *key, enum quantity q,
                           double value)
{
    if (value > 0) {
        text_addf(out, "%s%s: ", *first ? "" : ", ", key);
        units_exact(out, q, value);
        *first = false;
    }
}

static void print_type(const struct vm_type *type, struct text *out)
{
    bool first = true;
    text_add(out, "    ");
    text_add_json(out, type->name);
    text_add(out, ": {");
    if (type->gpus > 0) {
        text_addf(out, "gpus: %d", type->gpus);
        first = false;
    }
    print_quantity(out, &first, "gpu", Q_FRACTION, (double)type->milli / FRACTION_ONE);
    print_quantity(out, &first, "framebuffer", Q_BYTES, type->gib * GIB);
    print_quantity(out, &first, "memory", Q_BYTES, (double)type->memory_bytes);
    if (type->cpu_milli > 0) {
        text_addf(out, "%scpus: %lld", first ? "" : ", ", (long long)(type->cpu_milli / 1000));
    }
    text_add(out, "}\n");
}

static void print_names(const struct vm_trace *t, const struct catalog *c, struct text *out)
{
    for (int i = 0; i < t->name_n; i++) {
        text_add(out, i == 0 ? ", names: {" : ", ");
        text_add_json(out, t->name[i].name);
        text_addf(out, ": %s", c->gpu[t->name[i].gpu_ix].key);
    }
    text_add(out, t->name_n > 0 ? "}" : "");
}

void vms_print(const struct vm_trace *t, const struct catalog *c, struct text *out)
{
    text_add(out, "vms:\n  file: ");
    text_add_json(out, t->shown);
    text_add(out, "\n");
    for (int k = 0; k < VM_KEYS; k++) {
        if (!t->column[k].column) {
            continue;
        }
        text_addf(out, "  %s: {column: ", keys[k]);
        text_add_json(out, t->column[k].column);
        if (t->column[k].unit) {
            text_addf(out, ", unit: %s", t->column[k].unit);
        }
        if (k == VM_MODEL) {
            print_names(t, c, out);
        }
        text_add(out, "}\n");
    }
    for (int i = 0; i < t->type_n; i++) {
        text_add(out, i == 0 ? "  types:\n" : "");
        print_type(&t->type[i], out);
    }
}

static uint64_t add_word(uint64_t hash, uint64_t word)
{
    for (int i = 0; i < 8; i++) {
        hash = (hash ^ ((word >> (8 * i)) & 0xFF)) * UINT64_C(0x100000001b3);
    }
    return hash;
}

uint64_t vms_hash(uint64_t hash, const struct vm_trace *t)
{
    for (int i = 0; i < t->row_n; i++) {
        const struct vm_row *row = &t->row[i];
        const struct vm_shape *s = &t->shape[row->shape_ix];
        hash = add_word(hash, (uint64_t)row->created_ns);
        hash = add_word(hash, (uint64_t)row->deleted_ns);
        hash = add_word(hash, (uint64_t)row->cpu_milli);
        hash = add_word(hash, (uint64_t)row->memory_bytes);
        hash = add_word(hash, (uint64_t)s->gpus);
        hash = add_word(hash, (uint64_t)s->milli);
        hash = add_word(hash, (uint64_t)s->gib);
        for (int k = 0; k < s->model_n; k++) {
            hash = add_word(hash, (uint64_t)s->model[k]);
        }
    }
    return hash;
}
