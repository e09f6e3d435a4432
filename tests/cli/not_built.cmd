for c in report; do vgpusim $c x; echo $?; done
vgpusim run exact.yaml --scheduler s.so; echo $?
