vgpusim run random.yaml --horizon "20000 s" --replicas 1000 --set "question=what's up" >/dev/null &
pid=$!
sleep 0.3
kill -ABRT $pid
wait $pid
