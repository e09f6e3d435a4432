vgpusim run --json --mode mig exact.yaml | sed "/\"version\"/d;/scenario_hash/d;/\"resolved\"/d"
