# Latency distribution of one tenant: a line per mode on an axis of 1/(1-p), which shows the tail
# as wide as the middle; bars are 95 % intervals of the percentiles; the dashed line is the limit.
set logscale y
set xrange [LO:HI]
set yrange [1:TOP]
set ytics ("0 %%" 1, "50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1e3, "99.99 %%" 1e4, "99.999 %%" 1e5)
set xlabel XLABEL
set ylabel "requests at or below"
plot for [i=1:words(LINES)] $curve index (i-1) using 1:2 with lines lt (word(LINES." 1",i)+0), \
     for [i=1:words(BARS)] $bars index (i-1) using 1:4:2:3 with xerrorbars lt (word(BARS." 1",i)+0) dt 1
