# A profile as an older driver spells it is taken, and the catalogue's spelling is said.
cat >other.yaml <<'END'
version: 1
name: other-driver
fleet: {gpu: A100-PCIE-80GB}
tenants:
  - name: chat
    mig: 3g.39gb
    workload: {kind: requests, arrivals: {process: poisson, rate: 40/s}, service: {dist: exponential, mean: 10 ms}}
modes: [mig]
END
vgpusim place other.yaml
