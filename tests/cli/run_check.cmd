# The laws that cost time hold, and change nothing.
vgpusim run exact.yaml --json >plain.json
vgpusim run exact.yaml --json --check >checked.json
cmp plain.json checked.json && echo same
