# A policy from outside: the example, one that is best effort turn for turn, and every way of breaking the contract.
root=$(cd "$(dirname "$0")/../.." && pwd)
cc=${CC:-cc}
$cc -std=c99 -Wall -Wextra -Werror -shared -fPIC -I"$root/include" -o weighted.so "$root/tests/plugin/weighted.c" || exit 77
if command -v c++ >/dev/null; then
    echo '#include <vgpusim/scheduler.h>' | c++ -std=c++17 -Wall -Wextra -Werror -fsyntax-only -I"$root/include" -x c++ -
fi
cat >plugin.yaml <<'END'
# Three VMs in turns, for policies from outside.
version: 1
name: plugin
horizon: 20 s
replicas: 4
fleet: {gpu: A100-PCIE-80GB, count: 1}
modes: [time-sliced]
scheduler: {policy: best-effort, switch: 200 us, slice: 2 ms}
tenants:
  - name: chat
    count: 2
    framebuffer: 10 GiB
    workload: {kind: requests, arrivals: {process: poisson, rate: 20/s}, service: {dist: exponential, mean: 10 ms}}
  - name: batch
    framebuffer: 10 GiB
    workload: {kind: requests, arrivals: {process: poisson, rate: 20/s}, service: {dist: exponential, mean: 10 ms}}
END
own() { # number: the broken plug-in of that number
    $cc -std=c17 -O1 -shared -fPIC -I"$root" -DBROKEN="$1" -o broken.so "$root/tests/plugin/broken.c" &&
        vgpusim run plugin.yaml --scheduler broken.so --set scheduler.policy=broken --format csv -j 1
}
vgpusim run plugin.yaml --scheduler ./weighted.so --mode time-sliced/weighted
vgpusim run plugin.yaml --scheduler weighted.so --set scheduler.policy=weighted --json -j 1 -o 1.json
vgpusim run plugin.yaml --scheduler weighted.so --set scheduler.policy=weighted --json -j 2 -o 2.json
cmp 1.json 2.json
grep -A 3 scheduler_plugin 1.json | sed 's/"file_hash": "[0-9a-f]*"/"file_hash": "..."/'
echo "# the same turns, the same figures"
own 0 2>/dev/null | cut -d, -f5- | grep -v 'entitlement\|load_frac' >own.csv
vgpusim run plugin.yaml --format csv 2>/dev/null | cut -d, -f5- | grep -v 'entitlement\|load_frac' >house.csv
cmp own.csv house.csv && wc -l <own.csv
echo "# every breach is named"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
    own $i 2>err
    echo "$? $(head -n 1 err)"
done
echo "# and what is no plug-in"
vgpusim run plugin.yaml --scheduler none.so 2>&1
echo "$?"
echo text >text.so
vgpusim run plugin.yaml --scheduler text.so 2>err
echo "$? $(sed -n "1s/used: .*/used: .../p" err)"
echo 'int nothing;' | $cc -shared -fPIC -o nothing.so -x c -
vgpusim check plugin.yaml --scheduler nothing.so 2>&1
echo "$?"
vgpusim place plugin.yaml --scheduler weighted.so -q
vgpusim check plugin.yaml --set scheduler.policy=weighted
