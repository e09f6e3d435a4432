# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# cases.sh - the scenarios of bench.sh and icount.sh, by name. Sourced.
#
# Replicas are fixed and the warm-up is nil, so that the requests of the result are all that was simulated
# but for those which still arrive while the last counted ones finish.

# The scenario of a case: name, horizon, replicas.
scenario_of() (
    service='{dist: exponential, mean: 1 ms}'
    more=
    rate=none
    vms=1
    count=1
    case $1 in
    mm1) modes=passthrough rate=900/s ;;
    mm8) modes=passthrough rate=7200/s more=', streams: 8, scaling: {width: 12.5%}' ;;
    gamma) # another law on both sides, through GSL's samplers
        modes=passthrough rate='800/s, cv: 0.7' service='{dist: lognormal, mean: 1 ms, cv: 1.4}' ;;
    closed) modes=passthrough ;; # a kind that no fast path takes
    best-effort-* | equal-share-* | fixed-share-*)
        policy=${1%-*}
        slice="$(echo "${1##*-}" | sed 's/tenth/0.1/') ms"
        modes="{mode: time-sliced, scheduler: {policy: $policy, slice: $slice, switch: 0 us}}"
        rate=10/s service='{dist: exponential, mean: 10 ms}' vms=8 ;;
    fleet)
        modes='{mode: time-sliced, scheduler: {policy: best-effort, slice: 2 ms, switch: 0 us}}'
        rate=20/s service='{dist: exponential, mean: 5 ms}' vms=8000 count=1000 ;;
    esac
    process=poisson
    if [ "$1" = gamma ]; then process=gamma; fi
    workload="{kind: requests, arrivals: {process: $process, rate: $rate}, service: $service$more}"
    if [ "$1" = closed ]; then
        workload="{kind: closed, clients: 10, think: {dist: exponential, mean: 20 ms}, service: {dist: exponential, mean: 2.5 ms}}"
    fi
    cat <<END
version: 1
name: $1
horizon: $2 s
warmup: 0 s
replicas: $3
fleet: {gpu: A100-PCIE-80GB, count: $count}
modes: [$modes]
tenants:
  - name: t
    count: $vms
    framebuffer: 10 GiB
    workload: $workload
END
)

# The first number after a key of a result.
result_number() { # file, key
    sed -n "s/.*\"$2\": \(\[*{\"value\": \)\{0,1\}\([0-9.e+-]*\).*/\2/p" "$1" | head -n 1
}
