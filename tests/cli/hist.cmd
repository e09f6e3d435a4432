# Histograms of latencies: as text, and in the result, from which every percentile follows.
vgpusim run random.yaml -f hist
vgpusim run random.yaml --json --histograms -o r.json --write hist=h.txt
vgpusim run random.yaml -f hist | cmp - h.txt
python3 - <<'END'
import json
for m in json.load(open("r.json"))["modes"]:
    for t in m["tenants"]:
        h = t["latency_histogram"]
        n = sum(k for _, k in h["bins"])
        for p in ("p50", "p95", "p99"):
            below, want = 0, t["latency_ns"][p]["value"]
            for most, k in h["bins"]:
                below += k
                if below >= n * float(p[1:]) / 100 - 1e-6:
                    break
            if not want <= most <= want * (1 + 2.1 * h["bin_error_frac"]) + 1:
                print("off", m["label"], t["name"], p, most, want)
        if n != t["requests"]:
            print("lost", t["name"], n)
print("checked")
END
vgpusim run random.yaml | grep -c histogram
vgpusim run random.yaml --json | grep -c latency_histogram
vgpusim run impossible.yaml -f hist; echo $?
vgpusim test gates.yaml -f hist; echo $?
