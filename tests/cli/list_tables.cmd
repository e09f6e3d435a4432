for t in gpus mig vgpus schedulers rules faults metrics; do
    vgpusim list $t --format csv | head -n 1
    vgpusim list $t | wc -l >a
    vgpusim list $t --names | wc -l >b
    [ "$(cat a)" -gt 3 ] || echo "$t is short"
done
vgpusim list fields | head -n 1
vgpusim list gpus --names | head -n 2
