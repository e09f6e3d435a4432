# Cases that people met on machines: how many vGPUs of a type one GPU takes, and one more; instances by name.
one() { # GPU, mode, key and type, count
    cat >case.yaml <<END
version: 1
name: case
fleet: {gpu: $1, count: 1}
tenants:
  - name: chat
    count: $4
    $3
    workload: {kind: requests, arrivals: {process: poisson, rate: 1/s}, service: {dist: exponential, mean: 1 ms}}
modes: [$2]
END
    if vgpusim check case.yaml >out 2>err; then verdict=fits; else verdict="does not fit"; fi
    echo "$1 $2: $4 x ${3#*: } $verdict $(sed -n 's/^  fail *\([A-Z0-9-]*\).*/\1/p' out | head -n 1)"
}
rtx=RTX-PRO-6000-BSE
one $rtx time-sliced-mig 'vgpu: DC-1-2Q' 48
one $rtx time-sliced-mig 'vgpu: DC-1-2Q' 49
one $rtx time-sliced-mig 'vgpu: DC-1-8C' 12
one $rtx time-sliced-mig 'vgpu: DC-1-8C' 13
one $rtx time-sliced 'framebuffer: 8 GiB' 12
one $rtx time-sliced 'framebuffer: 8 GiB' 13
one RTX-PRO-4500-BSE time-sliced-mig 'vgpu: DC-1-8C' 4
one RTX-PRO-4500-BSE time-sliced-mig 'vgpu: DC-1-8C' 5
one H100-SXM5-80GB mig 'framebuffer: 20 GiB' 4
one H100-SXM5-80GB mig 'framebuffer: 20 GiB' 5
one A100-PCIE-40GB mig 'mig: 2g.10gb' 3
one A100-PCIE-40GB mig 'mig: 2g.10gb' 4
one A100-PCIE-40GB mig 'mig: 3g.20gb' 2
one A100-PCIE-80GB mig 'mig: 3g.39gb' 2
# What a GPU takes depends on its mode: the ids of mixed sizes hold one vGPU less of this type.
one A100-PCIE-80GB time-sliced 'vgpu: A100D-16C' 5
one 'A100-PCIE-80GB, mixed-size: true' time-sliced 'vgpu: A100D-16C' 4
one 'A100-PCIE-80GB, mixed-size: true' time-sliced 'vgpu: A100D-16C' 5
vgpusim list vgpus RTX-PRO-6000-BSE --format csv | awk -F, '$2 == "DC-1-8Q" || $2 == "DC-1-2Q" { print $2, $7, "a GPU,", $9, "an instance" }'
vgpusim list vgpus RTX-PRO-4500-BSE --format csv | awk -F, '$2 == "DC-1-8C" { print $2, $7, "a GPU,", $9, "an instance" }'
