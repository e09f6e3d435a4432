# A metric over the swept value, a line per mode; bars are 95 % intervals.
set yrange [0:*]
set offsets graph 0.03, graph 0.03, graph 0.05, 0
plot for [i=1:words(LINES)] $series index (i-1) using 1:2 with lines lt (word(LINES." 1",i)+0), \
     for [i=1:words(LINES)] $series index (i-1) using 1:2:3:4 with yerrorbars lt (word(LINES." 1",i)+0) dt 1
