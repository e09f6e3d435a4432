vgpusim place hosts.yaml --mode mig --mode time-sliced/best-effort
vgpusim place hosts.yaml --mode time-sliced/best-effort --format json | grep chat/16
vgpusim export hosts.yaml --mode time-sliced/best-effort --to nvidia-smi
