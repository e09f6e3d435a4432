vgpusim run exact.yaml --json >r.json 2>/dev/null
vgpusim plot cdff r.json; echo $?
vgpusim plot pie r.json; echo $?
vgpusim plot frontier r.json; echo $?
vgpusim plot cdf r.json -o r.pdf; echo $?
vgpusim plot cdf r.json --metric latency_ns.p95; echo $?
vgpusim plot cdf nothing.json; echo $?
echo '{"schema": "vgpusim.plan/1"}' >p.json; vgpusim plot cdf p.json; echo $?
vgpusim plot frontier p.json; echo $?
echo '{"schema": "vgpusim.plan/1", "front": {"points": [{"label": "a", "cost": 1}]}}' >f.json; vgpusim plot frontier f.json; echo $?
echo '{"schema": "vgpusim.result/1", "modes": []}' >e.json; vgpusim plot cdf e.json; echo $?
echo '{"schema": "vgpusim.result/1", "modes": [{"mode": "mig", "tenants": [{"name": "a"}]}, {"mode": "mig", "tenants": []}]}' >t.json
vgpusim plot cdf t.json; echo $?
printf '{"schema": "vgpusim.result/1",\n "modes": [' >d.json; vgpusim plot cdf d.json; echo $?
vgpusim place exact.yaml --json >n.json; vgpusim plot cdf n.json; echo $?
echo 'mode,vm,state' | vgpusim plot timeline -; echo $?
printf 'mode,vm,state,from_ns,to_ns\nmig,a/0,run,0,x\n' | vgpusim plot timeline -; echo $?
printf 'mode,vm,state,from_ns,to_ns\n' | vgpusim plot timeline -; echo $?
mkdir none; PATH=$(dirname "$(command -v vgpusim)"):$PWD/none
vgpusim plot cdf r.json; echo $?
