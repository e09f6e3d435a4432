vgpusim gen trace --process periodic --rate 4/s --duration 1s --service deterministic --mean "27 ms"
vgpusim gen trace --rate 5/s --rows 3 --service lognormal --mean "27 ms" --cv 1 --seed 2
vgpusim gen trace --rate 5/s --rows 2 --tokens 1000,250
