# What all panels share: black is the colour of text, which a page replaces by its own.
set encoding utf8
unset key
unset arrow
unset object
unset logscale
unset xtics
unset ytics
unset xlabel
unset ylabel
unset label
set border 3 lw 1 lc rgb "black"
set tics nomirror out scale 0.5 textcolor rgb "black"
set xtics nomirror autofreq
set ytics nomirror autofreq
set grid x y lc rgb "#BBBBBB" lw 0.5 dt 1
set autoscale
set bars 0.6
set style fill solid 0.5
