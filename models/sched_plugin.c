/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_plugin.c - each question asked twice, each answer checked; O(1) beside the plug-in's
 * own cost. The second question goes to a copy of the state, so that a plug-in with a memory of
 * its own, which would make results depend on threads, is noticed. */
#include "models/sched_plugin.h"

#include <stddef.h>
#include <string.h>

enum {
    NAME_MAX_BYTES = 32,
    TURN_MIN_NS = 1000,   /* shorter ones, one after the other, would take a run for ever */
    PUT_OFF_MAX = 1000000 /* times in a row that a turn is put off before it begins */
};

#define TURN_MAX_NS (INT64_C(1) << 53)

_Static_assert(SCHED_VGPUS_MAX == VGPUSIM_VGPUS_MAX, "one number for each vGPU");
_Static_assert(SCHED_NOBODY == VGPUSIM_NOBODY, "one word for nobody");
_Static_assert(sizeof(((struct sched_state *)0)->own) ==
                   sizeof(((struct vgpusim_state *)0)->own),
               "as much of its own");

/* ---- Tables ---- */

static bool is_policy_name(const char *s)
{
    const size_t n = strlen(s);
    for (size_t i = 0; i < n; i++) {
        const bool letter = s[i] >= 'a' && s[i] <= 'z';
        const bool later = (s[i] >= '0' && s[i] <= '9') || s[i] == '-';
        if (!letter && (i == 0 || !later)) {
            return false;
        }
    }
    return n >= 1 && n <= NAME_MAX_BYTES;
}

static struct sched_turn plugin_pick(const struct sched_params *p, struct sched_state *s,
                                     const struct sched_view *v);
static void plugin_overrun(const struct sched_params *p, struct sched_state *s, int vgpu,
                           int64_t overshoot_ns, int64_t end_ns);

const char *sched_plugin_init(struct sched_plugin *out, const struct vgpusim_scheduler *it)
{
    if (it == NULL) {
        return "it does not serve this version of the interface";
    }
    if (it->abi != VGPUSIM_SCHEDULER_ABI) {
        return "it is made for another version of the interface";
    }
    if (it->size != sizeof *it || it->params_size != sizeof(struct vgpusim_params) ||
        it->state_size != sizeof(struct vgpusim_state) ||
        it->view_size != sizeof(struct vgpusim_view) ||
        it->turn_size != sizeof(struct vgpusim_turn)) {
        return "its structs have other sizes than those of this version of the interface";
    }
    if (it->name == NULL || !is_policy_name(it->name)) {
        return "its name is not one of a-z, 0-9 and -, at most 32 bytes, beginning with a "
               "letter";
    }
    if (sched_find(it->name) != NULL) {
        return "its name is that of a built-in policy";
    }
    if (it->pick == NULL) {
        return "it has no pick function";
    }
    *out = (struct sched_plugin){
        .kind = {.name = it->name,
                 .help = it->help == NULL ? "" : it->help,
                 .ring = RING_DEMAND,
                 .pick = plugin_pick,
                 .overrun = plugin_overrun,
                 .plugin = out,
                 .source = "plug-in"},
        .it = it,
    };
    return NULL;
}

const char *sched_fault_text(enum sched_fault fault)
{
    static const char *const text[] = {
        [SCHED_SOUND] = "is sound",
        [SCHED_IDLES] = "picks nobody although somebody has work",
        [SCHED_STRANGER] = "picks a vGPU that has no work",
        [SCHED_DISORDER] = "answers with a turn that is not now <= begin <= run < end",
        [SCHED_TOO_SHORT] =
            "answers with a turn of less than 1 us, or one less than 1 us ahead",
        [SCHED_TOO_LONG] = "answers with a turn that ends more than 104 days ahead",
        [SCHED_UNSTEADY] = "answers otherwise when it is asked again with the same state",
        [SCHED_PUTS_OFF] = "puts a turn off a million times in a row",
        [SCHED_STARVES] = "leaves requests waiting for ever",
    };
    return text[fault];
}

/* ---- Questions ---- */

static void state_out(struct vgpusim_state *to, const struct sched_state *from)
{
    memcpy(to->vgpu, from->account_ns, sizeof to->vgpu);
    memcpy(to->own, from->own, sizeof to->own);
}

static void state_in(struct sched_state *to, const struct vgpusim_state *from)
{
    memcpy(to->account_ns, from->vgpu, sizeof to->account_ns);
    memcpy(to->own, from->own, sizeof to->own);
}

static struct vgpusim_params params_out(const struct sched_params *p)
{
    return (struct vgpusim_params){.slice_ns = p->slice_ns,
                                   .switch_ns = p->switch_ns,
                                   .granularity_ns = p->granularity_ns,
                                   .vgpu_n = p->vgpu_n};
}

static bool same_turn(const struct vgpusim_turn *a, const struct vgpusim_turn *b)
{
    return a->vgpu == b->vgpu &&
           (a->vgpu == VGPUSIM_NOBODY ||
            (a->begin_ns == b->begin_ns && a->run_ns == b->run_ns && a->end_ns == b->end_ns));
}

static enum sched_fault judge(const struct sched_params *p, const struct sched_view *v,
                              const struct vgpusim_turn *t)
{
    const int64_t least_ns = p->slice_ns < TURN_MIN_NS ? p->slice_ns : TURN_MIN_NS;
    if (t->vgpu == VGPUSIM_NOBODY) {
        return SCHED_IDLES;
    }
    if (t->vgpu < 0 || t->vgpu >= p->vgpu_n || !(v->has_work >> t->vgpu & 1)) {
        return SCHED_STRANGER;
    }
    if (t->begin_ns < v->now_ns || t->run_ns < t->begin_ns || t->end_ns <= t->run_ns) {
        return SCHED_DISORDER;
    }
    if (t->end_ns - v->now_ns > TURN_MAX_NS) {
        return SCHED_TOO_LONG;
    }
    const bool is_near = t->begin_ns > v->now_ns && t->begin_ns - v->now_ns < TURN_MIN_NS;
    return t->end_ns - t->run_ns < least_ns || is_near ? SCHED_TOO_SHORT : SCHED_SOUND;
}

static struct sched_turn plugin_pick(const struct sched_params *p, struct sched_state *s,
                                     const struct sched_view *v)
{
    const struct vgpusim_scheduler *it = p->plugin->it;
    const struct vgpusim_params params = params_out(p);
    const struct vgpusim_view view = {
        .now_ns = v->now_ns, .has_work = v->has_work, .last = v->last};
    const struct sched_turn nobody = {.vgpu = SCHED_NOBODY};
    struct vgpusim_turn turn = {0};
    struct vgpusim_turn again = {0};
    struct vgpusim_state state;
    struct vgpusim_state copy;
    if (v->has_work == 0) {
        return nobody;
    }
    state_out(&state, s);
    copy = state;
    it->pick(&params, &copy, &view, &again);
    it->pick(&params, &state, &view, &turn);
    s->fault = judge(p, v, &turn);
    if (s->fault == SCHED_SOUND &&
        (!same_turn(&turn, &again) || memcmp(&state, &copy, sizeof state) != 0)) {
        s->fault = SCHED_UNSTEADY;
    }
    s->put_off = turn.begin_ns > v->now_ns ? s->put_off + 1 : 0;
    if (s->fault == SCHED_SOUND && s->put_off > PUT_OFF_MAX) {
        s->fault = SCHED_PUTS_OFF;
    }
    if (s->fault != SCHED_SOUND) {
        return nobody;
    }
    state_in(s, &state);
    return (struct sched_turn){.vgpu = turn.vgpu,
                               .begin_ns = turn.begin_ns,
                               .run_ns = turn.run_ns,
                               .end_ns = turn.end_ns};
}

static void plugin_overrun(const struct sched_params *p, struct sched_state *s, int vgpu,
                           int64_t overshoot_ns, int64_t end_ns)
{
    const struct vgpusim_params params = params_out(p);
    struct vgpusim_state state;
    if (p->plugin->it->overrun != NULL) {
        state_out(&state, s);
        p->plugin->it->overrun(&params, &state, vgpu, overshoot_ns, end_ns);
        state_in(s, &state);
    }
}

double sched_plugin_share(const struct sched_params *p, int vgpu)
{
    const struct vgpusim_params params = params_out(p);
    const struct vgpusim_scheduler *it = p->plugin->it;
    const double share = it->share == NULL ? 0.0 : it->share(&params, vgpu);
    return share > 0.0 ? (share < 1.0 ? share : 1.0) : 0.0;
}
