# Predicted against measured, for docs/validation.md: a panel for each set, logarithmic, the line of equality and a band of 10 % about
# it. Called by docs/pictures.sh with DATA (blocks `measured predicted low high`, one per SET), TITLES, UNIT and OUT.
set encoding utf8
N = words(TITLES)
set terminal svg size 400*N, 420 dynamic noenhanced font "sans-serif,12" background "white"
set output OUT
set multiplot layout 1, N
unset key
set border 3
set tics nomirror out scale 0.5
set logscale xy
set grid x y lc rgb "#BBBBBB" lw 0.5 dt 1
set size square
set xlabel "measured, ".UNIT
set ylabel "predicted, ".UNIT
set bars 0.6
set samples 50
do for [i=1:N] {
    set xrange [*:*]
    set yrange [*:*]
    stats DATA index (i-1) using 1 nooutput
    lo = 0.75 * STATS_min
    hi = 1.4 * STATS_max
    set xrange [lo:hi]
    set yrange [lo:hi]
    if (hi / lo < 100) { set xtics (1, 2, 3, 4, 5, 7, 10, 15, 20); set ytics (1, 2, 3, 4, 5, 7, 10, 15, 20) } \
    else { set xtics (1, 10, 100, 1e3, 1e4, 1e5); set ytics (1, 10, 100, 1e3, 1e4, 1e5) }
    set title word(TITLES, i)." (".sprintf("%d", STATS_records)." points)" noenhanced
    plot '+' using (lo*(hi/lo)**(($0)/49.0)):(0.9*lo*(hi/lo)**(($0)/49.0)):(1.1*lo*(hi/lo)**(($0)/49.0)) with filledcurves fc rgb "#56B4E9" fs transparent solid 0.3 noborder, \
         x with lines lc rgb "black" lw 0.8, \
         DATA index (i-1) using 1:2:3:4 with yerrorbars pt -1 lw 1 lc rgb "#0072B2", \
         DATA index (i-1) using 1:2 with points pt (POINT < 1 ? 7 : 4) ps POINT lw 1 lc rgb "#0072B2"
}
unset multiplot
