vgpusim list gpus -o nowhere/x; echo $?
vgpusim run exact.yaml -q --mode mig --write json=nowhere/x
