/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_fits.c - goal: what is said to fit does, one more does not, and a change that is offered
 * makes the mode fit. Method: every GPU of the catalogue is filled at random; the counts are
 * held against placements with that many VMs more, and, where positions matter, against all
 * subsets of the free starts. Sizes and starts come from the catalogue, memory and CPUs from
 * the scenario. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "sim/fleet/choice.h"
#include "sim/fleet/fits.h"

enum {
    TENANTS = 4
};

struct world {
    struct fixture f;
    struct scenario s;
    struct tenant tenant[TENANTS];
    struct host_group group[2];
    struct fleet fleet;
    struct fits fits;
};

static int open_world(void **state)
{
    static struct world w;
    *state = &w;
    return fixture_open(&w.f) ? 0 : -1;
}

static int close_world(void **state)
{
    struct world *w = *state;
    fixture_close(&w->f);
    return 0;
}

static uint32_t draw(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 16) % n;
}

static void begin(struct world *w, int gpu_ix, enum mode_kind mode, int count)
{
    assert_true(gpu_ix >= 0);
    w->s = (struct scenario){.name = "test",
                             .catalog = w->f.catalog,
                             .gpu_ix = gpu_ix,
                             .gpu_count = count,
                             .hypervisor = "none",
                             .place = PLACE_BEST_FIT,
                             .mode_n = 1,
                             .tenant = w->tenant};
    w->s.mode[0].kind = mode;
    w->s.mode[0].sched.kind = &sched_best_effort;
}

static void begin_on(struct world *w, const char *gpu, enum mode_kind mode, int count)
{
    begin(w, catalog_gpu_find(w->f.catalog, gpu), mode, count);
}

static struct tenant *add(struct world *w, int count, int gib)
{
    static const char *const names[TENANTS] = {"a", "b", "c", "d"};
    struct tenant *t = &w->tenant[w->s.tenant_n];
    *t = (struct tenant){.name = names[w->s.tenant_n++],
                         .count = count,
                         .vgpus = 1,
                         .framebuffer_bytes = (uint64_t)gib << 30,
                         .reference_gpu_ix = -1};
    w->s.vm_n += count;
    return t;
}

static const struct fits *look(struct world *w, bool changes)
{
    arena_fini(&w->f.arena);
    assert_true(fleet_place(&w->fleet, &w->f.arena, &w->s, 0, &w->f.diag));
    assert_true(fits_make(&w->fits, &w->f.arena, &w->s, 0, &w->fleet, changes, &w->f.diag));
    return &w->fits;
}

static bool is_possible(struct world *w)
{
    struct arena arena;
    struct fleet fleet;
    arena_init(&arena, "test");
    assert_true(fleet_place(&fleet, &arena, &w->s, 0, &w->f.diag));
    arena_fini(&arena);
    return fleet.feasible;
}

/* ---- How many more ---- */

/* A type of the mode that the GPU takes in known number, or NULL. */
static const struct vgpu_type *draw_type(struct world *w, enum vgpu_mode mode, uint32_t *seed)
{
    const struct catalog *c = w->f.catalog;
    const struct vgpu_type *found = NULL;
    uint32_t n = 0;
    for (int i = 0; i < c->vgpu_n; i++) {
        const struct vgpu_type *v = &c->vgpu[i];
        if (v->gpu_ix == w->s.gpu_ix && v->mode == mode && choice_domain_max(&w->s, v) > 0 &&
            draw(seed, ++n) == 0) {
            found = v;
        }
    }
    return found;
}

/* Adds `n` VMs of a type beside those that are there, and takes the tenant away again. */
static bool takes_more(struct world *w, const struct vgpu_type *v, int n)
{
    add(w, n, 0)->vgpu = v->name;
    bool takes = is_possible(w);
    w->s.tenant_n--;
    return takes;
}

/* Equal sizes have no places: the count is exact in both directions. */
static void fits_counts_exactly_when_sizes_are_equal(void **state)
{
    struct world *w = *state;
    uint32_t seed = 7;
    int asked = 0;
    for (int gpu_ix = 0; gpu_ix < w->f.catalog->gpu_n; gpu_ix++) {
        for (int round = 0; round < 3; round++) {
            begin(w, gpu_ix, MODE_TIME_SLICED, 1);
            w->s.hypervisor = draw(&seed, 2) ? "none" : "xenserver-8";
            const struct vgpu_type *there = draw_type(w, VGPU_TIME_SLICED, &seed);
            if (there == NULL) {
                break;
            }
            add(w, 1 + (int)draw(&seed, (uint32_t)choice_domain_max(&w->s, there)), 0)->vgpu =
                there->name;
            if (!is_possible(w)) {
                continue; /* a rule of the hypervisor */
            }
            const struct fits *f = look(w, false);
            assert_int_equal(f->shape_n, 1);
            for (int i = 0; i < f->shape[0].more_n; i++) {
                const struct fits_more *m = &f->shape[0].more[i];
                if (m->more < 0) {
                    continue;
                }
                asked++;
                bool same = m->type->framebuffer_gib == there->framebuffer_gib;
                assert_true(same || m->more == 0);
                assert_true(m->more == 0 || takes_more(w, m->type, m->more));
                assert_false(takes_more(w, m->type, m->more + 1));
            }
        }
    }
    assert_true(asked > 200);
}

/* The most pieces of one length on the starts that are free: every subset is tried. Depth:
 * the starts. */
static int most_of(const int *start, int n, int size, const bool *taken, int at)
{
    if (at == n) {
        return 0;
    }
    int best = most_of(start, n, size, taken, at + 1);
    bool copy[AXIS_UNITS_MAX];
    memcpy(copy, taken, sizeof copy);
    for (int u = start[at]; u < start[at] + size; u++) {
        if (copy[u]) {
            return best;
        }
        copy[u] = true;
    }
    int with = 1 + most_of(start, n, size, copy, at + 1);
    return with > best ? with : best;
}

static void take_seats(const struct world *w, bool *taken)
{
    memset(taken, 0, AXIS_UNITS_MAX * sizeof *taken);
    for (int i = 0; i < w->fleet.seat_n; i++) {
        const struct seat *s = &w->fleet.seat[i];
        for (int u = s->start; s->gpu_ix >= 0 && u < s->start + s->size; u++) {
            taken[u] = true;
        }
    }
}

/* What a type finds free: seats in instances of its size, and whole instances. */
static int shared_room(const struct world *w, const struct vgpu_type *v, const bool *taken)
{
    const struct mig_profile *p = catalog_mig_find(w->f.catalog, w->s.gpu_ix, v->mig_profile);
    int each = choice_domain_max(&w->s, v);
    int instances = most_of(p->starts, p->starts_n, p->size, taken, 0);
    int room = 0;
    int there = 0;
    for (int k = 0; k < w->fleet.domain_n; k++) {
        const struct domain *d = &w->fleet.domain[k];
        there += d->profile == p ? 1 : 0;
        for (int i = 0; i < w->fleet.seat_n; i++) {
            const struct seat *s = &w->fleet.seat[i];
            if (s->domain_ix == k && s->slot == 0 && d->profile == p &&
                s->type->framebuffer_gib == v->framebuffer_gib) {
                room += each - d->vgpu_n;
            }
        }
    }
    int most = p->max_instances - there;
    room += (instances < most ? instances : most) * each;
    int limit = 48 - w->fleet.vms_placed; /* CAP-06 */
    return room < limit ? room : limit;
}

static void fits_fills_instances_first_when_they_are_shared(void **state)
{
    struct world *w = *state;
    uint32_t seed = 11;
    int asked = 0;
    static const char *const gpus[] = {"RTX-PRO-6000-BSE", "RTX-PRO-4500-BSE"};
    for (int round = 0; round < 60; round++) {
        begin_on(w, gpus[round % 2], MODE_TIME_SLICED_MIG, 1);
        for (int t = 0; t < 2; t++) {
            const struct vgpu_type *there = draw_type(w, VGPU_TIME_SLICED_MIG, &seed);
            assert_non_null(there);
            add(w, 1 + (int)draw(&seed, 4), 0)->vgpu = there->name;
        }
        const struct fits *f = look(w, false);
        bool taken[AXIS_UNITS_MAX];
        take_seats(w, taken);
        for (int i = 0; i < f->shape[0].more_n; i++) {
            const struct fits_more *m = &f->shape[0].more[i];
            assert_int_equal(m->more, shared_room(w, m->type, taken));
            assert_true(m->more == 0 || w->fleet.vms_rejected > 0 ||
                        takes_more(w, m->type, m->more));
            asked += m->more > 0 ? 1 : 0;
        }
    }
    assert_true(asked > 100);
}

static void fits_agrees_with_all_subsets_when_instances_are_there(void **state)
{
    struct world *w = *state;
    uint32_t seed = 13;
    int asked = 0;
    for (int round = 0; round < 300; round++) {
        int gpu_ix = (int)draw(&seed, (uint32_t)w->f.catalog->gpu_n);
        if (w->f.catalog->gpu[gpu_ix].mig_axis == 0) {
            continue;
        }
        begin(w, gpu_ix, MODE_MIG, 1);
        int gib = choice_gpu_gib(w->f.catalog, gpu_ix);
        add(w, 1 + (int)draw(&seed, 3), 1 + gib / 8);
        add(w, 1, 1 + gib / (2 + (int)draw(&seed, 6)));
        const struct fits *f = look(w, false);
        bool taken[AXIS_UNITS_MAX];
        take_seats(w, taken);
        for (int i = 0; w->fleet.vms_placed > 0 && i < f->shape[0].more_n; i++) {
            const struct fits_more *m = &f->shape[0].more[i];
            int there = 0;
            for (int k = 0; k < w->fleet.domain_n; k++) {
                there += w->fleet.domain[k].profile == m->profile ? 1 : 0;
            }
            int most =
                most_of(m->profile->starts, m->profile->starts_n, m->profile->size, taken, 0);
            int room = m->profile->max_instances - there;
            most = m->profile->max_instances > 0 && room < most ? room : most;
            if (!m->profile->me && !m->profile->no_me) { /* media engines are a rule apart */
                assert_int_equal(m->more, most);
                asked++;
            }
            assert_true(m->more <= most);
        }
    }
    assert_true(asked > 300);
}

static void fits_agrees_with_all_subsets_when_sizes_are_mixed(void **state)
{
    struct world *w = *state;
    uint32_t seed = 17;
    int asked = 0;
    for (int round = 0; round < 200; round++) {
        int gpu_ix = (int)draw(&seed, (uint32_t)w->f.catalog->gpu_n);
        begin(w, gpu_ix, MODE_TIME_SLICED, 1);
        w->s.mixed_size = true;
        int gib = choice_gpu_gib(w->f.catalog, gpu_ix);
        add(w, 1 + (int)draw(&seed, 3), 1 + gib / 5);
        add(w, 1 + (int)draw(&seed, 2), 1 + gib / (4 + (int)draw(&seed, 6)));
        const struct fits *f = look(w, false);
        bool taken[AXIS_UNITS_MAX];
        take_seats(w, taken);
        for (int i = 0; w->fleet.vms_placed > 0 && i < f->shape[0].more_n; i++) {
            const struct fits_more *m = &f->shape[0].more[i];
            if (m->more < 0 || m->type->placement_ids_n > 10) {
                continue; /* ten starts have a thousand subsets */
            }
            int there = 0;
            for (int k = 0; k < w->fleet.seat_n; k++) {
                const struct seat *s = &w->fleet.seat[k];
                there += s->gpu_ix >= 0 && s->type == m->type ? 1 : 0;
            }
            int size = m->type->placement_size;
            int most = most_of(m->type->placement_ids, m->type->placement_ids_n,
                               size > 0 ? size : m->type->framebuffer_gib, taken, 0);
            int room = choice_domain_max(&w->s, m->type) - there;
            assert_int_equal(m->more, room < most ? room : most);
            asked++;
        }
    }
    assert_true(asked > 100);
}

static int more_of(const struct fits *f, int shape_ix, const char *name)
{
    for (int i = 0; i < f->shape[shape_ix].more_n; i++) {
        const struct fits_more *m = &f->shape[shape_ix].more[i];
        const char *is = m->type != NULL ? m->type->name : m->profile->name;
        if (strcmp(is, name) == 0) {
            return m->more;
        }
    }
    fail_msg("nothing is counted for %s", name);
    return -1;
}

/* A table of one's own may list ids that overlap: 0, 5, 10, 20 hold three vGPUs of 10 GiB. */
static void fits_counts_no_overlap_when_ids_are_close(void **state)
{
    struct world *w = *state;
    struct catalog own = *w->f.catalog;
    const struct vgpu_type *like = catalog_vgpu_find(&own, -1, "A100D-10C");
    const struct vgpu_type *other = catalog_vgpu_find(&own, -1, "A100D-20C");
    assert_non_null(like);
    struct vgpu_type type[2] = {*like, *other};
    static const int ids[] = {0, 5, 10, 20};
    memcpy(type[0].placement_ids, ids, sizeof ids);
    type[0].placement_ids_n = 4;
    type[0].placement_size = 0;
    type[0].max_per_gpu_mixed = 4;
    own.vgpu = type;
    own.vgpu_n = 2;
    begin(w, like->gpu_ix, MODE_TIME_SLICED, 1);
    w->s.catalog = &own;
    w->s.mixed_size = true;
    add(w, 1, 20); /* at 60: the place that leaves most open */
    assert_int_equal(more_of(look(w, false), 0, "A100D-10C"), 3);
}

/* Seven instances of A100 leave one unit that no profile can use; after one 3g at 4 a 4g fits,
 * a second 4g does not. Units: MIG user guide, as in docs/hardware.md. */
static void fits_marks_what_is_stranded_when_nothing_can_lie_there(void **state)
{
    struct world *w = *state;
    begin_on(w, "A100-PCIE-80GB", MODE_MIG, 1);
    add(w, 7, 10);
    const struct fits *f = look(w, false);
    assert_int_equal(f->shape[0].length, 8);
    for (int u = 0; u < 8; u++) {
        assert_int_equal(f->shape[0].unit[u], u < 7 ? FITS_TAKEN : FITS_STRANDED);
    }
    assert_int_equal(f->shape[0].rest.memory_stranded, 1);
    begin_on(w, "A100-PCIE-80GB", MODE_MIG, 1);
    add(w, 1, 40);
    f = look(w, false);
    assert_int_equal(more_of(f, 0, "4g.40gb"), 1);
    assert_int_equal(more_of(f, 0, "3g.40gb"), 1);
    assert_int_equal(more_of(f, 0, "1g.10gb"), 4);
    assert_int_equal(more_of(f, 0, "7g.80gb"), 0);
    begin_on(w, "A100-PCIE-80GB", MODE_TIME_SLICED, 2);
    add(w, 3, 20);
    f = look(w, false);
    assert_int_equal(more_of(f, 0, "A100D-20C"), 1);
    assert_int_equal(more_of(f, 0, "A100D-10C"), 0); /* another size on a started GPU */
    assert_int_equal(more_of(f, 1, "A100D-10C"), 8);
    assert_int_equal(f->shape[0].unit[59], FITS_TAKEN);
    assert_int_equal(f->shape[0].unit[60], FITS_FREE);
}

/* ---- Shapes ---- */

static void fits_folds_gpus_that_look_alike_when_there_are_many(void **state)
{
    struct world *w = *state;
    begin_on(w, "A100-PCIE-80GB", MODE_TIME_SLICED, 9);
    add(w, 56, 10); /* 7 GPUs */
    add(w, 3, 40);  /* one with two, one with one */
    const struct fits *f = look(w, false);
    assert_int_equal(f->gpu_n, 9);
    assert_int_equal(f->shape_n, 3);
    assert_int_equal(f->shape[0].gpu_n, 7);
    assert_int_equal(f->shape[1].gpu_ix, 7);
    assert_int_equal(f->shape[2].gpu_ix, 8);
    assert_int_equal(f->total_n, 1);
    assert_int_equal(f->total[0].gpu_n, 9);
    int seats = 0;
    for (int g = 0; g < f->gpu_n; g++) {
        assert_int_equal(f->gpu_seat[g], seats);
        for (int i = f->gpu_seat[g]; i < f->gpu_seat[g + 1]; i++, seats++) {
            assert_int_equal(w->fleet.seat[f->seat[i]].gpu_ix, g);
        }
    }
    assert_int_equal(seats, 59);
    begin_on(w, "A100-PCIE-80GB", MODE_TIME_SLICED, 2);
    add(w, 4, 20);
    add(w, 4, 20); /* the same at the same places, of others */
    assert_int_equal(look(w, false)->shape_n, 2);
}

static void fits_counts_memory_and_cpus_when_hosts_have_limits(void **state)
{
    struct world *w = *state;
    begin_on(w, "L40S", MODE_TIME_SLICED, 4);
    w->group[0] = (struct host_group){.name = "x",
                                      .count = 2,
                                      .gpu_ix = w->s.gpu_ix,
                                      .gpus = 2,
                                      .memory_bytes = UINT64_C(64) << 30,
                                      .cpus = 20,
                                      .hypervisor = "none"};
    w->s.group = w->group;
    w->s.group_n = 1;
    struct tenant *t = add(w, 3, 48);
    t->memory_bytes = UINT64_C(24) << 30;
    t->cpus = 8;
    t->vgpus = 1;
    const struct fits *f = look(w, false);
    assert_int_equal(w->fleet.vms_placed, 3);
    assert_int_equal(f->host_n, 2);
    uint64_t memory = f->host[0].memory_bytes + f->host[1].memory_bytes;
    assert_int_equal(memory >> 30, 2 * 64 - 3 * 24);
    assert_int_equal(f->host[0].cpus + f->host[1].cpus, 2 * 20 - 3 * 8);
}

/* ---- Changes ---- */

static const struct fits_change *first_that_works(const struct fits *f)
{
    for (int i = 0; i < f->change_n; i++) {
        if (f->change[i].works) {
            return &f->change[i];
        }
    }
    return NULL;
}

static void assert_change(const struct fits *f, const char *set)
{
    const struct fits_change *c = first_that_works(f);
    if (c == NULL || strcmp(c->set, set) != 0) {
        fail_msg("got '%s', expected '%s'", c != NULL ? c->set : "no change", set);
    }
}

static void fits_offers_the_nearest_change_when_vms_have_no_place(void **state)
{
    struct world *w = *state;
    begin_on(w, "A100-PCIE-80GB", MODE_TIME_SLICED, 1);
    add(w, 2, 10);
    add(w, 1, 40); /* 60 of 80 GiB, but two sizes */
    assert_change(look(w, true), "--set fleet.mixed-size=true");
    begin_on(w, "L4", MODE_TIME_SLICED, 1); /* 24 GiB */
    add(w, 1, 24);
    add(w, 1, 8);
    assert_change(look(w, true), "--set fleet.count=2");
    begin_on(w, "A100-PCIE-80GB", MODE_MIG, 1);
    add(w, 4, 20)->mig = "2g.20gb"; /* three starts; of 1g.20gb there are four */
    assert_change(look(w, true), "--set tenants.a.mig=1g.20gb");
    begin_on(w, "A100-PCIE-80GB", MODE_PASSTHROUGH, 1);
    add(w, 3, 10);
    assert_change(look(w, true), "--set fleet.count=3");
    begin_on(w, "A100-PCIE-80GB", MODE_TIME_SLICED, 1);
    add(w, 1, 100); /* no GPU of this kind does */
    assert_change(look(w, true), "--set tenants.a.framebuffer=80GiB");
    assert_true(w->fits.change[w->fits.change_n - 1].gives_less);
    begin_on(w, "L4", MODE_TIME_SLICED_MIG, 1);
    add(w, 1, 8); /* a rule forbids the mode, whatever is changed */
    look(w, true);
    assert_null(first_that_works(&w->fits));
}

/* With three tenants on one GPU each of its own size only one size for all helps. */
static void fits_offers_one_size_when_sizes_cannot_mix(void **state)
{
    struct world *w = *state;
    begin_on(w, "V100-PCIE-32GB", MODE_TIME_SLICED, 1); /* no mixed-size mode */
    add(w, 1, 4);
    add(w, 1, 8);
    assert_change(look(w, true), "--set tenants.a.framebuffer=8GiB");
    begin_on(w, "V100-PCIE-32GB", MODE_TIME_SLICED, 1);
    add(w, 1, 2);
    add(w, 1, 4);
    add(w, 1, 8);
    assert_change(look(w, true), "--set tenants.a.framebuffer=8GiB --set "
                                 "tenants.b.framebuffer=8GiB");
}

static void fits_adds_hosts_when_their_memory_is_short(void **state)
{
    struct world *w = *state;
    begin_on(w, "L40S", MODE_TIME_SLICED, 2);
    w->group[0] = (struct host_group){.name = "x",
                                      .count = 1,
                                      .gpu_ix = w->s.gpu_ix,
                                      .gpus = 2,
                                      .memory_bytes = UINT64_C(64) << 30,
                                      .hypervisor = "none"};
    w->s.group = w->group;
    w->s.group_n = 1;
    add(w, 5, 8)->memory_bytes = UINT64_C(32) << 30; /* two a host */
    assert_change(look(w, true), "--set fleet.hosts.x.count=3");
}

/* A vGPU of the neighbour's size would do, but the tenant also names an instance that holds
 * less: a scenario with both is refused. */
static void fits_keeps_to_names_when_sizes_are_raised(void **state)
{
    struct world *w = *state;
    begin_on(w, "A100-PCIE-80GB", MODE_TIME_SLICED, 1);
    w->s.hypervisor = "vsphere-7.0"; /* no mixed sizes */
    add(w, 1, 10);
    add(w, 1, 20);
    assert_change(look(w, true), "--set tenants.a.framebuffer=20GiB");
    w->tenant[0].mig = "1g.10gb";
    assert_change(look(w, true), "--set fleet.count=2");
}

static void fits_widens_the_window_when_mmio_space_is_short(void **state)
{
    struct world *w = *state;
    begin_on(w, "H200-NVL", MODE_TIME_SLICED, 1);
    w->s.hypervisor = "vsphere-8.0u3";
    struct tenant *large = add(w, 1, 35);
    large->memory_bytes = UINT64_C(64) << 30;
    large->mmio_bytes = UINT64_C(256000000000);
    add(w, 1, 35)->memory_bytes = UINT64_C(16) << 30; /* too small for the rule */
    assert_change(look(w, true), "--set tenants.a.mmio=512GB");
    assert_int_equal(w->fits.change_n, 1);
    add(w, 1, 35)->memory_bytes = UINT64_C(64) << 30;
    assert_change(look(w, true), "--set tenants.a.mmio=512GB --set tenants.c.mmio=512GB");
}

static void fits_tries_nothing_when_every_vm_has_a_place(void **state)
{
    struct world *w = *state;
    begin_on(w, "L4", MODE_TIME_SLICED, 1);
    add(w, 1, 8);
    assert_int_equal(look(w, true)->change_n, 0);
}

static void fits_says_so_when_memory_is_out(void **state)
{
    struct world *w = *state;
    begin_on(w, "A100-PCIE-80GB", MODE_TIME_SLICED, 1);
    add(w, 2, 10);
    add(w, 1, 40);
    look(w, false);
    for (long n = 1;; n++) {
        struct arena arena;
        struct diag d;
        arena_init(&arena, "test");
        diag_init(&d);
        mem_fail_at(n);
        bool ok = fits_make(&w->fits, &arena, &w->s, 0, &w->fleet, true, &d);
        mem_fail_at(0);
        assert_true(ok || d.entry_n > 0);
        diag_fini(&d);
        arena_fini(&arena);
        if (ok) {
            assert_true(n > 3);
            return;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_counts_exactly_when_sizes_are_equal),
        cmocka_unit_test(fits_fills_instances_first_when_they_are_shared),
        cmocka_unit_test(fits_agrees_with_all_subsets_when_instances_are_there),
        cmocka_unit_test(fits_agrees_with_all_subsets_when_sizes_are_mixed),
        cmocka_unit_test(fits_counts_no_overlap_when_ids_are_close),
        cmocka_unit_test(fits_marks_what_is_stranded_when_nothing_can_lie_there),
        cmocka_unit_test(fits_folds_gpus_that_look_alike_when_there_are_many),
        cmocka_unit_test(fits_counts_memory_and_cpus_when_hosts_have_limits),
        cmocka_unit_test(fits_offers_the_nearest_change_when_vms_have_no_place),
        cmocka_unit_test(fits_offers_one_size_when_sizes_cannot_mix),
        cmocka_unit_test(fits_adds_hosts_when_their_memory_is_short),
        cmocka_unit_test(fits_keeps_to_names_when_sizes_are_raised),
        cmocka_unit_test(fits_widens_the_window_when_mmio_space_is_short),
        cmocka_unit_test(fits_tries_nothing_when_every_vm_has_a_place),
        cmocka_unit_test(fits_says_so_when_memory_is_out),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
