for c in sweep test diff report plot; do vgpusim $c x; echo $?; done
vgpusim run exact.yaml --trace t; echo $?
vgpusim run exact.yaml --scheduler s.so; echo $?
vgpusim run exact.yaml --format junit; echo $?
vgpusim run exact.yaml --write openmetrics=x; echo $?
for g in man completion schema; do vgpusim gen $g; echo $?; done
