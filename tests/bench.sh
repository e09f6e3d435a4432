#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench.sh - how fast: ours and other engines, interleaved in one go, against the figures asked. Prints the
# report and writes it between the markers of docs/performance.md.
#
#   ROUNDS=5          how often every case runs, in turn: A B C ... A B C ...
#   LONG=1            also the fleet of 1,000 GPUs, an hour (minutes)
#   CIMBA=/path       a source tree of cimba, built outside it with meson and nasm
#   SIMPY_PYTHON=...  an interpreter that has SimPy (default: Debian's)
#   PAGE=-            leave docs/performance.md alone
#
# Times are CPU times, which other processes disturb less than wall times, but do disturb: read medians, and
# draw conclusions from `make icount`. Every case also gives a mean that is checked, so that what is timed is the
# right model. No test depends on a figure.
set -u
cd "$(dirname "$0")/.." || exit 4
LC_ALL=C
export LC_ALL
B=${B:-build/main}
ROUNDS=${ROUNDS:-5}
program=$B/vgpusim
bench=$B/tests/bench
python=${SIMPY_PYTHON:-/usr/bin/python3}
page=${PAGE:-docs/performance.md}
dir=$(mktemp -d) || exit 4
trap 'rm -rf "$dir"' EXIT
data=$dir/data # lines: round case number
. tests/bench/cases.sh

# ---- What is there ----

: >"$dir/versions"
has() { grep -q "^$1 " "$dir/versions"; }
# A peer that is there: key, command that prints its version.
peer() {
    key=$1
    shift
    if version=$("$@" 2>/dev/null); then echo "$key $version" >>"$dir/versions"; fi
}
skipped() { echo "skipped: $*" | tee -a "$dir/skipped"; }

: >"$dir/skipped"
peer simpy "$python" tests/bench/peers/peer_simpy.py version
has simpy || skipped "SimPy (Debian: python3-simpy3)"

if g++ -O3 -o "$dir/simgrid" tests/bench/peers/peer_simgrid.cpp -lsimgrid 2>/dev/null; then
    peer simgrid "$dir/simgrid" version
fi
has simgrid || skipped "SimGrid (Debian: libsimgrid-dev)"

ns3=$(pkg-config --modversion ns3-core 2>/dev/null || dpkg-query -W -f '${Version}' libns3-dev 2>/dev/null)
if g++ -O3 -DNS3_RELEASE="\"$ns3\"" -o "$dir/ns3" tests/bench/peers/peer_ns3.cc -lns3-core 2>/dev/null; then
    peer ns3 "$dir/ns3" version
fi
has ns3 || skipped "ns-3 (Debian: libns3-dev)"

if [ -n "${CIMBA:-}" ] && command -v meson >/dev/null && command -v nasm >/dev/null &&
    meson setup "$dir/cimba" "$CIMBA" >"$dir/cimba.log" 2>&1 &&
    ninja -C "$dir/cimba" >>"$dir/cimba.log" 2>&1 && [ -x "$dir/cimba/benchmark/MM1_single" ]; then
    peer cimba sed -n "s/.*version : '\(.*\)'.*/cimba \1/p" "$CIMBA/meson.build"
else
    skipped "cimba (CIMBA=/path/to/its/source, with meson and nasm installed)"
fi

# ---- Cases ----

wrong() {
    echo "bench: $1 gives a mean of $2 where theory has $3: not the model that was meant" >&2
    exit 1
}

# Fails unless a mean is within a fraction of what theory has.
expect() { # case, mean, theory, tolerance
    awk -v m="$2" -v t="$3" -v tol="$4" 'BEGIN { exit !(m > t * (1 - tol) && m < t * (1 + tol)) }' ||
        wrong "$1" "$2" "$3"
}

put() { echo "$round $1 $2" >>"$data"; }

# A program that prints ns and a mean: case, theory, tolerance, command.
timed() {
    name=$1 theory=$2 tolerance=$3
    shift 3
    line=$("$@") || exit 4
    # shellcheck disable=SC2086
    set -- $line
    expect "$name" "$2" "$theory" "$tolerance"
    put "$name" "$1"
    if [ $# -gt 2 ]; then echo "$name $3" >>"$dir/notes"; fi
}

# The whole program on a scenario: case, horizon in s, replicas, mean latency in ns (0: not checked), tolerance.
whole() {
    scenario_of "$1" "$2" "$3" >"$dir/$1.yaml"
    line=$("$bench/timing" "$dir/out.json" "$program" run "$dir/$1.yaml" -j "${JOBS:-1}" \
        --format json 2>"$dir/err") || { cat "$dir/err" >&2; exit 4; }
    requests=$(result_number "$dir/out.json" requests)
    mean=$(result_number "$dir/out.json" mean)
    if [ "$4" != 0 ]; then expect "$1" "${mean:-0}" "$4" "$5"; fi
    # shellcheck disable=SC2086
    set -- "$1" "$requests" $line
    put "$1" "$(awk -v t="$3" -v n="$2" 'BEGIN { printf "%.2f", t / n * 1e9 }')"
    put "$1-wall" "$4"
    put "$1-mib" "$5"
}

command_cpu() { # case, command: CPU seconds of the whole command
    name=$1
    shift
    line=$("$bench/timing" "$dir/out" "$@" 2>/dev/null) || exit 4
    put "$name" "${line%% *}"
    put "$name-mib" "${line##* }"
}

command_wall() { # case, command: wall seconds of the whole command and its children
    name=$1
    shift
    # shellcheck disable=SC2046
    set -- $("$bench/timing" "$dir/out" "$@" 2>/dev/null) || exit 4
    put "$name" "$2"
}

# cimba's own benchmark: a million customers of an M/M/1 at 0.9, one sum, one core.
cimba_mm1() {
    line=$("$bench/timing" "$dir/cimba.out" "$dir/cimba/benchmark/MM1_single") || exit 4
    expect cimba "$(sed -n 's/.*time \([0-9.]*\) .*/\1/p' "$dir/cimba.out")" 10 0.1
    put cimba-mm1 "$(echo "$line" | awk '{ printf "%.2f", $1 * 1e3 }')"
}

# An hour of chat requests with the spread of arrivals that docs/sources.md names: 19,366 rows, 16 VMs, every mode.
hour() {
    "$program" gen trace --process gamma --arrival-cv 1.1 --rate 5.38/s --duration 1h --service lognormal \
        --mean '27 ms' --cv 0.6 --seed 1 >"$dir/hour.csv" 2>/dev/null || exit 4
    cat >"$dir/hour.yaml" <<'END'
version: 1
name: sixteen-vms-on-a-trace
fleet: {gpu: A100-PCIE-80GB, count: auto}
tenants:
  - name: chat
    count: 16
    framebuffer: 4 GiB
    workload:
      kind: trace
      file: hour.csv
      arrival: {column: arrival_s, unit: s}
      service: {column: service_ms, unit: ms}
      offset: 7 min
END
}

# Language models: so many sequences on each of 8 VMs, two to a GPU by best effort, every one held against its baseline.
sequences() { # rows
    "$program" gen trace --rate 12/s --duration 10h --rows "$1" --tokens 512,128 --seed 1 >"$dir/llm-$1.csv" 2>/dev/null ||
        exit 4
    cat >"$dir/llm-$1.yaml" <<END
version: 1
name: sequences-on-eight-vms
fleet: {gpu: A100-PCIE-80GB, count: auto}
modes: [{mode: time-sliced, scheduler: {policy: best-effort, switch: 218 us}}]
tenants:
  - name: chat
    count: 8
    framebuffer: 40 GiB
    workload:
      kind: llm
      file: llm-$1.csv
      arrival: {column: arrival_s, unit: s}
      prompt: {column: ContextTokens}
      output: {column: GeneratedTokens}
      offset: 7 min
      speedup: 0.5
      prefill: {per-token: 65 us}
      decode: {base: 12 ms, per-sequence: 0.1 ms, per-token: 20 ns}
      kv-bytes-per-token: 128 KiB
      weights: 10 GB
END
}

# As many replicas on two threads of one process as in two processes of one thread: throughput by wall and by CPU time.
two_threads() {
    scenario_of best-effort-2 2000 40 >"$dir/both.yaml"
    scenario_of best-effort-2 2000 20 >"$dir/half.yaml"
    # shellcheck disable=SC2046
    set -- $("$bench/timing" /dev/null "$program" run "$dir/both.yaml" -j 2 --format json 2>/dev/null) \
        $("$bench/timing" /dev/null sh -c '"$0" run "$1" -j 1 --format json --seed 2 & "$0" run "$1" -j 1 --format json; wait' \
            "$program" "$dir/half.yaml" 2>/dev/null)
    put threads-wall "$(awk -v a="$2" -v b="$5" 'BEGIN { printf "%.4f", b / a }')"
    put threads-cpu "$(awk -v a="$1" -v b="$4" 'BEGIN { printf "%.4f", b / a }')"
}

# One replica of one mode, 1,000 GPUs: on two threads against on one, and against two processes of one thread each,
# which together do twice the work.
one_replica() {
    scenario_of fleet 300 1 >"$dir/fleet.yaml"
    # shellcheck disable=SC2046
    set -- $("$bench/timing" "$dir/j1" "$program" run "$dir/fleet.yaml" -j 1 --format json 2>/dev/null) \
        $("$bench/timing" "$dir/j2" "$program" run "$dir/fleet.yaml" -j 2 --format json 2>/dev/null) \
        $("$bench/timing" /dev/null sh -c '"$0" run "$1" -j 1 --format json --seed 2 & "$0" run "$1" -j 1 --format json; wait' \
            "$program" "$dir/fleet.yaml" 2>/dev/null)
    cmp -s "$dir/j1" "$dir/j2" || { echo "bench: -j 1 and -j 2 differ on the fleet" >&2; exit 1; }
    put replica-speedup "$(awk -v a="$2" -v b="$5" 'BEGIN { printf "%.4f", a / b }')"
    put replica-wall "$(awk -v a="$5" -v b="$8" 'BEGIN { printf "%.4f", b / (2 * a) }')"
    put replica-cpu "$(awk -v a="$4" -v b="$7" 'BEGIN { printf "%.4f", b / (2 * a) }')"
}

ours() {
    whole mm1 4000 4 1e7 0.02
    whole mm8 2000 2 1.8772e6 0.02
    for slice in 2 tenth; do
        whole best-effort-$slice 20000 4 5e7 0.02
        whole equal-share-$slice 20000 4 4e8 0.02
        whole fixed-share-$slice 20000 4 4e8 0.02
    done
    timed lane-mm1 10 0.02 "$bench/lanes" mm1 8000
    timed lane-mm1-events 10 0.04 "$bench/lanes" mm1 4000 events
    timed lane-be-events 50 0.04 "$bench/lanes" best-effort 10000 events
    timed hold-10 1 0.01 "$bench/hold" 10 20000000
    timed hold-1e3 1 0.01 "$bench/hold" 1000 10000000
    timed hold-1e6 1 0.01 "$bench/hold" 1000000 4000000
    timed heap-10 1 0.01 "$bench/hold" 10 20000000 heap
    timed heap-1e3 1 0.01 "$bench/hold" 1000 10000000 heap
    timed heap-1e6 1 0.01 "$bench/hold" 1000000 4000000 heap
    command_cpu quickstart "$program" run scenarios/00-quickstart.yaml -j 1
    command_wall page "$program" report "$dir/twelve.json"
    command_cpu hour "$program" run "$dir/hour.yaml" -j 1
    command_cpu llm "$program" run "$dir/llm-12500.yaml" -j 1
    command_cpu llm-long "$program" run "$dir/llm-100000.yaml" -j 1
    two_threads
    one_replica
}

# Tolerances of M/M/1: five standard errors of the mean of so many customers (Daley 1968).
peers() {
    if has simpy; then
        timed simpy-mm1 10 0.25 "$python" tests/bench/peers/peer_simpy.py store 1 200000
        timed simpy-mm1-resource 10 0.25 "$python" tests/bench/peers/peer_simpy.py resource 1 100000
        timed simpy-mm8 1.8772 0.15 "$python" tests/bench/peers/peer_simpy.py store 8 200000
        timed simpy-hold-10 1 0.03 "$python" tests/bench/peers/peer_simpy.py hold 10 300000
        timed simpy-hold-1e3 1 0.03 "$python" tests/bench/peers/peer_simpy.py hold 1000 300000
    fi
    if has simgrid; then
        timed simgrid-mm1 10 0.12 "$dir/simgrid" queue 1 500000
        timed simgrid-mm8 1.8772 0.08 "$dir/simgrid" queue 8 500000
        timed simgrid-hold-10 1 0.02 "$dir/simgrid" hold 10 500000
        timed simgrid-hold-1e3 1 0.02 "$dir/simgrid" hold 1000 500000
    fi
    if has ns3; then
        timed ns3-mm1 10 0.08 "$dir/ns3" queue 1 2000000
        timed ns3-mm8 1.8772 0.06 "$dir/ns3" queue 8 2000000
        timed ns3-hold-10 1 0.02 "$dir/ns3" hold 10 2000000
        timed ns3-hold-1e3 1 0.02 "$dir/ns3" hold 1000 2000000
        timed ns3-hold-1e6 1 0.02 "$dir/ns3" hold 1000000 3000000
    fi
    if has cimba; then cimba_mm1; fi
}

# A saved result of 12 tenants under six feasible modes, to be made a page.
twelve_tenants() {
    {
        printf 'version: 1\nname: twelve-tenants\nhorizon: 20 s\nreplicas: 10\nfleet: {gpu: RTX-PRO-6000-BSE, count: auto}\ntenants:\n'
        for tenant in 1 2 3 4 5 6 7 8 9 10 11 12; do
            echo "  - {name: tenant-$tenant, framebuffer: 8 GiB, objective: {p95: 100 ms}, workload: {kind: requests,"
            echo "      arrivals: {process: poisson, rate: 6/s}, service: {dist: exponential, mean: 6 ms}}}"
        done
    } >"$dir/twelve.yaml"
    "$program" run "$dir/twelve.yaml" --format json >"$dir/twelve.json" 2>/dev/null || exit 4
}

: >"$data"
: >"$dir/notes"
hour
twelve_tenants
sequences 12500
sequences 100000
round=1
while [ "$round" -le "$ROUNDS" ]; do
    echo "round $round of $ROUNDS" >&2
    ours
    peers
    round=$((round + 1))
done
if [ -n "${LONG:-}" ]; then
    round=1
    echo "1,000 GPUs, an hour" >&2
    JOBS=2 whole fleet 3600 1 0 0
fi

# ---- The report ----

# least, median and greatest of a case, or of the ratio of two in the same round.
spread() { # format, case [, case below]
    awk -v fmt="$1" -v a="$2" -v b="${3:-}" '
        $2 == a { x[$1] = $3 }
        $2 == b { y[$1] = $3 }
        END {
            for (r in x) if (b == "" || y[r] > 0) v[++n] = b == "" ? x[r] : x[r] / y[r]
            if (!n) exit 1
            for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j] < v[j - 1]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
            printf fmt " " fmt " " fmt "\n", v[1], v[int((n + 1) / 2)], v[n]
        }' "$data"
}

# A row of the table of figures: label, <= or >=, figure, format, case [, case below].
row() {
    label=$1 sense=$2 figure=$3
    shift 3
    if ! three=$(spread "$@"); then
        echo "| $label | $sense $figure | | | | not measured here |"
        return
    fi
    # shellcheck disable=SC2086
    set -- $three
    verdict=$(awk -v s="$sense" -v f="$figure" -v m="$2" 'BEGIN {
        off = s == "≤" ? m / f - 1 : f / m - 1
        if (off <= 0) print "met"; else printf "**missed by %.0f %%**", off * 100 }')
    echo "| $label | $sense $figure | $1 | $2 | $3 | $verdict |"
}

measured() { # label, format, case [, case below]: a row without a figure
    title=$1
    shift
    three=$(spread "$@") || return
    echo "| $title | $(echo "$three" | sed 's/ / | /g') |"
}

machine() {
    isa=sse2
    if grep -qw avx2 /proc/cpuinfo; then isa=avx2; fi
    if grep -qw avx512f /proc/cpuinfo; then isa=avx512; fi
    echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $isa," \
        "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), $("${CC:-cc}" --version | head -n 1)." \
        "The program is the one that \`make\` builds, assertions included."
}

figures() {
    echo "| case | figure | least | median | greatest | |"
    echo "|---|---|---|---|---|---|"
    row "M/M/1 at 0.9, whole program, ns per request" ≤ 45 %.1f mm1
    row "the same, as it runs on the recursion path, ns" ≤ 15 %.1f mm1
    row "the same against SimPy's store form, times faster" ≥ 130 %.0f simpy-mm1 mm1
    row "the same against cimba as shipped, times faster" ≥ 4 %.1f cimba-mm1 mm1
    row "M/M/8, whole program, ns" ≤ 55 %.1f mm8
    row "hold model, N = 10, variates included, ns" ≤ 18 %.1f hold-10
    row "hold model, N = 1,000, ns" ≤ 28 %.1f hold-1e3
    row "hold model, N = 10⁶, ns" ≤ 240 %.0f hold-1e6
    for policy in best-effort equal-share fixed-share; do
        row "8 vGPUs at 0.8, 2 ms slices, $policy, ns" ≤ 150 %.1f $policy-2
        row "0.1 ms against 2 ms slices, $policy, ratio" ≤ 1.2 %.3f $policy-tenth $policy-2
    done
    row "quick start, CPU s" ≤ 0.5 %.3f quickstart
    row "page of 12 tenants under six modes, pictures included, wall s" ≤ 2 %.3f page
    row "100,000 sequences of tokens on 8 VMs, with baselines, CPU s of the whole command" ≤ 2 %.3f llm
    row "1,000 GPUs × 8 vGPUs × 1 h, wall s" ≤ 90 %.1f fleet-wall
    row "the same, peak MiB (300 MB)" ≤ 286 %.0f fleet-mib
    row "two threads against two processes, by wall time" ≥ 0.95 %.3f threads-wall
    row "the same within one replica of 1,000 GPUs" ≥ 0.95 %.3f replica-wall
}

others() {
    echo "| case, CPU ns per customer or hold | least | median | greatest |"
    echo "|---|---|---|---|"
    measured "M/M/1: vgpusim, whole program" %.1f mm1
    measured "M/M/1: vgpusim, inside the engine, recursion and histogram" %.1f lane-mm1
    measured "M/M/1: vgpusim, event engine (the reference)" %.1f lane-mm1-events
    measured "M/M/1: cimba as shipped" %.0f cimba-mm1
    measured "M/M/1: ns-3" %.0f ns3-mm1
    measured "M/M/1: SimGrid" %.0f simgrid-mm1
    measured "M/M/1: SimPy, store" %.0f simpy-mm1
    measured "M/M/1: SimPy, a process per customer" %.0f simpy-mm1-resource
    measured "M/M/8: vgpusim, whole program" %.1f mm8
    for c in 1:mm8:M/M/8 0:hold-10:"hold, N = 10" 0:hold-1e3:"hold, N = 1,000" 0:hold-1e6:"hold, N = 10⁶"; do
        name=${c#*:}
        label=${name#*:}
        name=${name%%:*}
        if [ "${c%%:*}" = 0 ]; then
            measured "$label: vgpusim" %.1f "$name"
            measured "$label: vgpusim, heap of dynamic events" %.1f "heap-${name#hold-}"
        fi
        measured "$label: ns-3" %.0f "ns3-$name"
        measured "$label: SimGrid" %.0f "simgrid-$name"
        measured "$label: SimPy" %.0f "simpy-$name"
    done
    measured "8 vGPUs, best effort, 2 ms: vgpusim, event engine" %.0f lane-be-events
    measured "an hour of trace, 16 VMs, six modes, CPU s of the whole command" %.3f hour
    measured "100,000 sequences on 8 VMs, peak MiB" %.1f llm-mib
    measured "800,000 sequences on 8 VMs, peak MiB" %.1f llm-long-mib
    measured "800,000 sequences on 8 VMs, CPU s of the whole command" %.3f llm-long
}

ratios() {
    echo "| times faster, same round | least | median | greatest |"
    echo "|---|---|---|---|"
    for c in mm1:M/M/1 mm8:M/M/8 hold-10:"hold, N = 10" hold-1e3:"hold, N = 1,000" hold-1e6:"hold, N = 10⁶"; do
        for p in ns3:ns-3 simgrid:SimGrid simpy:SimPy cimba:cimba; do
            measured "${c#*:} than ${p#*:}" %.1f "${p%%:*}-${c%%:*}" "${c%%:*}"
        done
    done
    measured "best effort: 0.1 ms against 2 ms slices, time" %.3f best-effort-tenth best-effort-2
    measured "two threads against two processes, by CPU time" %.3f threads-cpu
    measured "the same within one replica of 1,000 GPUs" %.3f replica-cpu
    measured "one replica of 1,000 GPUs, two threads against one, by wall time" %.2f replica-speedup
}

# Does a set of up to seven GPU instances fit, and where? Least of five times of each set of every MIG board.
geometry() {
    echo "| does a set of up to 7 GPU instances fit, and where? | sets | median, µs | 99th percentile | worst |"
    echo "|---|---|---|---|---|"
    "$bench/geometry" | awk '{ print "| sets " ($1 == "fit" ? "that fit" : "of every MIG board") " | " $2 " | " $3 " | " $4 " | " $5 " |" }'
    echo "| asked | | ≤ 100 | | ≤ 1000 |"
}

report() {
    printf 'Machine: '
    machine
    echo "Rounds: $ROUNDS, one after the other through all cases. Peers: $(cut -d ' ' -f 2- "$dir/versions" | paste -sd ';' | sed 's/;/; /g')."
    if [ -s "$dir/skipped" ]; then sed 's/^s/S/; s/$/./' "$dir/skipped"; fi
    printf '\n'
    figures
    printf '\n'
    others
    printf '\n'
    ratios
    printf '\n'
    geometry
    ns3_best=$(sed -n 's/^ns3[^ ]* //p' "$dir/notes" | sort | uniq -c | sort -rn | awk '{ printf "%s%s", s, $2; s = ", " }')
    if [ -n "$ns3_best" ]; then printf '\nSchedulers that were fastest in ns-3: %s.\n' "$ns3_best"; fi
}

report >"$dir/report"
cat "$dir/report"
if [ "$page" != - ]; then
    awk -v report="$dir/report" '
        /^<!-- end of bench -->$/ { skipping = 0 }
        !skipping { print }
        /^<!-- bench -->$/ {
            print ""
            while ((getline line <report) > 0) print line
            print ""
            skipping = 1
        }' "$page" >"$dir/page" && cp "$dir/page" "$page"
fi
