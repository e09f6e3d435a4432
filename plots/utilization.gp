# A bar per mode, its parts side by side; the bars across ends are 95 % intervals.
set xrange [0:100]
set yrange [-0.6:ROWS-0.3]
set xlabel "GPU time, % of all SMs"
set grid noytics
set border 1
plot $useful using (($2+$3)/2):1:2:3:($1-0.34):($1+0.14) with boxxyerror lc rgb C1 lw 1 dt 1 fs @F1 border, \
     $switch using (($2+$3)/2):1:2:3:($1-0.34):($1+0.14) with boxxyerror lc rgb C2 lw 1 dt 1 fs @F2 border, \
     $reserved using (($2+$3)/2):1:2:3:($1-0.34):($1+0.14) with boxxyerror lc rgb C3 lw 1 dt 1 fs @F3 border, \
     $free using (($2+$3)/2):1:2:3:($1-0.34):($1+0.14) with boxxyerror lc rgb C4 lw 1 dt 1 fs @F4 border, \
     $interval using 2:($1-0.1):3:4 with xerrorbars lc rgb "black" lw 1.2 dt 1 pt -1
