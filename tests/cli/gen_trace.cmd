vgpusim gen trace --process periodic --rate 4/s --duration 1s --service deterministic --mean "27 ms"
vgpusim gen trace --rate 5/s --rows 3 --service lognormal --mean "27 ms" --cv 1 --seed 2
vgpusim gen trace --rate 5/s --rows 2 --tokens 1000,250
vgpusim gen trace --process mmpp --rates 40/s,2/s --holding 1s,5s --rows 3 --mean "1 ms"
vgpusim gen trace --process diurnal --rates 5/s,50/s,5/s --at 0s,5s,10s --rows 3 --mean "1 ms"
