# VMs that are powered off have their place and do nothing, also where they have a GPU or an instance to themselves.
vgpusim run random.yaml --set tenants.chat.powered-off=1 --set 'modes=[passthrough, time-sliced]' --check -f csv 2>/dev/null | grep -E 'gpus_used|,requests,'
vgpusim run random.yaml --set tenants.chat.powered-off=2 --set 'modes=[passthrough, time-sliced]' --check -f csv 2>/dev/null | grep -E 'vms_placed|,requests,|throughput'
