# Errors of a fitted law, a column per slice, batches ascending in it; the line is a law without an error.
set xrange [-0.6:COLUMNS-0.4]
set yrange [*<-5:5<*]
set offsets 0, 0, graph 0.05, graph 0.05
set xlabel "slice; batches ascending in each"
set ylabel "error, %"
set grid noxtics ytics
if (COLUMNS > 6) { set xtics rotate by -35 }
plot 0 with lines lc rgb "black" lw 1, \
     $fit using ($1-0.02):2 with points pt 7 ps 0.6 lc rgb "#0072B2", \
     $left using ($1+0.02):2 with points pt 4 ps 0.8 lw 1.4 lc rgb "#D55E00"
