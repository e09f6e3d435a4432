#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# mutants.sh - do the tests notice? Each mutant is one deliberate error in a copy of the tree; the
# tests named with it are built and run, and at least one must fail. Ends with the line
# "N passed, N failed". Arguments: names of mutants, all by default. A few minutes.
set -u
cd "$(dirname "$0")/.." || exit 4
only=" $* "
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT
cp -r Makefile include models plots scenarios sim tests "$work"
cd "$work" || exit 4
caught=0
escaped=0

build() { # tests...: quiet; the log is in build.log
    programs=
    for t in "$@"; do
        case $t in
        baseline | cli/*) programs="$programs build/m/vgpusim" ;;
        *) programs="$programs build/m/tests/$t" ;;
        esac
    done
    # shellcheck disable=SC2086
    make -s -j2 B=build/m OPT=-O1 $programs >build.log 2>&1
}

# Does a test fail? A test that hangs has noticed as well.
fails() { # test
    if [ "$1" = baseline ]; then
        timeout -s KILL 60 build/m/vgpusim test tests/mutants.yaml --engine events --baseline baseline.json >test.log 2>&1
        status=$?
        sed -n 's/^\([0-9]* differences*,.*\)/[  FAILED  ] a run: \1/p' test.log >>test.log
        [ $status -ne 0 ]
        return
    fi
    case $1 in
    cli/*) VGPUSIM=build/m/vgpusim timeout 120 sh tests/cli/run.sh "${1#cli/}" >test.log 2>&1 ;;
    *) timeout 60 "build/m/tests/$1" >test.log 2>&1 ;;
    esac
    [ $? -ne 0 ]
}

mutant() { # name, file, sed script, tests...
    name=$1
    file=$2
    script=$3
    shift 3
    case $only in "  " | *" $name "*) ;; *) return ;; esac
    cp "$file" original
    sed -E "$script" original >"$file"
    if cmp -s original "$file"; then
        echo "not ok $name: nothing to change in $file"
        escaped=$((escaped + 1))
        return
    fi
    by=
    if ! build "$@"; then
        tail -n 5 build.log
        echo "not ok $name: does not compile"
    else
        for t in "$@"; do
            if [ -z "$by" ] && fails "$t"; then
                which=$(sed -n 's/^\[  FAILED  \] \([a-z].*\)/\1/p' test.log | head -n 1)
                by="$t ${which:-(stopped by an assertion or the clock)}"
            fi
        done
        if [ -n "$by" ]; then
            echo "ok $name: caught by $by"
        else
            echo "not ok $name: escaped"
        fi
    fi
    if [ -n "$by" ]; then caught=$((caught + 1)); else escaped=$((escaped + 1)); fi
    cp original "$file"
}

# Without a mutant all of them pass.
sane="law/test_paths unit/test_page unit/test_hist unit/test_ci unit/test_summary unit/test_lane unit/test_sched law/test_schedules law/test_statistics law/test_flow law/test_load cli/plugin cli/gate_options cli/outputs_everywhere"
# shellcheck disable=SC2086
build $sane baseline || { tail -n 20 build.log; exit 4; }
for t in $sane; do
    if fails "$t"; then
        echo "$t fails without any mutant" >&2
        exit 4
    fi
done

# What people run: the program against numbers that it has saved. Nothing differs without a mutant.
build/m/vgpusim test tests/mutants.yaml --engine events --set 'expect=[gpus() == 1]' --write json=baseline.json >test.log 2>&1
if [ $? -ne 0 ] || fails baseline; then
    tail -n 20 test.log
    exit 4
fi

# Built anew without a change: no figure of 20 scenarios differs.
if [ "$only" = "  " ]; then
    suite=$(ls scenarios/*.yaml tests/mutants.yaml tests/cli/exact.yaml tests/cli/frames.yaml tests/cli/random.yaml | head -n 20)
    flags="--horizon 5s --replicas 2 --set expect=[gpus()>=0]"
    # shellcheck disable=SC2086
    build/m/vgpusim test $suite $flags --write json=old.json >test.log 2>&1
    make -s -j2 B=build/m2 OPT=-O1 build/m2/vgpusim >build.log 2>&1
    # shellcheck disable=SC2086
    build/m2/vgpusim test $suite $flags --baseline old.json >test.log 2>&1
    if [ "$(echo "$suite" | wc -l)" -eq 20 ] && grep -q '^no difference in .*paired' test.log && grep -q '^20 scenarios' test.log; then
        echo "ok rebuilt: $(grep '^no difference' test.log), 20 scenarios"
        caught=$((caught + 1))
    else
        tail -n 5 test.log
        echo "not ok rebuilt: something differs"
        escaped=$((escaped + 1))
    fi
fi

mutant plugin-into-the-past models/sched_plugin.c 's/t->begin_ns < v->now_ns \|\| //' cli/plugin
mutant plugin-asked-once models/sched_plugin.c 's/!same_turn\(&turn, &again\)/false/' cli/plugin
mutant plugin-starves sim/run/lane.c 's/if \(sim->now_ns > sim->end_ns\) \{/if (false) {/' cli/plugin
mutant plugin-promise-forgotten models/share.c 's/promised > left \? promised : left/left/' unit/test_share
mutant rounding-is-a-change sim/run/change.c 's/ && !within\(was, now, ROUNDING\)//' unit/test_change
mutant empty-gate-passes sim/run/verdict.c 's/g->passes_empty \? VERDICT_PASS : VERDICT_FAIL/VERDICT_PASS/' cli/gate_options
mutant saturated-is-no-victim sim/run/verdict.c 's/        if \(t->saturated\) \{/        if (t->saturated \&\& !t->saturated) {/' unit/test_gate
mutant gate-stops-when-open sim/run/verdict.c 's/g->gate->stops_early \&\& g->verdict == VERDICT_FAIL/g->gate->stops_early/' cli/gate_options
mutant interrupted-batch-counts sim/run/reps.c 's/x->replicas = x->stopped \? x->replicas : total;/x->replicas = total;/' unit/test_interrupt
mutant interrupted-batch-stays sim/run/reps.c 's/!x->stopped && last == mode->fresh/last == mode->fresh/' unit/test_interrupt
mutant replay-unquoted sim/cli/term.c 's/word\[0\] != .*\{$/true) {/' cli/bug
mutant another-replica sim/run/reps.c 's/p->number \+ x->o->only_replica/p->number/' cli/outputs_everywhere
mutant seen-slot-off-by-one models/sched_ring.c \
    's/\(unsigned\)\(slot % p->ring_n\)/(unsigned)((slot + 1) % p->ring_n)/' baseline
mutant seen-carry-of-an-overrun-lost models/sched_ring.c \
    's/account_ns\[vgpu\] \+= overshoot_ns;/account_ns[vgpu] += 0 * overshoot_ns;/' baseline
mutant seen-slice-charged-by-half models/sched_ring.c \
    's/account_ns\[owner\] \+= slice_ns;/account_ns[owner] += slice_ns \/ 2;/' baseline
mutant seen-rest-of-a-slice-lost sim/run/lane.c \
    '/^static void stop_turn/,/^}/s/advance\(sim, s, sim->now_ns\);/s->since_ns = sim->now_ns;/' baseline
mutant seen-switch-forgotten-by-demand models/sched_demand.c \
    's/turn.run_ns = v->now_ns \+ \(turn.vgpu == v->last \? 0 : p->switch_ns\);/turn.run_ns = v->now_ns;/' baseline
mutant seen-switch-forgotten-in-slots models/sched_ring.c \
    's/turn.run_ns = turn.begin_ns \+ p->switch_ns;/turn.run_ns = turn.begin_ns;/' baseline

mutant path-counts-itself models/hostpath.c \
    's/share \* k \* term/share * (k + 1) * term/' unit/test_hostpath law/test_coupling
mutant path-of-a-slice-as-on-the-whole-gpu sim/fleet/lanes.c \
    's/share \*= work_service_mean_ns\(w\) \/ here_ns;/share *= 1.0;/' law/test_coupling
mutant path-of-the-gpu-where-hosts-are sim/fleet/lanes.c \
    's/return x->s->group_n > 0 \? d->host_ix/return x->s->group_n > 9 ? d->host_ix/' law/test_coupling
mutant path-held-when-idle sim/run/lane_couple.c \
    's/double path = is_busy && /double path = s \&\& s->active_n >= 0 \&\& /' law/test_coupling
mutant company-costs-all-sizes-the-same sim/run/lane.c \
    's/slow\[job->n\] : 1.0/slow[1] : 1.0/' unit/test_lane
mutant company-left-out-of-what-ends-first sim/run/lane.c \
    's/return s->crowd \? job->rem_ns \* crowd_slow\(s, job, active_n\) : job->rem_ns/return job->rem_ns/' unit/test_lane
mutant load-of-one-stream-where-several-were-measured sim/fleet/lanes_load.c \
    's/crowd\[w->streams - 1\]/crowd[0]/' law/test_laws
mutant fewest-streams-first sim/plan/plan_mig.c \
    's/crew\[at - 1\].load > one.load/crew[at - 1].load < one.load/' unit/test_plan
mutant bound-of-one-stream-where-company-helps sim/plan/reach.c \
    's/least = slow < least \? slow : least;/least = 1.0;/' unit/test_reach
mutant batches-beyond-the-smallest-table models/work.c \
    's/most = last < most \? last : most;/most = k > 0 \&\& last < most ? last : most;/' unit/test_work
mutant narrower-interval-around-its-end sim/plan/holds.c \
    's/e->value \+ \(end - e->value\) \* narrow/end * narrow + end * (1.0 - narrow)/' unit/test_holds
mutant arrival-as-a-stream-falls-free-comes-too-late sim/run/lane_source.c \
    's/vm->more && vm->next_queued_ns <= sim->now_ns/vm->more \&\& vm->next_queued_ns < sim->now_ns/' unit/test_lane
mutant arrivals-before-the-end-forgotten sim/run/lane.c \
    's/if \(next >= end_ns && sim->may_doze\)/if (next >= 2 * end_ns \&\& sim->may_doze)/' unit/test_lane
mutant power-of-another-board sim/run/lane_couple.c \
    's/lo = sim->board_lo\[i\] < lo \? sim->board_lo\[i\] : lo;/lo = i < lo ? i : lo;/' law/test_coupling
mutant clients-swapped-at-one-instant sim/run/lane_source.c \
    's/queue_client\(sim, vm, vm->host_queue\[vm->host_out\+\+ % n\]\);/vm->host_out++; queue_client(sim, vm, client); break;/' law/test_flow
mutant widths-of-the-first-workload-only sim/run/lane.c \
    's/sim->vm\[s->vm \+ k\].work->scaling.width_frac \* s->stake\[k\].active_n/sim->vm[s->vm].work->scaling.width_frac * s->stake[0].active_n/' law/test_flow
mutant second-workload-not-seen sim/run/lane_source.c \
    's/more \|= \(uint64_t\)source_has_job\(sim, &first\[k\]\) << k;/more |= (uint64_t)source_has_job(sim, \&first[0]) << k;/' law/test_flow
mutant skip-widths-of-the-first-workload sim/run/lane_skip.c \
    's/double width = s->active_n > 1 \? lane_asked_width\(sim, s\) : 1.0;/double width = s->active_n > 1 ? 1.0 : 1.0;/' law/test_flow
mutant skip-second-workload-takes-nothing sim/run/lane_skip.c \
    's/takes = takes \|\| lane_can_take\(sim, s, &first\[k\]\);/takes = takes || lane_can_take(sim, s, \&first[0]);/' law/test_flow
mutant linger-forgotten sim/run/lane.c \
    's/if \(sim->now_ns < until_ns\) \{/if (sim->now_ns > until_ns) {/' law/test_options
mutant linger-beyond-the-slice sim/run/lane.c \
    's/until_ns = until_ns < d->turn.end_ns \? until_ns : d->turn.end_ns;/until_ns = until_ns + 0;/' law/test_options
mutant working-set-of-the-whole-board sim/fleet/lanes.c \
    's/gpu->bandwidth_gbs \* part;/gpu->bandwidth_gbs;/' law/test_options
mutant powered-off-keeps-its-slot sim/fleet/lanes.c \
    's/seat->vm_ix < t->count - t->powered_off/seat->vm_ix < t->count/' law/test_options
mutant slot-off-by-one models/sched_ring.c \
    's/\(unsigned\)\(slot % p->ring_n\)/(unsigned)((slot + 1) % p->ring_n)/' law/test_schedules unit/test_sched
mutant slot-one-ns-short models/sched_ring.c \
    's/turn.end_ns = turn.begin_ns \+ slot_ns;/turn.end_ns = turn.begin_ns + slot_ns - 1;/' law/test_schedules unit/test_sched
mutant remainder-lost sim/run/lane.c \
    '/^static void stop_turn/,/^}/s/advance\(sim, s, sim->now_ns\);/s->since_ns = sim->now_ns;/' law/test_paths
mutant switch-twice-best-effort models/sched_demand.c \
    's/\? 0 : p->switch_ns/? 0 : 2 * p->switch_ns/' law/test_paths
mutant switch-twice-slots models/sched_ring.c \
    's/turn.run_ns = turn.begin_ns \+ p->switch_ns;/turn.run_ns = turn.begin_ns + 2 * p->switch_ns;/' law/test_paths
mutant switch-without-change models/sched_demand.c \
    's/turn.vgpu == v->last \? 0 : p->switch_ns/p->switch_ns/' law/test_paths
mutant switch-inside-the-slice models/sched_demand.c \
    's/turn.end_ns = turn.run_ns \+ p->slice_ns;/turn.end_ns = v->now_ns + p->slice_ns;/' law/test_paths
mutant completion-one-ns-late sim/run/lane_source.c \
    's/done->done_ns = now;/done->done_ns = now + 1;/' law/test_paths
# The same errors in the recursions that replace the event engine.
mutant fast-slot-one-ns-short sim/run/lane_slots.c \
    's/return g->offset_ns \+ j \* g->frame.by \+ g->switch_ns \+ \(r - j \* g->slice_ns\);/return g->offset_ns + j * g->frame.by + g->switch_ns + (r - j * g->slice_ns) - 1;/' law/test_schedules
mutant fast-remainder-lost sim/run/lane_slots.c \
    's/return j \* g->slice_ns \+ run;/return j * g->slice_ns;/' law/test_schedules
mutant fast-switch-twice sim/run/lane_turns.c \
    's/slot == t->last \? 0 : t->switch_ns/slot == t->last ? 0 : 2 * t->switch_ns/' law/test_schedules
mutant fast-switch-without-change sim/run/lane_turns.c \
    's/slot == t->last \? 0 : t->switch_ns/t->switch_ns/' law/test_schedules
mutant fast-one-turn-too-many sim/run/lane_turns.c \
    's/t->now_ns \+= n \* \(t->switch_ns/t->now_ns += (n + 1) * (t->switch_ns/' law/test_paths
mutant fast-place-after-crossing sim/run/lane_turns.c \
    's/rank\(t, passed\(t\)\) \+ n - 1;/rank(t, passed(t)) + n - (n > 1 ? 2 : 1);/' law/test_paths
mutant fast-round-of-completion sim/run/lane_turns.c \
    's/quotient\(&t->slice, f->left_ns\[v\] - 1\)/quotient(\&t->slice, f->left_ns[v])/' law/test_paths
mutant fast-beginning-one-turn-late sim/run/lane_turns.c \
    's/t->now_ns \+ turn \* \(t->switch_ns/t->now_ns + (turn + 1) * (t->switch_ns/' law/test_paths
mutant fast-edge-not-cut sim/run/lane_turns.c \
    's/n -= n > 0 \&\& n \* turn_ns > t->edge_ns - t->now_ns;/(void)0;/' law/test_paths
# In the crossing of whole rounds by the event engine.
mutant skip-round-too-many sim/run/lane_skip.c \
    's/return \(\(int64_t\)ceil\(least\) - 1\) \/ run_ns;/return (int64_t)ceil(least) \/ run_ns;/' law/test_paths
mutant skip-past-the-next-event sim/run/lane_skip.c \
    's/int64_t room = \(until_ns - sim->now_ns - slack_ns\) \/ round_ns;/int64_t room = (until_ns - sim->now_ns - slack_ns) \/ round_ns + 1;/' law/test_paths
mutant skip-takes-up sim/run/lane_skip.c \
    's/takes = takes \|\| lane_can_take\(sim, s, &first\[k\]\);/(void)first;/' law/test_paths
mutant skip-rounds-once sim/run/lane_skip.c \
    's/^    while \(n > 0\) \{/    if (n > 1) { return r - (double)n * c; }\n&/' law/test_paths
mutant skip-halves-as-they-come sim/run/lane_skip.c \
    's/double step = once - twice;/double step = r - once;/' unit/test_lane_skip
mutant skip-between-stops sim/run/lane_skip.c \
    's/\|\| fmod\(done, \(double\)p->granularity_ns\) > 0.0/|| done < 0.0/' law/test_paths
mutant skip-circle-off-by-one sim/run/lane_skip.c \
    's/int64_t base = \(p->averaging - 1\) \* \(grain - up\);/int64_t base = (p->averaging - 1) * (grain - up) + 1;/' law/test_paths
mutant skip-rise-too-long sim/run/lane_skip.c \
    's/\.most = \(turn - account \+ up - 1\) \/ up,/.most = (turn - account + up - 1) \/ up + 1,/' law/test_paths
mutant skip-fall-too-long sim/run/lane_skip.c \
    's/\.most = \(account - turn\) \/ down \+ 1,/.most = (account - turn) \/ down + 2,/' law/test_paths
mutant skip-idle-slots-that-make-up sim/run/lane_skip.c \
    's/return idle_most < p->averaging;/return idle_most >= 0;/' law/test_paths
mutant skip-legacy-uneven sim/run/lane_skip.c \
    's/return \(full \|\| stop_ns == p->slice_ns\) \&\& most - least < stop_ns;/return full || most - least < stop_ns;/' law/test_paths
mutant skip-lone-slice-that-runs-over sim/run/lane_skip.c \
    's/until_ns -= !c.stops \&\& p->granularity_ns > 0;/(void)0;/' law/test_paths
mutant skip-answers-elsewhere sim/run/lane_skip.c \
    's/w->kind == WORK_CLOSED \|\| w->kind == WORK_LLM/w->kind == WORK_LLM/' law/test_paths
mutant skip-switches-not-booked sim/run/lane_skip.c 's/\+= n \* c.switch_ns;/+= 0;/' law/test_paths
mutant skip-who-was-last sim/run/lane_skip.c \
    's/before != 0 \? before : d->has_work\)/d->has_work)/' law/test_paths
mutant fast-completion-one-ns-late sim/run/lane_slots.c \
    's/fast_emit\(f, v, first_ns, done_ns,/fast_emit(f, v, first_ns, done_ns + 1,/' law/test_schedules law/test_paths
mutant baseline-is-the-shared-run sim/run/lane_source.c \
    's/alone = baseline_ns\(vm->silent, vm->part, item->client, item->serial\);/alone = latency_ns;/' law/test_paths law/test_flow
mutant warm-up-not-cut sim/run/exp.c \
    's/r->from_ns = only_traces \? 0 : r->from_ns;/r->from_ns = 0;/' law/test_statistics
mutant owed-one-ns-early models/share.c 's/p->slice_ns\) - p->slice_ns;/p->slice_ns) - p->slice_ns - 1;/' \
    law/test_paths unit/test_share
mutant owed-a-slice-more models/share.h 's/\(got_ns - 1\) \/ s->slice_ns \+ 1/got_ns \/ s->slice_ns + 1/' unit/test_share
mutant backlog-goes-on sim/run/lane_fast.h 's/vm->arrival_ns >= vm->free_ns/vm->arrival_ns > vm->free_ns + 1/' law/test_paths
mutant neighbour-not-silent sim/run/neighbour.c 's/if \(tenant_of\(&from->vm\[v\]\) != tenant_ix\)/if (from->vm[v].vm_ix >= 0)/' unit/test_neighbour
mutant neighbour-the-mildest sim/run/neighbour.c 's/a->violations < b->violations/a->violations > b->violations/' unit/test_neighbour
mutant shift-nothing sim/run/sensitivity.c 's/c->yield_idle = !c->yield_idle;/c->yield_idle = false;/' unit/test_neighbour
mutant difference-the-other-way sim/run/paired.c 's/is_higher == \(of == PAIRED_THROUGHPUT\)/is_higher != (of == PAIRED_THROUGHPUT)/' \
    unit/test_paired
mutant difference-not-paired sim/run/paired.c '/^struct estimate paired_difference/,/^}/s/of_row\(row_at\(there, r,/of_row(row_at(there, 0,/' unit/test_paired
mutant bin-off-by-one sim/core/hist.h \
    's/return \(octave << HIST_BITS\) \+/return 1 + (octave << HIST_BITS) +/' unit/test_hist
mutant bin-upper-edge sim/core/hist.c \
    's/\(\(INT64_C\(1\) << shift\) - 1\) >> 1/(INT64_C(1) << shift)/' unit/test_hist
mutant rank-is-the-floor sim/core/hist.c 's/: ceil\(x\);/: floor(x);/' unit/test_hist
mutant percentile-of-percentiles sim/run/summary.c \
    's/section\(x, tenant_ix, \(double\)hist_percentile\(h, p\), offset/section(x, tenant_ix, sum_of(x, tenant_ix, offset) \/ x->replicas, offset/' unit/test_summary
mutant stream-of-two-purposes models/work.c \
    's/\(&c->service, id, RNG_SERVICE\)/(\&c->service, id, RNG_ARRIVAL)/' law/test_statistics
mutant normal-for-student sim/core/ci.c 's/return gsl_cdf_tdist_Pinv\(0.975, dof\);/return 1.96 + 0 * dof;/' unit/test_ci
mutant replicas-forgotten sim/core/ci.c 's/ \* s \/ sqrt\(sections\)/ * s/' unit/test_ci law/test_statistics
mutant latency-without-the-wait sim/run/gather.c \
    's/int64_t latency_ns = r->done_ns - r->arrival_ns;/int64_t latency_ns = r->done_ns - r->first_ns;/' law/test_statistics law/test_doubt law/test_laws
mutant column-without-the-wait sim/run/gather.c \
    's/hist_add_n\(t->same, c->latency_ns/hist_add_n(t->same, c->wait_ns/' law/test_statistics
mutant column-counted-whole sim/run/lane_fcfs.c 's/to = alike \? c->n : i \+ 1;/to = c->n;/' law/test_paths
mutant column-booked-whole sim/run/lane_fcfs.c \
    's/if \(fast_is_inside\(f, start_of\(c, 0\), free_ns\)\)/if (f)/' law/test_paths
mutant sum-carry-lost sim/core/hist.h 's/h->sum_hi \+= h->sum_lo < value;/(void)0;/' unit/test_hist
mutant column-bins-of-small-values sim/core/hist_vec.h 's/ - BIN_BIAS - borrowed;/ - BIN_BIAS;/' unit/test_hist
mutant request-counted-twice sim/run/gather.c \
    's/(hist_add\(t->wait, .*\);)/\1 hist_add(t->wait, 0);/' law/test_doubt
mutant tenant-without-its-share sim/run/gather.c \
    's/(g->useful_weight\[tenant\] \+= )/\1 0.5 * /' law/test_doubt
mutant two-media-instances models/mig.c 's/if \(me_n > 1\)/if (me_n > 2)/' unit/test_mig
mutant media-beside-all models/mig.c 's/all_n == 1 && with_media_n > 1/all_n == 1 \&\& with_media_n > 2/' unit/test_mig
mutant stranded-by-first-branch models/layout.c 's/(e->best = taken > e->best \? taken : e->best);/if (e->best == 0) { e->best = taken; }/' law/test_geometry
mutant driver-takes-lowest-start models/layout.c 's/score\[at - 1\] < left;/false;/' unit/test_layout unit/test_census
mutant overlap-by-one-unit models/layout.c 's/\(bits_of\(start, k->size\) \& busy\) == 0/(bits_of(start, k->size) \& busy \& ~(UINT64_C(1) << start)) == 0/' law/test_geometry
mutant name-of-any-memory models/mig.c 's/<= 5 \+ p->nominal_gib/<= 5 * p->nominal_gib/' unit/test_census
mutant order-ends-elsewhere models/census.c 's/o->places != NULL \&\& /false \&\& /' unit/test_census

# The way of a request and the kinds of work.
mutant host-skipped sim/run/lane_source.c \
    's/vm->next_queued_ns = host_ready_ns\(.*\);/vm->next_queued_ns = vm->next_ns;/' law/test_flow
mutant host-of-clients-skipped sim/run/lane_source.c \
    's/c->queued_ns = host_ready_ns\(&vm->host_ahead, vm->work, now\);/c->queued_ns = now;/' law/test_flow
mutant batch-leaves-one-early sim/run/lane_source.c \
    's/n >= w->batch_max \|\|/n >= w->batch_max - 1 ||/' law/test_flow
mutant batch-waits-one-ns-longer sim/run/lane_source.c \
    's/at = leave_ns\(vm\);/at = leave_ns(vm) + 1;/' law/test_flow
mutant batch-waits-from-arrival sim/run/lane_source.c \
    's/vm->work->batch_from_free \&\& vm->free_ns > from_ns/false/' law/test_flow
mutant started-twice-at-once sim/run/lane.c \
    's/while \(s->job_n < vm->streams \&\& source_has_job\(sim, vm\)\) \{/if (source_has_job(sim, vm)) {/' law/test_flow law/test_paths
mutant batch-takes-the-time-of-one sim/run/lane_source.c \
    's/vm->work->by_size\[job->n\]/vm->work->by_size[1]/' law/test_flow
mutant speed-of-one-workload-alone sim/run/lane.c \
    's/width \+= sim->vm\[s->vm \+ k\]/width = sim->vm[s->vm + k]/' law/test_laws
mutant work-of-the-first-workload sim/run/lane_source.c \
    's/for \(int k = 0; k < part_n; k\+\+\) \{/for (int k = 0; k < 1; k++) {/' law/test_laws
mutant workload-takes-all-of-its-vm sim/fleet/lanes_load.c 's/left -= asked;/left -= 0.0 * asked;/' law/test_laws
mutant gap-begins-anew-in-a-window models/work.c \
    's/double left = dist_draw\(\&a->window\[c->state\].gap, \&c->arrival\);/now = c->until_ns; next_window(c); double left = dist_draw(\&a->window[c->state].gap, \&c->arrival);/' unit/test_arrivals
mutant gap-ignored sim/run/lane.c \
    's/job->piece < job->pieces \? w->gap_ns : w->tail_ns/job->piece < job->pieces ? 0 : w->tail_ns/' law/test_flow
mutant tail-ignored sim/run/lane.c \
    's/job->piece < job->pieces \? w->gap_ns : w->tail_ns/job->piece < job->pieces ? w->gap_ns : 0/' law/test_flow
mutant gap-keeps-the-domain sim/run/lane_source.c \
    's/bool has = s->active_n > 0/bool has = s->job_n > 0/' law/test_flow
mutant odd-ns-of-pieces-lost sim/run/lane.c \
    's/ \+ \(job->piece < job->total_ns % job->pieces\);/;/' law/test_flow
mutant pause-one-step-early sim/run/lane_source.c \
    's/c->serial % vm->work->pause_every == 0/(c->serial + 1) % vm->work->pause_every == 0/' law/test_flow
mutant dropped-is-served sim/run/lane_source.c \
    's/sim->books->dropped\[vm - sim->vm\]\+\+;/sim->books->completed[vm - sim->vm]++;/' law/test_flow
mutant pipeline-one-longer sim/run/lane_frames.c \
    's/under_way < vm->work->pipeline_max/under_way <= vm->work->pipeline_max/' law/test_flow
mutant dropped-frame-draws-nothing sim/run/lane_frames.c \
    's/\(void\)dist_draw_ns\(&vm->work->host.*/(void)0;/' law/test_flow
mutant cache-never-freed sim/run/lane_llm.c 's/l->reserved -= s->prompt \+ s->output;/(void)s;/' law/test_flow
mutant context-forgets-the-ended sim/run/lane_llm.c \
    's/l->context -= l->sequence\[q\].prompt \+ l->sequence\[q\].output;/(void)0;/' law/test_flow
mutant budget-without-decoding sim/run/lane_llm.c \
    's/m->max_batched_tokens - l->decoding_n;/m->max_batched_tokens;/' law/test_flow
mutant first-token-at-admission sim/run/lane_llm.c \
    's/s->first_token_ns = sim->now_ns;/s->first_token_ns = s->first_ns;/' law/test_flow
mutant prompt-in-one-piece sim/run/lane_llm.c \
    's/q->prompt_left < budget \? q->prompt_left : budget/q->prompt_left/' law/test_flow
mutant arrivals-seen-too-soon sim/run/lane_llm.c \
    's/return is_ahead \? l->began_ns : sim->now_ns;/return sim->now_ns;/' law/test_flow
mutant load-without-the-cache models/work.c \
    's/iterations = iterations > cache \? iterations : cache;/(void)cache;/' law/test_load
mutant load-without-the-budget models/work.c 's/places > budget \? places : budget/places/' law/test_load
mutant load-without-the-host sim/fleet/lanes_load.c 's/host > streams \? host : streams/streams/' law/test_load
mutant baseline-of-another-sequence sim/run/recall.c \
    's/\*latency_ns = own->latency_ns;/*latency_ns = r->place[0].latency_ns;/' law/test_flow
mutant other-size-beside-equal sim/fleet/fits.c \
    's/there->framebuffer_gib != v->framebuffer_gib \|\| //' unit/test_fits
mutant ids-overlap sim/fleet/fits.c 's/next = v->placement_ids\[i\] \+ size;/next = 0;/' unit/test_fits
mutant ids-of-others sim/fleet/fits.c 's/b->shape->unit\[u\] == FITS_TAKEN/false/' unit/test_fits
mutant full-instance-has-room sim/fleet/fits.c 's/n \+= most - b->j->f->domain.*vgpu_n;/n += most;/' unit/test_fits
mutant nothing-is-stranded sim/fleet/fits.c 's/= FITS_STRANDED;/= FITS_FREE;/' unit/test_fits
mutant tenants-look-alike sim/fleet/fits.c 's/x->tenant_ix != y->tenant_ix \|\| x->type != y->type \|\| //' \
    unit/test_fits unit/test_pictures
mutant change-not-placed sim/fleet/fits_change.c 's/works = placed && fleet.feasible/works = placed/' unit/test_fits
mutant waiting-survive-a-fault sim/run/lane_life.c 's/if \(fate == FATE_LOST\) \{/if (false) {/' law/test_flow
mutant fault-of-another-is-ones-own sim/run/lane_life.c 's/strike\(sim, first, fate, !h->is_own\)/strike(sim, first, fate, false)/' \
    law/test_flow
mutant later-fault-ends-the-earlier sim/run/lane_life.c 's/if \(end_ns > t->until_ns\) \{/if (end_ns != t->until_ns) {/' law/test_flow
mutant neighbours-faults-in-the-baseline sim/run/lane_life.c 's/!sim->is_silent \|\| hit_is_own\(h\)/true/' law/test_flow
mutant next-fault-while-down sim/run/lane_life.c 's/set_next\(sim, outage, sim->now_ns \+ down_ns\)/set_next(sim, outage, sim->now_ns)/' \
    law/test_flow
mutant restart-keeps-the-pieces sim/run/lane.c 's/            job->piece = 0;//' law/test_flow
mutant restarted-prompt-is-read sim/run/lane_llm.c 's/s->prompt_left = s->prompt;/(void)0;/' law/test_flow
mutant down-takes-its-turn sim/run/lane_source.c 's/s->active_n > 0 \&\& !vm->is_down/s->active_n > 0/' law/test_flow
mutant taken-up-before-the-fault sim/run/lane_build.c 's/s->starts_at_once \&\& !sim->life/s->starts_at_once/' law/test_flow
mutant instance-is-the-gpu sim/fleet/hits.c 's/a->domain_ix == b->domain_ix;/a->gpu_ix == b->gpu_ix;/' unit/test_hits
mutant leaver-keeps-its-slot models/sched_ring.c 's/if \(!on \&\& s->slot == vgpu/if (false/' law/test_flow
mutant newcomer-takes-all models/sched_ring.c 's/has_least \? s->account_ns/false ? s->account_ns/' law/test_flow
mutant leaver-remembered-as-last models/sched_ring.c 's/if \(\(members >> s->slot \& 1\) == 0\) \{/if (false) {/' unit/test_sched
mutant stopped-keeps-what-it-holds sim/run/lane_life.c 's/off->keeps \? FATE_RESUMED : FATE_LOST/FATE_RESUMED/' law/test_flow
mutant neighbours-stay-in-the-baseline sim/run/lane_build.c 's/i < lane->shift_n; i\+\+/i < 0; i++/' law/test_flow
mutant absent-are-counted sim/run/lane_engine.h 's/\|\| !life_is_absent\(\&vm->spec->off, arrival_ns\)/|| true/' law/test_flow
mutant suspended-host-goes-on sim/run/lane_source.c 's/ready_ns \+= off->until_ns - .*;/(void)0;/' law/test_flow
mutant newcomer-not-owed-for sim/run/lane.c 's/turns \+= share_turns_each\(p\)/turns += 0/' law/test_flow
mutant fault-of-a-stopped-vm sim/run/lane_life.c 's/if \(life_is_off\(\&o->spec->off, sim->now_ns\)\) \{/if (false) {/' law/test_flow
mutant comings-are-alike sim/fleet/lanes_load.c 's/!y->params.varies/true/' cli/lifecycle
mutant absent-time-is-downtime sim/run/gather.c 's/there -= off->absent/there -= 0/' cli/lifecycle
mutant off-is-hit sim/fleet/hits.c 's/x->lane_of\[from\] < 0 \|\| //' unit/test_hits
mutant promise-not-asked sim/fleet/hits.c 's/x->rule->promised/scope/' unit/test_hits
mutant downtime-is-nobodys sim/run/gather.c 's/g->down_ns\[vm->tenant_ix\] \+= /g->down_ns[vm->tenant_ix] += 0 * /' unit/test_hits
mutant bar-shifted sim/report/rep_layout.c 's/int from = column_of\(v, u, columns\);/int from = column_of(v, u, columns) + 1;/' \
    unit/test_pictures
mutant cover-strains sim/plan/cover.c 's/m->p->n \+ w \+ 1, m->way\[w\]\.strain\)/m->p->n + w + 1, -m->way[w].strain)/' \
    unit/test_cover
# Lower bounds, with which a plan refuses what it does not simulate.
mutant wait-of-one-server-for-many models/bound_least.c 's/half \* \(1.0 \/ \(servers - load\) - 1.0\)/half * load \/ (servers - load)/' \
    unit/test_bound
mutant more-arrivals-in-less-time models/bound_least.c 's/gsl_cdf_gamma_Pinv\(1.0 - p, n,/gsl_cdf_gamma_Pinv(1.0 - p, n - 0.5,/' unit/test_bound
mutant slot-more-than-it-needs models/bound_least.c 's/return ceil\(work \/ slot\) - 1.0;/return floor(work \/ slot);/' unit/test_bound
mutant phase-of-a-slot-is-free models/bound_least.c 's/rest \* gap \/ frame \+ //' unit/test_bound
mutant line-above-the-mean models/bound_least.c 's/work \* gap \/ slot - gap \* gap \/ frame;/work * gap \/ slot;/' unit/test_bound
mutant quantile-of-the-other-phase sim/core/dist.c 's/d->p\[0\] \* exp\(-x \/ d->p\[2\]\)/d->p[0] * exp(-x \/ d->p[1])/' unit/test_dist
mutant scaled-in-name-only sim/core/dist.c 's/\(void\)d->kind->prepare\(&out\);/(void)out;/' unit/test_dist
mutant largest-batch-is-the-fastest sim/plan/reach.c 's/\(double\)ns < best \? \(double\)ns : best/(double)ns/' unit/test_reach
mutant idle-slots-are-lost sim/plan/reach.c 's/!sched_gives_idle_time\(d->sched, d->params.yield_idle\)/true/' unit/test_reach
mutant wait-of-any-arrivals sim/plan/reach.c 's/strcmp\(a->process, "poisson"\) != 0/a->process == NULL/' unit/test_reach
mutant wait-of-one-stream sim/plan/reach.c 's/ \|\| w->streams != 1 \|\|/ ||/' unit/test_reach
mutant no-latency-is-out-of-reach sim/plan/trial.c 's/hopeless = hopeless \|\| \(m \&\&/hopeless = hopeless || (false \&\& m \&\&/' cli/plan_none
# Of VMs divided over GPUs that they share.
mutant load-is-left-out-of-contents sim/plan/divide.c 's/tenant->work.arrivals.rate_per_s,/0.0,/' unit/test_divide
mutant contents-count-once sim/plan/divide.c 's/ \* n \* alike->times\[k\] \// * n \//' unit/test_divide
mutant vms-are-only-spread sim/plan/search.c 's/x->divide = divide_open\(x, v\);/x->divide = NULL;/' unit/test_divide
mutant misses-of-one-vm sim/plan/divide.c 's/ \* count_of\(d, c\)\[d->of\[r\]\];/;/' cli/plan_sizes
mutant tail-below-the-limit sim/plan/divide.c 's/return 1.0 - \(low_frac/return (low_frac/' unit/test_divide
mutant least-misses-of-what-is-inside sim/plan/divide.c 's/holds_all\(count_of\(d, i\), count, d->tenant_n\)/holds_all(count, count_of(d, i), d->tenant_n)/' \
    unit/test_divide
mutant worst-of-no-objective sim/plan/cover.c 's/-\(double\)d->wanted\[d->of\[r\]\]/(double)d->wanted[d->of[r]]/' unit/test_divide
mutant listed-on-the-first-gpu sim/fleet/pack.c 's/\*left -= takes;//' unit/test_divide
mutant listed-sizes-share-a-class sim/fleet/fleet.c 's/i < terms->class_n && terms->policy != PLACE_LISTED/i < terms->class_n/' unit/test_divide
mutant number-below-is-left-out sim/plan/search.c 's/snprintf\(text, sizeof text, "with %d: %.300s", gpus, c->binding\);/snprintf(text, sizeof text, "%.300s", c->binding);/' \
    unit/test_divide
mutant limits-kept-by-little-stay sim/plan/wish.c 's/best \* slack <= o->limit/best <= o->limit/' unit/test_divide
# In plans of several parts.
mutant mix-lifts-too-far sim/plan/mix.c 's/larger->least > p->least \? larger->least : p->least/larger->least + p->least/' \
    unit/test_mix
mutant mix-spends-no-gpus sim/plan/mix.c 's/row - 1 : row - gpus;/row - 1 : row;/' \
    unit/test_mix
mutant mix-drops-a-tenant sim/plan/trial.c 's/v->vm_n \+= s->tenant\[t\]\.count;/if (t > 0) { v->vm_n += s->tenant[t].count; } else { continue; }/' \
    unit/test_mix
mutant least-needs-twice sim/plan/least.c 's/kind_n \+ w, -way->need/kind_n + w, -2 * way->need/' unit/test_least
mutant cut-forbids-nothing sim/plan/least.c 's/failed\[at\] \+ 1\.0/failed[at] + 0.0/' unit/test_least
mutant vgpu-takes-an-instance sim/plan/needs.c 's/\(double\)seats \/ c->domain_max/(double)seats/' unit/test_least
# Of VMs that come and go.
mutant instance-at-another-start sim/fleet/gstate.c 's/return start\[0\];/return start[0] + 1;/' unit/test_churn
mutant gone-instance-stays sim/fleet/gstate.c 's/if \(--c.piece\[i\].n == 0\)/if (--c.piece[i].n < 0)/' unit/test_churn
mutant states-mixed-up sim/fleet/gstate.c 's/ \|\| a->class_ix != b->class_ix \|\| a->n != b->n//' unit/test_churn
mutant shares-beyond-one sim/fleet/gstate.c 's/p->start \+ milli > GSTATE_MILLI \|\| //' unit/test_churn
mutant creation-before-deletion sim/fleet/churn.c 's/deleted_ns <= until; gone/deleted_ns < until; gone/' unit/test_churn
mutant host-keeps-cpus sim/fleet/churn.c 's/cpu_milli < INT64_MAX \? vm->cpu_milli : 0;/cpu_milli < 0 ? vm->cpu_milli : 0;/' unit/test_churn
mutant empty-before-used sim/fleet/churn.c 's/best.gpu_ix >= 0 \? best : empty/empty.gpu_ix >= 0 ? empty : best/' unit/test_churn
mutant seats-on-one-gpu sim/fleet/churn.c 's/return r->t->g->terms->mode != MODE_MIG;/return false;/' unit/test_churn unit/test_plan_vms
mutant lost-room-not-counted sim/fleet/hostfrag.c 's/f->lost\[i\] \+= sign/f->lost[i] += 0 * sign/' unit/test_hostfrag
mutant host-not-asked-again sim/fleet/hostfrag.c 's/is_known = false;/is_known = true;/' unit/test_hostfrag
mutant cpus-no-part-of-it sim/fleet/hostfrag.c 's/k->cpu_milli <= cpu_milli && k->memory/k->memory/' unit/test_hostfrag
mutant slices-rounded-down models/fraction.c 's/compute_slices \* FRACTION_ONE >= slices/compute_slices * (FRACTION_ONE + 1) >= slices/' unit/test_plan_vms
mutant sizes-share-in-the-bound sim/plan/vmdemand.c 's/sum \+= (div_ceil\(seats\[k\], seats_on_gpu\(d, k\)\));/sum = sum > \1 ? sum : \1;/' unit/test_plan_vms
mutant column-behind-the-quote sim/input/csvin.c "s/r->text\[from\+\+\] = '\"';/from++;/" unit/test_csvin
mutant cell-before-its-blanks sim/input/csvin.c 's/size_t from = skip_blanks\(r, r->at\);/size_t from = r->at;/' unit/test_csvin
mutant escaped-quote-ends-a-cell sim/input/csvin.c 's/s\[to\] == .". \? 2 : 1;/1;/' unit/test_csvin
mutant licences-at-the-end sim/plan/vmdemand.c 's/p\.licences > d->licences_most \?/i + 1 == d->vm_n ?/' unit/test_plan_vms
mutant division-takes-a-shape-twice sim/plan/vmmix.c 's/before\[set \^ sub\]/before[set]/' unit/test_plan_vms
mutant division-tries-few-sets sim/plan/vmmix.c 's/sub = \(sub - 1\) \& set/sub = (sub >> 1) \& set/' unit/test_plan_vms
mutant division-moves-uphill sim/plan/vmmix.c 's/if \(left \+ right < m->way/if (left + right > m->way/' unit/test_plan_vms
mutant division-bound-keeps-the-gone sim/plan/vmmix.c 's/now -= each/now -= 0 * each/' unit/test_plan_vms
mutant division-without-starts sim/plan/vmmix.c 's/int first = 0; first <= m->way_n/int first = m->way_n; first <= m->way_n/' unit/test_plan_vms
mutant moment-one-gpu-short sim/plan/plan_vms.c 's/v->gpu_count = c->packed;/v->gpu_count = c->packed - 1;/' unit/test_plan_vms
mutant first-creation-is-no-zero sim/input/vmrows.c 's/created_ns -= zero;/created_ns -= 0;/' unit/test_plan_vms
mutant half-a-gpu-is-a-gpu sim/input/vmrows.c 's/return thousandths % 1000 == 0/return true/' unit/test_plan_vms
# Of what a plan says beside its winner.
mutant energy-of-one-gpu sim/plan/bill.c 's/b->power_w \+= gpus \* /b->power_w += /' unit/test_plan
mutant flip-halves-the-wrong-way sim/plan/flip.c 's/other = is_same \? other : f;/other = is_same ? f : other;/' \
    unit/test_plan_answer
mutant flip-moves-only-upwards sim/plan/flip.c 's/look\(&l, 1.0 \/ FLIP_STEP\)/look(\&l, FLIP_STEP)/' unit/test_plan_answer
mutant front-without-larger-profiles sim/plan/front.c 's/trial_give\(v, t, mig, /(void)(v, t, mig, /' unit/test_plan_answer
mutant front-keeps-what-is-beaten sim/plan/front.c 's/is_dearer\) && hi < best;/is_dearer);/' unit/test_plan_answer
mutant front-on-as-many-gpus sim/plan/front.c 's/c->gpus \+ \(1 << i\)/c->gpus + i/' unit/test_plan_answer
mutant fit-asks-the-old-throughput sim/plan/admit.c 's/limit \*= \(double\)n \/ one->count;/limit *= 1.0;/' unit/test_plan_answer
mutant fit-without-the-neighbour sim/plan/admit.c 's/if \(n < m->placeable && !is_over/if (false \&\& !is_over/' unit/test_plan_answer
mutant fit-on-the-smallest-profile sim/plan/larger.c 's/while \(mig && larger/while (false \&\& mig \&\& larger/' \
    unit/test_plan_answer
mutant profiles-from-the-largest sim/plan/larger.c 's/a->size < b->size :/a->size > b->size :/' unit/test_plan_answer
mutant group-has-many-parts sim/plan/mix.c 's/bool is_own = !m->has_hosts \|\| .*;/bool is_own = true;/' unit/test_plan_hosts
mutant part-takes-all-hosts sim/plan/mix.c 's/v->group_n = has_hosts \? 1 : 0;/v->group_n = v->group_n;/' cli/plan_groups
mutant served-on-every-gpu sim/plan/serve.c 's/: holds != HOLDS_NO;/: true;/' cli/plan_groups
mutant smallest-profile-serves sim/plan/serve.c 's/\*mig, n, why\) != HOLDS_YES/*mig, n, why) > HOLDS_YES/' cli/plan_groups
mutant one-instance-serves sim/plan/serve.c 's/more\.share < best->share/more.share > best->share/' unit/test_plan_hosts
mutant other-groups-are-cut-off sim/plan/plan_hosts.c 's/ \|\| \(a\[g\] == 0\) != \(b\[g\] == 0\)//' unit/test_plan_hosts
mutant hosts-closed-in-from-above sim/plan/plan_hosts.c 's/is_cheaper = answer.cost < /is_cheaper = answer.cost > /' unit/test_plan_hosts
mutant lost-host-turns-around sim/plan/spare.c 's/loss->holds = holds_on/loss->holds = !holds_on/' unit/test_plan_answer
mutant assumption-not-set sim/plan/assume.c 's/trial_holds\(x, &v,/trial_holds(x, c->scenario,/' unit/test_plan_answer
mutant wish-below-what-can-be-had sim/plan/wish.c 's/rounded\(best \* slack, true\)/rounded(best \/ 2, true)/' unit/test_plan
# What a page says, and turns out of a trace.
mutant difference-not-reversed sim/report/answer.c 's/ != is_reversed;/;/' unit/test_page
mutant straddling-is-met sim/report/stored.c 's/\? hi <= at_most/? lo <= at_most/' unit/test_page
mutant most-gpus-win sim/report/answer.c 's/gpus_of\(s, m\) < gpus_of\(s, best\) :/gpus_of(s, m) > gpus_of(s, best) :/' unit/test_page
mutant broken-requirement-answers sim/report/answer.c 's/all_break \|\| !breaks\(s, mode_ix\)/all_break || mode_ix >= 0/' unit/test_page
mutant offender-takes-all sim/report/page_isolation.c 's/return total - without;/return total;/' unit/test_page
mutant late-of-dropped sim/report/page_kinds.c 's/late\.value \/ all\.value/late.value \/ (all.value + 1)/' unit/test_page
mutant last-gpu-of-a-trace sim/report/plot_trace.c 's/pid < x->process\[i\]\.pid \? p/pid > x->process[i].pid ? p/' unit/test_page
mutant work-begins-anew sim/report/plot_trace.c 's/ && n > 0 && t->busy_since_ns < 0/ \&\& n > 0/' unit/test_page
mutant turns-beyond-the-trace sim/report/plot_trace.c 's/to = to < x->to_ns \? to : x->to_ns;//' unit/test_page
# Of flags, and what is random.
mutant tokens-are-always-drawn models/work.c 's/\(!w->arrivals.periodic \|\| w->llm->prompt/(w->llm || w->llm->prompt/' cli/nothing_random
mutant bound-moves-the-value sim/core/ci.c 's/e\.lo = fmax\(e\.lo, least\);/e.lo = e.value = fmax(e.value, least + e.value);/' unit/test_ci
mutant cut-interval-is-more-precise sim/core/ci.c 's/fmax\(e->hi - e->value, e->value - e->lo\)/(e->hi - e->lo) \/ 2.0/' unit/test_ci
mutant bins-by-their-floor sim/core/hist.c 's/bin_floor\(i \+ 1\) - 1/bin_floor(i)/' unit/test_hist
mutant ascii-takes-indentation sim/base/text.c 's/i >= from \+ 2/i >= 2/' unit/test_text
mutant another-argument-shown sim/input/scenario.c 's/over->set\[i\], line\+\+\)/over->set[i], line)/' cli/set_several
mutant replicas-beyond-the-bound sim/run/exp.c 's/r->replicas < x->s->replicas_max/r->replicas < REPS_MAX/' cli/replicas_bounded
mutant edited-rows-are-believed sim/cli/journal.c 's/rows_sum\(out->rows, out->n, CELL_N\) != sum/false/' unit/test_grid
mutant nobody-is-there sim/run/lane_build.c 's/slot_n = slot_n > 0 \? slot_n : 1;//' cli/powered_off
mutant plugin-may-exit sim/cli/term.c 's/if \(is_guarded\) \{/if (false) {/' cli/plugin
mutant one-trace-for-all sim/cli/cmd_test.c 's/t->o->operand_n > 1 \? t->n : -1/-1/' cli/trace_everywhere
mutant plan-horizon-not-written sim/cli/cmd_plan.c 's/if \(l->scenario->horizon_of_plan\) \{/if (false) {/' cli/plan_horizon
mutant plan-horizon-for-any-hour models/work.h 's/ && w->arrivals.curve_n == 0//' unit/test_scenario

echo "$caught passed, $escaped failed"
[ "$escaped" -eq 0 ]
