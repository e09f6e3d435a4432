# Who has work (pale), who runs (dark), who is being switched to, a row per VM.
set xrange [START:END]
set yrange [-0.6:ROWS-0.4]
set xlabel XLABEL
set grid noytics
set ytics scale 0
plot $work using (($2+$3)/2):1:2:3:($1-0.4):($1+0.4) with boxxyerror fc rgb "#56B4E9" fs solid 0.35 noborder, \
     $run using (($2+$3)/2):1:2:3:($1-0.28):($1+0.28) with boxxyerror fc rgb "#0072B2" fs solid 0.9 noborder, \
     $switch using (($2+$3)/2):1:2:3:($1-0.4):($1+0.4) with boxxyerror fc rgb "#D55E00" fs solid 0.9 noborder
