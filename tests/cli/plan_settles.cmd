# What a plan settles by itself is said, and what --fit cannot is refused: numbers that are auto, streams over hosts, listed places.
vgpusim plan plan_processes.yaml --fit photos --set fleet.count=2; echo $?
vgpusim plan plan_processes.yaml --fit photos --set fleet.count=2 --set tenants.photos.vgpus=3; echo $?
vgpusim plan plan_processes.yaml -q --set 'fleet={hosts: [{name: a, count: 1, gpu: A100-SXM4-80GB, gpus: 1}]}' | head -n 1
vgpusim plan plan_horizon.yaml -q --horizon 2s --set 'placement={policy: listed, gpus: [{count: 2, vms: {lookups: 1}}]}' | head -n 1
