# The same build and seed: nothing differs, in 20 runs, whatever the number of threads.
runs=0
for seed in 1 2 3 4; do
    for s in exact random gates frames labels; do
        flags="$s.yaml --seed $seed --horizon 5s --replicas 3"
        vgpusim test $flags --set 'expect=["gpus() < 99"]' -j 1 --write json=old.json >/dev/null 2>&1
        vgpusim test $flags --set 'expect=["gpus() < 98"]' -j 2 --baseline old.json -q 2>/dev/null | grep -c '^no difference in [1-9][0-9]* figures (paired'
    done
done | sort | uniq -c | tr -s ' '
# Several scenarios in one file; one of them changed, one gone, one new.
vgpusim test exact.yaml random.yaml gates.yaml --write json=all.json >/dev/null 2>&1
vgpusim test exact.yaml random.yaml gates.yaml --baseline all.json -q 2>/dev/null; echo $?
vgpusim test exact.yaml --set modes='[mig, {mode: time-sliced, scheduler: {policy: best-effort, switch: 200 us}}]' --baseline all.json -v; echo $?
vgpusim test exact.yaml labels.yaml gates.yaml --baseline all.json -q; echo $?
# An equal seed is a pair; another is compared by intervals.
vgpusim test random.yaml --seed 2 --baseline all.json -q; echo $?
