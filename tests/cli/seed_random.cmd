# A seed that is drawn is told, does the same again, and is another one each time.
vgpusim run random.yaml --seed random --json -o one.json 2>told
sed 's/[0-9]\{2,\}/N/g' told
seed=$(sed -n 's/.*--seed \([0-9]*\) .*/\1/p' told)
vgpusim run random.yaml --seed "$seed" --json -o two.json && cmp one.json two.json && echo same
for command in "plan plan.yaml" "test gates.yaml" "sweep random.yaml --vary replicas=2" "gen trace --rate 5/s --rows 3 --mean 5ms"; do
    # shellcheck disable=SC2086
    vgpusim $command --seed random -o /dev/null 2>&1 | grep -c 'was drawn'
done
vgpusim run random.yaml --seed random -o /dev/null 2>other; cmp -s told other || echo different
vgpusim run random.yaml --seed rand; echo $?
