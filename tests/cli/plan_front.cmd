# Cost against p95: more GPUs and larger profiles beside the candidates, as rows and as a picture's data.
vgpusim plan plan.yaml --front auto --format csv
vgpusim plan plan.yaml --front chat --json -o p.json
grep -A 3 '"front"' p.json | head -n 4
vgpusim plot frontier p.json -o p.gp; echo $?
sed -n -e '/^set .label/p' -e '/^SERIES/p' -e '/EOD$/,/EOD$/p' p.gp
vgpusim plan plan.yaml --front chit; echo $?
vgpusim plan plan.yaml --mode mig --set tenants.chat.objective.p95='5 ms' --front auto --format csv; echo $?
# A plan with parts is a point as well: its GPUs are those of all parts.
vgpusim plan plan_mixed.yaml --front small --format csv | cut -d, -f1-4,6,7,11,12
vgpusim plan plan_mixed.yaml --front small --json | grep '"label"' | sed 's/"p95_ns": {[^}]*}/.../'
