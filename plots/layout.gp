# GPUs as bars; the boxes in them are vGPUs or GPU instances.
set xrange [0:LENGTH]
set yrange [-0.6:ROWS-0.4]
set xlabel XLABEL
unset grid
set border 1
set ytics scale 0
plot -9 with lines lc rgb "black"
