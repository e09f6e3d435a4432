# The strip below the panels: entries are arrows, objects and labels on the screen.
unset arrow
unset object
unset label
unset border
unset xtics
unset ytics
unset xlabel
unset ylabel
unset title
unset logscale
unset grid
