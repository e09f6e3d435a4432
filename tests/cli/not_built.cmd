vgpusim run exact.yaml --scheduler s.so; echo $?
