# Nothing beyond ASCII in any text, whatever it holds; columns stay; other formats stay as they are.
odd() { LC_ALL=C grep -c '[^ -~]' "$1"; }
for command in "run gates.yaml -v" "place crowded.yaml" "check impossible.yaml" "plan plan.yaml" "test gates.yaml" "list rules" "explain precision"; do
    # shellcheck disable=SC2086
    vgpusim $command --ascii >out 2>err; echo "$command: $? $(odd out) $(odd err)"
done
vgpusim run random.yaml --ascii -q
vgpusim run random.yaml --set 'question="Wie viel kostet µ ± 1?"' --ascii --write text=q.txt --write json=q.json -o /dev/null
grep -h 'Wie viel' q.txt q.json
vgpusim run random.yaml --set 'question="naïve"' --set 'nämé=1' --ascii; echo $?
