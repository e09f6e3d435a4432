# p95 of one tenant, a row per mode: the point and its 95 % interval; the dashed line is the limit.
set xrange [LO:HI]
set yrange [-0.5:ROWS-0.3]
set xlabel XLABEL
set grid noytics
set border 1
plot for [i=1:words(BARS)] $bars index (i-1) using 1:4:2:3 with xerrorbars lt (word(BARS." 1",i)+0) dt 1 lw 2 ps 0.8
