vgpusim run exact.yaml --mode passthrough --trace t.json --trace-from 0s --trace-for 60ms -q >/dev/null || exit
cat t.json | sed 's/"version":"[^"]*"/"version":"N"/; s/"scenario_hash":"[^"]*"/"scenario_hash":"N"/'
# The trace changes nothing of the result, and is the same whatever -j.
vgpusim run random.yaml --json -j 1 >a.json 2>/dev/null
vgpusim run random.yaml --json -j 2 --trace a.trace --trace-replica 3 >b.json 2>/dev/null
vgpusim run random.yaml --json -j 1 --trace b.trace --trace-replica 3 >/dev/null 2>&1
cmp a.json b.json && cmp a.trace b.trace && echo the same bytes
vgpusim run random.yaml --trace - -o out.txt 2>/dev/null | cmp - a.trace >/dev/null || echo another replica
ls t.json a.trace b.trace
