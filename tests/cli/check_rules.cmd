# Every rule that speaks, as text and as JSON; -q leaves the rules out; the same scenario with its faults removed.
vgpusim check admission.yaml
vgpusim check -q admission.yaml
vgpusim check --format json --mode mig admission.yaml
vgpusim check --json impossible.yaml wrong.yaml
vgpusim check admission.yaml --set fleet.ecc=true --set tenants.small.guest-driver=18 --set 'tenants.small.needs=[ecc]' \
    --set 'tenants.large.mmio=512 GB' --set tenants.large.firmware=efi --set 'tenants.large.needs=[]'
vgpusim check --format csv impossible.yaml
