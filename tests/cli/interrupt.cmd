vgpusim run random.yaml --horizon "20000 s" --replicas 1000 --json >r.json 2>err &
pid=$!
sleep 1
kill -INT $pid
wait $pid
echo $?
grep -c "\"interrupted\": true" r.json
grep -c "stopping after the current event" err
