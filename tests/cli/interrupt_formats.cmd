# Whatever is written after Ctrl-C says that it is partial and judges nothing.
for format in text csv junit openmetrics markdown; do
    vgpusim run gates.yaml --horizon "20000 s" --replicas 1000 --format $format >$format 2>/dev/null &
    pid=$!
    sleep 1
    kill -INT $pid
    wait $pid
    echo "$? $format: $(grep -i interrupted $format | sed 's/^ *//;s/{.*}/{...}/' | head -n 1)"
done
grep -c 'errors="1"' junit
vgpusim plan random.yaml --set tenants.0.objective.p95='1 s' --horizon "20000 s" --replicas 1000 >plan 2>/dev/null &
pid=$!
sleep 1
kill -INT $pid
wait $pid
echo "$? $(head -n 1 plan)"
# What was judged before Ctrl-C is kept, what was not is named.
sed 's/replicas: .*/replicas: 1000/; s/horizon: .*/horizon: 20000 s/' gates.yaml >long.yaml
for format in text junit markdown json; do
    vgpusim test exact.yaml long.yaml random.yaml --set 'expect=["gpus() >= 1"]' --format $format -o $format.t 2>/dev/null &
    pid=$!
    sleep 1
    kill -INT $pid
    wait $pid
    echo "$? $format"
done
cat text.t
grep '<error' junit.t
grep '^###' markdown.t
grep -c '"interrupted": true' json.t
