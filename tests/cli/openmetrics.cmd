# Every family is declared once, its samples stand together, nothing follows EOF.
vgpusim run gates.yaml --format openmetrics >m 2>/dev/null; echo $?
awk '/^# TYPE/ { if (seen[$3]++) print "twice " $3; family = $3; next }
     /^# UNIT/ { if ($3 != family || $3 !~ ("_" $4 "$")) print "unit " $0; next }
     /^# EOF$/ { eof++; next }
     { name = $0; sub(/\{.*/, "", name); if (name != family) print "stray " $0; if (eof) print "after EOF"
       if (key[$0]++) print "twice " $0; n++; if ($NF !~ /^-?[0-9.e+-]+$/) print "no number: " $0 }
     END { print n " samples", eof " EOF" }' m
grep -E 'latency.*chat.*p95|vgpusim_gate.*switch' m
