# A failed assertion is a bug: status 70, and the command that shows it again, as a shell takes it.
vgpusim run random.yaml --horizon "20000 s" --replicas 1000 --set "question=what's up" -o out.txt 2>err &
pid=$!
sleep 1
kill -ABRT $pid
wait $pid
echo $?
cat err
ls out.txt 2>&1 | sed 's/.*: //'
