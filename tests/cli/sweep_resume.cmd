grid="--vary tenants.chat.count=1..8 --vary tenants.chat.workload.arrivals.rate=10/s,20/s --horizon 600s"
vgpusim sweep random.yaml $grid >whole.csv || exit
# Ends the sweep in the middle of its work with a signal.
stop() {
    vgpusim sweep random.yaml $grid -j 1 -o t.csv 2>err &
    pid=$!
    until [ -s t.csv.part ] && [ "$(grep -c ^point t.csv.part)" -ge "$2" ]; do sleep 0.01; done
    kill -"$1" $pid
    wait $pid
    echo "status $?"
}
done_n() { grep -c ^point t.csv.part; }
stop INT 2
grep -c 'interrupted: .* of 16 points are done' err
[ -e t.csv ] && echo a table before its time
before=$(done_n)
stop KILL $((before + 2)) 2>/dev/null
# A record that was cut off does not count.
before=$(done_n)
head -c -20 t.csv.part >cut && mv cut t.csv.part
printf 'point 01' >>t.csv.part
vgpusim sweep random.yaml $grid -o t.csv --progress json 2>progress
tail -n 1 progress | grep -q "\"done\":$((17 - before)),\"of\":$((17 - before))" && echo the others were run
cmp t.csv whole.csv && echo the same bytes
[ -e t.csv.part ] && echo a journal is left
# A finished table is not run again, and a larger grid takes what it holds.
vgpusim sweep random.yaml $grid -o t.csv --progress json 2>&1
cmp t.csv whole.csv
grid="--vary tenants.chat.count=8,9 --vary tenants.chat.workload.arrivals.rate=10/s,20/s --horizon 600s"
vgpusim sweep random.yaml $grid -o t.csv --progress json 2>&1 | tail -n 1
vgpusim sweep random.yaml $grid | cmp - t.csv
# What somebody edited is not believed.
sed 's/,0,passthrough,,chat,requests,requests,[0-9]*/,0,passthrough,,chat,requests,requests,7/' t.csv >edited && mv edited t.csv
vgpusim sweep random.yaml $grid -o t.csv --progress json 2>&1
vgpusim sweep random.yaml $grid | cmp - t.csv && echo as it was
# Another seed is another point.
vgpusim sweep random.yaml $grid --seed 2 -o t.csv --progress json 2>&1 | tail -n 1
# A journal that was cut off in its first line holds nothing, and is one.
for head in '' 'vgpusim sweep j'; do
    rm t.csv
    printf '%s' "$head" >t.csv.part
    vgpusim sweep random.yaml $grid --seed 2 -o t.csv --progress json 2>&1 | tail -n 1
done
# What is no journal is not overwritten.
echo mine >t.csv.part
vgpusim sweep random.yaml $grid -o t.csv
echo "status $?"
cat t.csv.part
