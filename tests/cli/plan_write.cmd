# The winner as a scenario: it runs, meets its objectives, and every format that fits takes it.
vgpusim plan plan.yaml -q --write-scenario won.yaml >plan.txt; echo "plan $?"
grep -E '^(fleet|  gpu|  count)|mig:|vgpus:|policy' won.yaml
vgpusim run won.yaml --format csv | grep objective_met
vgpusim export won.yaml --list 2>/dev/null | head -n 1
for to in mig-parted nvidia-smi kubernetes libvirt; do
    vgpusim export won.yaml --to $to >$to.out; echo "$to $?"
done
