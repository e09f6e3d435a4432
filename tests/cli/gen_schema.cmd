# Where Python has a validator: our scenarios and results are valid, wrong ones are not. The structure of the
# schemas is looked at by tests/unit/test_schema.c everywhere.
python3 -c 'import jsonschema, yaml; jsonschema.Draft202012Validator' 2>/dev/null || exit 77
vgpusim gen schema >scenario.json
vgpusim gen schema result >result.json
vgpusim gen schema plan >plan.json
vgpusim gen schema vms >vms.json
vgpusim plan plan.yaml --json --front auto >p1.json
vgpusim plan plan.yaml --json --mode mig --set tenants.chat.objective.p95='5 ms' >p2.json
vgpusim plan plan_hosts.yaml --json --horizon 5s >p3.json
printf 'from,until,part,on\n%s,,0.1,big\n%s,,0.5,small\n' 2026-01-01T00:00:00 2026-01-02T00:00:00 >vms.csv
vgpusim plan plan_vms.yaml --json >v1.json
vgpusim plan plan_vms.yaml --json --set fleet.gpu=A30 >v2.json
vgpusim gen scenario -o generated.yaml
vgpusim run random.yaml --json >r1.json 2>/dev/null
vgpusim run frames.yaml --json >r2.json 2>/dev/null
vgpusim run gates.yaml --json >r3.json 2>/dev/null
vgpusim place impossible.yaml --json >r4.json 2>/dev/null
vgpusim run mix.yaml --json --horizon 5s >r5.json 2>/dev/null
cat >validate.py <<'END'
import copy, glob, json, re
import jsonschema, yaml
class Loader(yaml.SafeLoader):
    """The core schema of YAML 1.2, in which 1:30 is no number and no is no boolean."""
Loader.yaml_implicit_resolvers = {}
for tag, pattern in (("bool", "true|false"), ("int", "[-+]?[0-9]+|0x[0-9a-fA-F]+"),
                     ("float", r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"), ("null", "~|null|")):
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile("^(?:" + pattern + ")$"), None)
def keys(x):
    if isinstance(x, dict):
        return {str(k): keys(v) for k, v in x.items()}
    return [keys(v) for v in x] if isinstance(x, list) else x
def check(schema, name, x):
    for e in schema.iter_errors(x):
        print(name, list(e.path), e.message[:200])
schema = {}
for name in ("scenario", "result", "plan", "vms"):
    text = json.load(open(name + ".json"))
    jsonschema.Draft202012Validator.check_schema(text)
    schema[name] = jsonschema.Draft202012Validator(text)
for name in sorted(glob.glob("*.yaml")):
    if not name.startswith(("config_", "wrong")):
        check(schema["scenario"], name, keys(yaml.load(open(name), Loader)))
for name in sorted(glob.glob("r?.json")):
    check(schema["result"], name, json.load(open(name)))
for name in sorted(glob.glob("p?.json")):
    check(schema["plan"], name, json.load(open(name)))
for name in sorted(glob.glob("v?.json")):
    check(schema["vms"], name, json.load(open(name)))
good = keys(yaml.load(open("random.yaml"), Loader))
wrong = (("tenants", 0, "memmory", "1 GiB"), ("tenants", 0, "framebuffer", 12), ("tenants", 0, "count", 1.5),
         ("tenants", 0, "name", "Chat"), ("horizon", "10 GiB"), ("horizon", "10"), ("fleet", "mixed-size", "no"),
         ("tenants", 0, "workload", "kind", "request"), ("percentiles", [100]), ("version", 2), ("replicas", "many"),
         ("tenants", 0, "objective", {"p": "1 s"}), ("lifecycle", [{"at": "1 s"}]), ("modes", [{"scheduler": {}}]))
for *path, value in wrong:
    x = copy.deepcopy(good)
    at = x
    for p in path[:-1]:
        at = at[p]
    at[path[-1]] = value
    if schema["scenario"].is_valid(x):
        print("taken:", path, value)
r = json.load(open("r1.json"))
for change in (lambda r: r.pop("seed"), lambda r: r.update(schema="vgpusim.result/2"),
               lambda r: r["modes"][0].pop("tenants"), lambda r: r["modes"][0].update(gpus_used="1"),
               lambda r: r["modes"][0]["tenants"][0]["latency_ns"]["p95"].pop("ci95_lo")):
    x = copy.deepcopy(r)
    change(x)
    if schema["result"].is_valid(x):
        print("taken: a wrong result")
r = json.load(open("p1.json"))
for change in (lambda r: r.pop("winner"), lambda r: r.update(schema="vgpusim.result/1"),
               lambda r: r["winner"].update(licences="6"), lambda r: r["front"]["points"][0].pop("on_front"),
               lambda r: r["refused"][0].update(text=None)):
    x = copy.deepcopy(r)
    change(x)
    if schema["plan"].is_valid(x):
        print("taken: a wrong plan")
r = json.load(open("v1.json"))
for change in (lambda r: r["winner"].pop("licences"), lambda r: r["winner"]["parts"][0]["vms"].pop("fullest"),
               lambda r: r["divisions"].update(searched=1)):
    x = copy.deepcopy(r)
    change(x)
    if schema["vms"].is_valid(x):
        print("taken: a wrong plan of VMs")
print("valid")
END
python3 validate.py
