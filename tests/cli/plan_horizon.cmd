# Without a horizon a plan chooses one for which it does not take minutes, says so, and writes it.
vgpusim plan plan_horizon.yaml -q --write-scenario won.yaml | tail -n 1
grep horizon won.yaml
vgpusim plan plan_horizon.yaml -q --horizon 2s | tail -n 1
