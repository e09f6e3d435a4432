vgpusim gen trace --rate 5 --duration 1s --mean "1 ms"
vgpusim gen trace --duration 1s --mean "1 ms"
vgpusim gen trace --rate 5/s --mean "1 ms"
vgpusim gen trace --rate 5/s --duration 1s
vgpusim gen trace --rate 5/s --duration 1s --mean "1 ms" --cv 2
vgpusim gen trace --rate 5/s --duration 1s --mean "1 ms" --service uniform --cv 2
vgpusim gen trace --rate 5/s --duration 1s --mean "1 ms" --service lognorml --cv 2
vgpusim gen trace --rate 5/s --rows 3 --tokens 5
vgpusim gen trace --rate 5/s --rows 3 --tokens 5,5 --mean "1 ms"
vgpusim gen scenario --rate 5/s
vgpusim gen tracee
vgpusim gen trace --process mmpp --rates 40/s,2/s --holding 1s --rows 2 --mean "1 ms"
vgpusim gen trace --process mmpp --rates 40/s,x --rate 3/s --holding 1s,2s --rows 2 --mean "1 ms"
vgpusim gen trace --process diurnal --rates 4/s,4/s --at 1s,2s --rows 2 --mean "1 ms"
vgpusim gen trace --process diurnal --rate 4/s --rows 2 --mean "1 ms"
vgpusim gen trace --rates 40/s,2/s --rate 4/s --rows 2 --mean "1 ms"
