head -c 1048577 /dev/zero >big.yaml; vgpusim check big.yaml
