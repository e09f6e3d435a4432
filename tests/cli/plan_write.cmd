# The winner as a scenario: it runs, meets its objectives, and every format that fits takes it.
vgpusim plan plan.yaml -q --write-scenario won.yaml >plan.txt; echo "plan $?"
grep -E '^(fleet|  gpu|  count)|mig:|vgpus:|policy' won.yaml
vgpusim run won.yaml --format csv | grep objective_met
vgpusim export won.yaml --list 2>/dev/null | head -n 1
for to in nvidia-smi mig-parted vgpu-device-manager kubernetes device-plugin libvirt vsphere rmpvmrl; do
    vgpusim export won.yaml --to $to >$to.out 2>$to.err; echo "$to $? $(cat $to.err)"
done
# A winner that takes turns, and gates of which some are for modes that lost.
vgpusim plan plan.yaml --mode time-sliced --set tenants.batch.framebuffer=10GiB -q -o /dev/null --write-scenario turns.yaml
for to in nvidia-smi vgpu-device-manager libvirt vsphere rmpvmrl; do
    vgpusim export turns.yaml --to $to >$to.out; echo "$to $?"
done
vgpusim plan plan.yaml -o /dev/null --write-scenario gated.yaml \
    --set 'expect=["p95(latency, chat) < 60 ms @ mig", "p95(latency, chat) < 60 ms @ time-sliced"]'
sed -n '/^expect/,$p' gated.yaml
vgpusim test gated.yaml -q; echo "test $?"
# Of entries that differ in the slice alone the winner's is written.
vgpusim plan plan_slice.yaml -q -o /dev/null --write-scenario slice.yaml --set tenants.a.objective.p95=1s \
    --set 'modes=[{mode: time-sliced, scheduler: {policy: equal-share, slice: 1041667 ns}}, {mode: time-sliced, scheduler: {policy: equal-share, slice: 15873016 ns}}]'
echo "slice $?"
sed -n '/^modes/,/^placement/p' slice.yaml
