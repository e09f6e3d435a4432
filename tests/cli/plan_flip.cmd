# What would change the decision: rates and limits moved until another mode wins, or none holds.
vgpusim plan plan.yaml --sensitivity | sed -n '/^moved/,/^$/p'
vgpusim plan plan.yaml --mode mig --set tenants.batch.objective='{p95: 200 ms}' --sensitivity --json | sed -n '/"flips"/,/\]/p'
# Of a plan in parts.
vgpusim plan plan_mixed.yaml --sensitivity -q | sed -n '/^moved/,/experiments/p'
