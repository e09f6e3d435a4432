vgpusim list gpus >/dev/full
