# Each status of the contract, the worst of several, and what would test nothing.
t() { vgpusim test "$@" >out 2>err; echo "$? $*"; tail -n 1 out; }
t gates.yaml --run 'max|gpus.*mig'
t gates.yaml --run 'switch'
t gates.yaml --run 'entitlement'
t gates.yaml --run 'throughput'
t gates.yaml --run 'throughput|violations.total'
t gates.yaml
t wrong.yaml
t gates.yaml wrong.yaml missing.yaml --run 'max'
t gates.yaml --set 'expect=[p95(latncy) < 1 s]'
t gates.yaml --run 'nothing like it'
t gates.yaml --run '('
t exact.yaml
t exact.yaml gates.yaml --run max
t gates.yaml --baseline missing.json
t gates.yaml --format html
cat err
vgpusim test gates.yaml --run max -o /dev/full; echo $?
