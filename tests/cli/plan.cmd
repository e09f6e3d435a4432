vgpusim plan plan.yaml
vgpusim plan plan.yaml --format json -j 1 >one.json
vgpusim plan plan.yaml --format json -j 2 >two.json
# The figures of tenants are those of a run; here is what only a plan says.
cmp one.json two.json && grep -E '^ {0,6}[^ ]|"count"' one.json
vgpusim plan plan.yaml --format csv
