# Turns of a trace and of a table are the same (a table has one instance of mig, a trace the whole GPU): the data of the
# pictures, as gnuplot gets them.
turns() { sed -e '/^set title "mig/,$d' "$1" | sed -n -e '/^\$run/,/^EOD/p' -e '/^\$switch/,/^EOD/p'; }
vgpusim gen timeline exact.yaml --duration '32 ms' --format csv >t.csv
vgpusim run exact.yaml --trace t.json --trace-from '0 s' --trace-for '32 ms' --json -o r.json 2>/dev/null
vgpusim plot timeline t.csv -o t.gp; turns t.gp >table
vgpusim plot timeline t.json -o e.gp; turns e.gp | cmp - table && echo the same turns
grep -c ' ' table
grep -e '^START' -e '^END' -e XLABEL t.gp; grep -e '^START' -e '^END' e.gp
vgpusim plot timeline r.json -o r.gp; grep -c -e '^.run' -e '^.work' r.gp
# Later in time the axis begins where the trace does.
vgpusim run exact.yaml --trace l.json --trace-from '1 s' --trace-for '20 ms' -q >/dev/null 2>&1
vgpusim plot timeline l.json -o l.gp; grep -e '^START' -e '^END' l.gp
echo '{"traceEvents": []}' >n.json; vgpusim plot timeline n.json; echo $?
echo '{"traceEvents": [{}], "otherData": {"program": "vgpusim"}}' >n.json; vgpusim plot timeline n.json; echo $?
echo '{"schema": "vgpusim.result/1"}' >n.json; vgpusim plot timeline n.json; echo $?
vgpusim plot timeline wrong.yaml; echo $?
