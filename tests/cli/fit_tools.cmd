# The files of perf_analyzer and of vLLM, through the commands of docs/workloads.md, into fit: the times of fit.cmd.
convert() { awk -v mark="<!-- convert $1 -->" '$0 == mark { n = 1 } /^```/ && n > 0 { n++; next } n == 2 { print } n == 3 { exit }' "$page" >convert.sh && sh convert.sh; }
page=$(dirname "$0")/../../docs/workloads.md
for run in 1g.10gb_1:15.714 2g.20gb_1:7.857 3g.40gb_1:6 4g.40gb_1:6 7g.80gb_1:6 1g.10gb_8:125.714 2g.20gb_8:62.857 \
    3g.40gb_8:36.571 4g.40gb_8:31.429 7g.80gb_8:16.816; do
    file=${run%:*}
    awk -v ms="${run#*:}" -v n="${file#*_}" 'BEGIN {
        print "Concurrency,Inferences/Second,Client Send,Network+Server Send/Recv,Server Queue,Server Compute Input,Server Compute Infer,Server Compute Output,Client Recv,p50 latency,p90 latency,p95 latency,p99 latency"
        printf "1,%.3f,20,200,30,40,%d,15,5,%d,%d,%d,%d\n", n * 1000 / ms, ms * 900, ms * 1000, ms * 1000, ms * 1000, ms * 1000 }' >"$file.csv"
    awk -v ms="${run#*:}" 'BEGIN { printf "{\n    \"avg_latency\": %.6f,\n    \"latencies\": [\n        %.6f\n    ],\n    \"percentiles\": {\n        \"50\": %.6f\n    }\n}\n", ms / 1000, ms / 1000, ms / 1000 }' >"$file.json"
done
convert perf_analyzer
head -n 3 all.csv
vgpusim fit all.csv -q
rm -f *_*.csv
convert vllm
head -n 3 all.csv
vgpusim fit all.csv -q
