# Elements, nesting, attributes and counts of the common schema, line by line; xmllint where it is.
vgpusim run gates.yaml --json 2>/dev/null >old.json
vgpusim test gates.yaml wrong.yaml --seed 2 --set 'tenants.0.name=a<b>&"c"' --format junit 2>/dev/null >odd.xml
vgpusim test gates.yaml wrong.yaml --set horizon='5 s' --baseline old.json --format junit >ci.xml 2>/dev/null
for f in odd.xml ci.xml; do
    awk '
    function attributes(line, allowed,   name) {
        sub(/^ *<[a-z]+/, "", line)
        while (match(line, / [a-z]+="[^"<]*"/)) {
            name = substr(line, RSTART + 1, index(substr(line, RSTART), "=") - 2)
            if (index(" " allowed " ", " " name " ") == 0) print "attribute " name " in " $0
            value[name] = substr(line, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
            line = substr(line, RSTART + RLENGTH)
        }
    }
    function counted() {
        if (value["tests"] != tests || value["failures"] != failures || value["errors"] != errors)
            print "counts differ: " tests " " failures " " errors
    }
    NR == 1 { if ($0 != "<?xml version=\"1.0\" encoding=\"UTF-8\"?>") print "no declaration"; next }
    /^<testsuites / { attributes($0, "name tests failures errors time"); all = value["tests"] " " value["failures"] " " value["errors"]; in_all = 1; next }
    /^  <testsuite / { if (!in_all) print "suite outside"; attributes($0, "name tests failures errors skipped time"); tests = failures = errors = 0; next }
    /^    <\/?properties>$/ { next }
    /^      <property / { attributes($0, "name value"); next }
    /^    <testcase / { want = value["tests"] " " value["failures"] " " value["errors"]; tests++; split("", keep); for (k in value) keep[k] = value[k]; attributes($0, "classname name time"); for (k in keep) if (k != "name") value[k] = keep[k]; next }
    /^      <failure / { failures++; next }
    /^      <error / { errors++; next }
    /^    <\/testcase>$/ { next }
    /^  <\/testsuite>$/ { counted(); T += tests; F += failures; E += errors; next }
    /^<\/testsuites>$/ { if (all != T " " F " " E) print "sums differ: " all ", " T " " F " " E; done = 1; next }
    { print "what is this? " $0 }
    END { if (!done) print "not closed"; print T " cases, " F " failures, " E " errors" }' $f
    if command -v xmllint >/dev/null; then xmllint --noout --schema "$(dirname "$0")/junit.xsd" $f 2>/dev/null || echo "not of the schema"; fi
done
grep -c 'type="baseline"' ci.xml
# A file may be called anything; XML has neither bytes that are not UTF-8 nor control characters.
odd=$(printf 'a\377\001<&>.yaml')
cp gates.yaml "$odd"
vgpusim test "$odd" --format junit 2>/dev/null | grep 'name="file"'
