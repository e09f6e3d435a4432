# By hand: a is measured on its profile (5 ms, whatever the line says), b likewise and nowhere else, c takes
# 4 ms x (50 % + 50 % x 108/28).
vgpusim check --print-resolved measured.yaml | grep service:
vgpusim run measured.yaml --mode mig --mode passthrough --format csv | grep -e latency_ns.p95 -e feasible
vgpusim run measured.yaml --mode passthrough -q
