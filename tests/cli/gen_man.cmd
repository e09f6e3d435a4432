vgpusim gen man >vgpusim.1
vgpusim gen man scenario >vgpusim-scenario.5
grep -h '^\.TH\|^\.SH' vgpusim.1 vgpusim-scenario.5 | sed 's/vgpusim [0-9.]*"/vgpusim N"/'
# Without complaint where there is a man that has any.
if command -v man >/dev/null; then
    for page in vgpusim.1 vgpusim-scenario.5; do man --warnings -E UTF-8 -l $page 2>&1 >/dev/null; done
fi
if command -v mandoc >/dev/null; then mandoc -Tlint -W error vgpusim.1 vgpusim-scenario.5; fi
# Every command, every flag of every command, every field and every exit status is there.
sed 's/\\-/-/g' vgpusim.1 >plain.1
sed 's/\\-/-/g' vgpusim-scenario.5 >plain.5
for c in $(vgpusim | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
    grep -q "^.SS vgpusim $c " plain.1 || echo "no command $c"
    for f in $(vgpusim help "$c" | sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p'); do
        grep -q "^\(.fB-..fR, \)\?.fB--$f.fR" plain.1 || echo "no flag $f"
    done
done
vgpusim list fields | awk '{ print $1 }' >fields
while read -r f; do grep -qxF ".B $f" plain.5 || echo "no field $f"; done <fields
vgpusim help exit | awk 'NR > 1 { print ".B " $1 }' | while read -r s; do grep -qxF "$s" plain.1 || echo "no $s"; done
grep -c . fields >/dev/null && echo all there
