# Tenants on two models: each part is written, runs, holds, and can be exported.
vgpusim plan plan_mixed.yaml --write-scenario won.yaml; echo "plan $?"
for i in 1 2; do
    grep -E '^  (gpu|count):|^  - (name|\{mode)|^  - passthrough' won-$i.yaml
    vgpusim run won-$i.yaml --format csv | grep objective_met
done
vgpusim export won-2.yaml --to rmpvmrl | grep -v '^#'
vgpusim plan plan_mixed.yaml --format json >one.json
vgpusim plan plan_mixed.yaml --format csv | cut -d, -f1-7
grep -c '"parts"' one.json
vgpusim plan plan_mixed.yaml -o /dev/null --write-scenario -; echo $?
