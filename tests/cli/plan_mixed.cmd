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
# Parts keep the faults of their own tenants.
vgpusim plan plan_mixed.yaml -q -o /dev/null --set 'lifecycle=[{fault: small/0, at: 2 s}]' --write-scenario part.yaml 2>/dev/null; echo "parts $?"
grep -c '^lifecycle' part-1.yaml part-2.yaml
