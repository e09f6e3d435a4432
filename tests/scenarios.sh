#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# scenarios.sh - every shipped scenario runs, its JSON is JSON and holds the modes that it lists, and the
# answer in its first comment is the answer that comes out. What one sentence about one mode can say is a gate of
# the scenario (`expect:`); what holds between modes, and what a metric without a gate says, is claimed here. Margins
# are wide against the intervals, so a change of the random numbers does not break them. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 4
B=${B:-build/main}
VGPUSIM=${VGPUSIM:-$B/vgpusim}
CC=${CC:-cc}
mkdir -p "$B/tests"
work=$(mktemp -d "$B/tests/scenarios.XXXXXX") || exit 4
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

says() { # description, status: one case
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $1"
    fi
}

$CC -std=c17 -O1 -o "$work/json_modes" tests/json_modes.c -ljansson || exit 4

"$VGPUSIM" test scenarios/*.yaml >"$work/gates" 2>&1
says "every scenario has gates, and they pass: $(grep -E '^(FAIL|inconclusive)|error' "$work/gates")" $?

# Runs a scenario into $work/r.json and $work/r.csv and checks the modes, one per line.
gates=0 # exit status: 1 where flags change what the gates are about
run() { # file, modes, flags...
    file=scenarios/$1
    want=$2
    shift 2
    "$VGPUSIM" check "$file" >/dev/null 2>"$work/err"
    says "$file: check" $?
    "$VGPUSIM" run "$file" "$@" --format json --write csv="$work/r.csv" >"$work/r.json" 2>"$work/err"
    status=$?
    [ $status -eq $gates ]
    says "$file: exit status $status: $(cat "$work/err")" $?
    "$work/json_modes" <"$work/r.json" >"$work/modes" 2>"$work/err"
    says "$file: JSON: $(cat "$work/err")" $?
    echo "$want" >"$work/want"
    diff "$work/want" "$work/modes" >"$work/err"
    says "$file: modes: $(cat "$work/err")" $?
}

# The value of a metric: mode/policy, tenant ("" for the mode's), metric. NONE where there is none.
value() {
    awk -F, -v mode="$1" -v tenant="$2" -v metric="$3" '
        NR > 1 && $3 ($4 == "" ? "" : "/" $4) == mode && $5 == tenant && $6 == metric && $8 != "" {
            print $8; found = 1; exit }
        END { if (!found) print "NONE" }' "$work/r.csv"
}

p95() { value "$1" "$2" latency_ns.p95; } # ns

claim() { # description, arithmetic condition of awk
    condition=$(echo "$2" | tr '\n' ' ')
    case $condition in
    *NONE*) says "$file: $1: $condition" 1 ;;
    *)
        awk "BEGIN { exit !($condition) }"
        says "$file: $1: $condition" $?
        ;;
    esac
}

ts=time-sliced
be=$ts/best-effort es=$ts/equal-share fs=$ts/fixed-share
tm=time-sliced-mig

run 00-quickstart.yaml "passthrough yes 2
$be yes 2
$es yes 2
$fs yes 2
mig yes 2
$tm/best-effort yes 2"
claim 'time-sliced MIG takes one GPU' "$(value $tm/best-effort '' gpus_used) == 1"
claim 'best effort is about 21 ms for chat' "$(p95 $be chat) > 19e6"
claim 'best effort has the lowest p95 of the modes that share' \
    "$(p95 $be chat) < $(p95 mig chat) && $(p95 mig chat) < $(p95 $es chat)"
claim 'time-sliced MIG takes four times as long' \
    "$(p95 $tm/best-effort chat) > 3 * $(p95 $be chat) && $(p95 $tm/best-effort chat) < 5 * $(p95 $be chat)"
claim 'best effort slows about a third' "$(value $be '' violations.total_frac) > 0.25"
claim 'slots slow nobody' "$(value $es '' violations.total) + $(value $fs '' violations.total) == 0"
claim 'best effort, MIG and time-sliced MIG meet the objectives' "$(value $be chat objective_met) +
    $(value $be embed objective_met) + $(value mig chat objective_met) + $(value mig embed objective_met) +
    $(value $tm/best-effort chat objective_met) + $(value $tm/best-effort embed objective_met) == 6"
claim 'equal and fixed share miss both' "$(value $es chat objective_met) + $(value $es embed objective_met) +
    $(value $fs chat objective_met) + $(value $fs embed objective_met) == 0"
claim 'a full GPU makes equal and fixed share one schedule' "$(p95 $es chat) == $(p95 $fs chat)"

run 10-slices-or-timeslice.yaml "$be yes 1
$es yes 1
$fs yes 1
mig yes 1"
claim 'slices win' "2 * $(p95 mig vision) < $(p95 $be vision)"
claim 'best effort beats equal share beats fixed share' \
    "$(p95 $be vision) < $(p95 $es vision) && $(p95 $es vision) < $(p95 $fs vision)"
gates=1
run 10-slices-or-timeslice.yaml "$be yes 1
$es yes 1
$fs yes 1
mig yes 1" --set tenants.vision.workload.scaling.width=100%
gates=0
claim 'wide requests turn the answer round' "3 * $(p95 $be vision) < $(p95 mig vision)"

run 15-twelve-vms.yaml "$be yes 1
$fs yes 1
$tm/best-effort yes 1
$tm/fixed-share yes 1"
claim 'under best effort the whole GPU is a little faster' \
    "$(p95 $be desk) < $(p95 $tm/best-effort desk) && $(p95 $tm/best-effort desk) < 1.5 * $(p95 $be desk)"
claim 'and slows twice as many' \
    "$(value $be '' violations.total_frac) > 1.7 * $(value $tm/best-effort '' violations.total_frac)"
claim 'under fixed share instances win' "2 * $(p95 $tm/fixed-share desk) < $(p95 $fs desk)"

run 25-turns.yaml "$be yes 3
$es yes 3
$fs yes 3"

run 20-violations-by-hand.yaml "$be yes 2
$es yes 2
$fs yes 2
mig yes 2"
claim 'and 2.5 and 2 times the baseline' \
    "$(value $be a p95_inflation) == 2.5 && $(value $be b p95_inflation) == 2"
run 20-violations-by-hand.yaml "$be yes 2
$es yes 2
$fs yes 2
mig yes 2" --isolation --against mig
against() { value "$1" "$2" difference.p95_ns; }
claim 'against instances' "$(against $be a) == 4.5e6 && $(against $be b) == 5e6 && $(against $es a) == 3e6 &&
    $(against $es b) == 9e6 && $(against $fs a) == 8e6 && $(against $fs b) == 19e6"
says "$file: each is harmed by the other alone" "$(grep -c '"tenant": "[ab]",$\|"violations_without": 0,$' "$work/r.json" |
    grep -vc '^4$')"
"$VGPUSIM" run $file --sensitivity | tr -s ' \n' ' ' |
    grep -q 'no order turns around; 2 of 12 can no longer be told'
says "$file: idle slots that are yielded make best effort of equal share" $?
near='function near(a, b) { return a - b < 1e-9 && b - a < 1e-9 }'
claim_near() { # description, value, exact
    awk "$near BEGIN { exit !near($2, $3) }"
    says "$file: $1: $2 is not $3" $?
}
for mode in $be $es $fs; do
    claim_near "$mode is useful for 8 of 100 ms" "$(value $mode '' utilization.useful_frac)" 0.08
    claim_near "$mode switches for 2 of 100 ms" "$(value $mode '' utilization.switch_frac)" 0.02
done

run 22-faults-by-hand.yaml "$es yes 3
mig yes 3"
faults() { value "$1" "$2" violations.fault; }
lost() { value "$1" "$2" requests_lost; }
claim "a's fault takes requests of b and c where they share a GPU" "$(faults $es a) == 0 && $(faults $es b) == 100 &&
    $(faults $es c) == 100 && $(value $es '' violations.total) == 200 && $(value $es '' faults.collateral_requests) == 200"
claim 'and nobody'"'"'s on instances' "$(value mig '' violations.total) == 0 && $(value mig '' faults.blast_radius_max) == 0"
claim 'a loses 101 in both' "$(lost $es a) == 101 && $(lost mig a) == 101"
claim 'b and c lose 100 or none' "$(lost $es b) == 100 && $(lost $es c) == 100 && $(lost mig b) + $(lost mig c) == 0"
claim 'two faults hit two VMs in all' "$(value $es '' faults.count) == 2 && $(value $es '' faults.blast_radius_mean) == 1 &&
    $(value $es '' faults.blast_radius_max) == 2 && $(value $es '' faults.tenants_max) == 2"
claim 'b begins anew' "$(value $es b latency_ns.max) == 5015e6 && $(value mig b latency_ns.max) == 5007e6"
claim 'collateral downtime' "$(value $es '' faults.collateral_downtime_s) == 20 && $(value mig '' faults.collateral_downtime_s) == 0"
for m in "$es 50 45 50" "mig 50 55 60"; do
    # shellcheck disable=SC2086
    set -- $m
    claim "$1: seconds in service" "60 * $(value "$1" a available_frac) == $2 && 60 * $(value "$1" b available_frac) == $3 &&
        60 * $(value "$1" c available_frac) == $4"
done

run 23-coming-and-going-by-hand.yaml "$es yes 3
$fs yes 3
mig yes 3"
claim 'equal share follows who is there' "$(value $es b latency_ns.mean) == 12e6 && $(value $es c latency_ns.mean) == 12245e3 &&
    $(value $es b latency_ns.max) == 17e6 && $(value $es c latency_ns.max) == 17e6"
claim 'fixed share and instances do not' "$(value $fs b latency_ns.mean) == $(value $fs c latency_ns.mean) &&
    $(value mig b latency_ns.max) == 5e6 && $(value mig c latency_ns.max) == 5e6"
claim 'a goes on where it was' "$(value $es a latency_ns.max) == 6005e6 && $(value mig a latency_ns.max) == 6003e6"
claim 'who leaves and who comes has no other requests' "$(value $es a requests) == 600 && $(value $es b requests) == 400 &&
    $(value $es c requests) == 400 && $(lost $es a) + $(lost $es b) + $(lost $es c) == 0"
claim 'seconds in service' "60 * $(value $es a available_frac) == 54.002 && $(value $es b available_frac) == 1 &&
    $(value $es c available_frac) == 1"

run 30-noisy-neighbour.yaml "$be yes 2
$es yes 2
$fs yes 2
mig yes 2"
claim 'best effort doubles the p95 of the quiet' "$(value $be quiet p95_inflation) > 2"
claim 'it slows over a quarter of them' "$(value $be quiet violations.total_frac) > 0.25"
claim 'the cure is slower than the disease' \
    "$(p95 $es quiet) > 2 * $(p95 $be quiet) && $(p95 $fs quiet) > 3 * $(p95 $be quiet)"
claim 'MIG is fastest for the quiet' "$(p95 mig quiet) < $(p95 $be quiet)"
claim 'best effort is best for the noisy' \
    "$(p95 $be noisy) < $(p95 mig noisy) && $(p95 mig noisy) < $(p95 $es noisy)"

"$VGPUSIM" gen trace --process gamma --arrival-cv 1.5 --rate 2/s --duration 10min --tokens 1155,211 \
    -o "$work/chat.csv" && cmp -s "$work/chat.csv" scenarios/traces/chat.csv
says 'scenarios/traces/chat.csv is what its command makes' $?
run 50-trace-replay.yaml "passthrough yes 1
$be yes 1
$es yes 1
$fs yes 1
mig yes 1
$tm/best-effort no 1"
claim 'equal share does not' "$(p95 $es chat) > 1e9"
claim 'neither do slices' "$(p95 mig chat) > 300e6"
claim 'a trace has one replica' "$(value $be '' replicas) == 1"

run 60-desktops.yaml "$be yes 2
$es yes 2
$fs yes 2"
claim 'best effort keeps the frame rate of all' \
    "$(value $be office objective_met) + $(value $be cad objective_met) == 2"
claim 'rings keep that of the small' "$(value $es office objective_met) == 1 && $(value $es cad objective_met) == 0"
claim 'about 7 % of the CAD frames are late under best effort' \
    "$(value $be cad frames_late) / $(value $be cad requests) < 0.1"
claim 'a ring gives CAD about 19 frames a second' "$(value $es cad throughput_per_s) > 2 * 17"

run 65-training-fills-gaps.yaml "passthrough yes 1
$be yes 1
$es yes 1"
claim 'alone a job makes 6 steps a second' "$(value passthrough train throughput_per_s) < 12.4"
claim 'two on one GPU make about 73 % of that' \
    "$(value $be train throughput_per_s) > 0.68 * $(value passthrough train throughput_per_s) &&
    $(value $be train throughput_per_s) < 0.78 * $(value passthrough train throughput_per_s)"
claim 'equal share keeps the gaps' \
    "$(value $es train throughput_per_s) < 0.9 * $(value $be train throughput_per_s)"
claim 'two GPUs in passthrough' "$(value passthrough '' gpus_used) == 2"

run 70-chat-llm.yaml "$be yes 1
$es yes 1
mig yes 1"
claim 'best effort gives the first token first' "$(value $be chat ttft_ns.p95) < $(value mig chat ttft_ns.p95)"
claim 'and the next ones faster' "$(value $be chat tpot_ns.p95) < 0.95 * $(value mig chat tpot_ns.p95)"
claim 'a ring is about as fast as instances' "$(value $es chat tpot_ns.p95) < 1.15 * $(value mig chat tpot_ns.p95) &&
    $(value $es chat tpot_ns.p95) > 0.85 * $(value mig chat tpot_ns.p95)"

run 75-batching.yaml "mig yes 3"
claim 'who does not wait is first' "$(p95 mig eager) < 0.8 * $(p95 mig patient)"
claim 'waiting saves a third of the GPU time' \
    "$(value mig patient gpu_share_frac) < 0.72 * $(value mig eager gpu_share_frac)"
claim 'without batches the server is nearly full' \
    "$(p95 mig single) > 3 * $(p95 mig eager) && $(value mig single load_frac) > 0.75"

run 80-two-workloads.yaml "$be yes 3
$es yes 3"
claim 'side by side a request is more than twice as fast' "2 * $(p95 $be both/serve) < $(p95 $be serve)"
claim 'and training faster' \
    "$(value $be both/train throughput_per_s) > 1.2 * $(value $be train throughput_per_s)"
claim 'equal share is slower still' "$(p95 $es serve) > 1.1 * $(p95 $be serve) &&
    $(value $es train throughput_per_s) < 0.75 * $(value $be train throughput_per_s)"

# Plans a scenario: the winner's GPUs, model and mode/policy.
planned() { # file, "count model mode/policy"
    file=scenarios/$1
    "$VGPUSIM" plan "$file" --format csv >"$work/plan.csv" 2>"$work/err"
    status=$?
    says "$file: exit status $status: $(cat "$work/err")" $status
    got=$(awk -F, 'NR == 2 { print $2, $1, $3 ($4 == "" ? "" : "/" $4) }' "$work/plan.csv")
    [ "$got" = "$2" ]
    says "$file: '$got' is not '$2'" $?
}

# How many GPUs a candidate takes when it holds, "no" when it does not, "none" when it was refused.
takes() { # mode/policy
    awk -F, -v mode="$1" 'NR > 1 && $3 ($4 == "" ? "" : "/" $4) == mode { print $5 ? $2 : "no"; found = 1; exit }
        END { if (!found) print "none" }' "$work/plan.csv"
}

alternative() { # mode/policy, what it takes
    [ "$(takes "$1")" = "$2" ]
    says "$file: $1 takes '$(takes "$1")', not '$2'" $?
}

planned 85-four-scientists.yaml '1 H100-PCIE-80GB mig'
alternative passthrough 4
alternative $be 4
planned 86-hard-groups.yaml "1 RTX-PRO-6000-BSE $tm/fixed-share"
alternative mig 3
alternative passthrough 12
planned 87-regulated.yaml '1 A100-PCIE-80GB mig'
alternative passthrough 3
alternative $be 3
planned 88-vdi.yaml "1 A40 $be"
alternative passthrough 16
alternative mig none
planned 89-bursty-development.yaml "1 A100-PCIE-80GB $be"
alternative passthrough 6
alternative mig 6
planned 90-one-big-job.yaml '1 A100-PCIE-80GB passthrough'
alternative $be 1
alternative $fs 1 # by the slice that the plan finds
alternative mig none

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
