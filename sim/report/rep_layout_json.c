/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_layout_json.c - GPUs that look alike once, with their pieces, and what still fits. */
#include "sim/report/rep_layout.h"

#include "sim/report/rep_layout_inside.h"

static void json_more(struct jout *j, const char *key, const struct fits_more *more, int n)
{
    jout_open_list(j, key, false);
    for (int i = 0; i < n; i++) {
        jout_open_object(j, NULL, true);
        jout_string(j, "type", more[i].type != NULL ? more[i].type->name : NULL);
        jout_string(j, "mig", more[i].profile != NULL ? more[i].profile->name : NULL);
        if (more[i].more >= 0) {
            jout_int(j, "more", more[i].more);
        } else {
            jout_null(j, "more");
        }
        jout_close_object(j);
    }
    jout_close_list(j);
}

static void json_piece(struct jout *j, const struct view *v, const struct piece *p)
{
    const struct seat *seat = layout_seat(v->m, p->first);
    const struct mig_profile *profile = layout_profile(v->m, seat);
    jout_open_object(j, NULL, true);
    jout_int(j, "start", p->start);
    jout_int(j, "size", p->size);
    jout_string(j, "mig", profile != NULL ? profile->name : NULL);
    jout_string(j, "type", seat->type != NULL ? seat->type->name : NULL);
    jout_int(j, "seats", p->n);
    jout_close_object(j);
}

/* One shape: the GPUs that have it and what they look like. */
static void json_shape(struct jout *j, struct view *v)
{
    const struct fits_shape *x = v->shape;
    const struct fits *f = v->m->fits;
    jout_open_object(j, NULL, false);
    jout_open_list(j, "gpus", true);
    for (int g = 0; g < f->gpu_n; g++) {
        if (&f->shape[f->shape_ix[g]] == x) {
            jout_int(j, NULL, g);
        }
    }
    jout_close_list(j);
    jout_string(j, "gpu_type", v->r->scenario->catalog->gpu[x->model_ix].key);
    jout_string(j, "axis",
                x->length == 0               ? NULL
                : layout_has_instances(v->m) ? "units"
                                             : "GiB");
    jout_int(j, "length", x->length);
    jout_int(j, "taken", layout_count(x, FITS_TAKEN));
    if (layout_has_instances(v->m)) {
        jout_int(j, "stranded", x->rest.memory_stranded);
        jout_int(j, "compute_slices_free", x->rest.compute_free);
        jout_int(j, "compute_slices_stranded", x->rest.compute_stranded);
        jout_real(j, "fragmentation_frac", x->rest.fragmentation_frac);
    } else {
        jout_int(j, "stranded", layout_count(x, FITS_STRANDED));
    }
    jout_open_list(j, "pieces", false);
    layout_find_pieces(v);
    for (int i = 0; i < v->piece_n; i++) {
        json_piece(j, v, &v->piece[i]);
    }
    jout_close_list(j);
    json_more(j, "remaining", x->more, x->more_n);
    jout_close_object(j);
}

static void json_hosts(struct jout *j, const struct result *r, const struct fits *f)
{
    jout_open_list(j, "hosts_left", false);
    for (int i = 0; i < f->host_n; i++) {
        const struct fits_host *h = &f->host[i];
        struct text name;
        text_init(&name);
        fleet_host_name(r->scenario, h->host_ix, &name);
        jout_open_object(j, NULL, true);
        jout_string(j, "host_name", text_str(&name));
        if (h->memory_bytes < UINT64_MAX) {
            jout_int(j, "memory_bytes", (int64_t)h->memory_bytes);
        } else {
            jout_null(j, "memory_bytes");
        }
        if (h->cpus < INT64_MAX) {
            jout_int(j, "cpus", h->cpus);
        } else {
            jout_null(j, "cpus");
        }
        jout_close_object(j);
        j->out->failed = j->out->failed || name.failed;
        text_fini(&name);
    }
    jout_close_list(j);
}

static void json_changes(struct jout *j, const struct fits *f)
{
    jout_open_list(j, "changes", false);
    for (int i = 0; i < f->change_n; i++) {
        const struct fits_change *c = &f->change[i];
        jout_open_object(j, NULL, true);
        jout_string(j, "field", c->field);
        jout_string(j, "value", c->value);
        jout_string(j, "set", c->set);
        jout_bool(j, "fits", c->works);
        jout_bool(j, "gives_less", c->gives_less);
        jout_close_object(j);
    }
    jout_close_list(j);
}

void rep_layout_json(struct jout *j, const struct result *r, const struct mode_result *m)
{
    const struct fits *f = m->fits;
    jout_open_list(j, "layout", false);
    for (int i = 0; i < f->shape_n; i++) {
        struct view v = {.r = r, .m = m, .shape = &f->shape[i]};
        json_shape(j, &v);
    }
    jout_close_list(j);
    jout_open_list(j, "remaining", false);
    for (int i = 0; i < f->total_n; i++) {
        const struct fits_total *t = &f->total[i];
        jout_open_object(j, NULL, false);
        jout_string(j, "gpu_type", r->scenario->catalog->gpu[t->model_ix].key);
        jout_int(j, "gpus", t->gpu_n);
        json_more(j, "kinds", t->more, t->more_n);
        jout_close_object(j);
    }
    jout_close_list(j);
    json_hosts(j, r, f);
    json_changes(j, f);
}
