# What gen trace writes, a scenario replays.
vgpusim gen trace --rate 20/s --duration 10s --mean "5 ms" -o t.csv
cat >s.yaml <<EOF
version: 1
name: replay
fleet: {gpu: L40S, count: 1}
modes: [passthrough]
tenants:
  - name: chat
    workload: {kind: trace, file: t.csv, arrival: {column: arrival_s, unit: s}, service: {column: service_ms, unit: ms}}
EOF
vgpusim run s.yaml --format csv | grep -c latency_ns
echo $(($(wc -l <t.csv) - 1)) >rows
vgpusim run s.yaml --format csv | sed -n "s/.*chat,requests,requests,\([0-9]*\),.*/\1/p" | cmp - rows
