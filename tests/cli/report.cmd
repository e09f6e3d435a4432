# The page itself holds gnuplot's version: what counts is what it says and that it needs nothing else.
vgpusim run exact.yaml --json >r.json 2>/dev/null
vgpusim report r.json -o r.html 2>/dev/null && sed -n -e 's/.*id="answer">\(.*\)<.*/\1/p' -e 's/<section \(.*\)>/\1/p' r.html
grep -c -i -e '<script' -e 'src=' -e 'http:' -e 'https:' r.html | sed 's/^/from elsewhere: /'
vgpusim report r.json 2>/dev/null | cmp - r.html && echo the same bytes
if command -v xmllint >/dev/null; then xmllint --html --noout r.html 2>&1 | grep error | grep -v -e 'Tag .* invalid'; fi
mkdir none; PATH=$(dirname "$(command -v vgpusim)"):$PWD/none
vgpusim report r.json -o n.html; echo $?
/bin/grep -c -e 'No picture' n.html
vgpusim report nothing.json; echo $?
echo '[]' >l.json 2>/dev/null; vgpusim report l.json; echo $?
vgpusim report r.json -o nowhere/r.html; echo $?
