vgpusim run random.yaml --progress=json 2>&1 >/dev/null | grep -v "^{\"type\":\"progress\",\"done\":[0-9]*,\"of\":[0-9]*}$"
vgpusim run random.yaml --progress=json 2>&1 >/dev/null | tail -n 1
vgpusim run random.yaml --progress=never 2>&1 >/dev/null
vgpusim run random.yaml 2>&1 >/dev/null
