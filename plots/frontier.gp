# Cost against the p95 of one tenant: a colour per mode, bars are 95 % intervals; the steps join the
# plans that none beats in both.
set xrange [0:*]
set yrange [0:*]
set offsets graph 0.05, graph 0.05, graph 0.05, 0
plot $front using 1:2 with steps lc rgb "#888888" lw 1.5 dt 2, \
     for [i=1:SERIES] $points index (i-1) using 1:2:3:4 with yerrorbars lt i dt 1
