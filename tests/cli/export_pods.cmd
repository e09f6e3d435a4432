vgpusim export export.yaml --to kubernetes --mode mig
vgpusim export export.yaml --to kubernetes --mode passthrough --set fleet.count=5
vgpusim export export.yaml --to device-plugin --mode mig
vgpusim export export.yaml --to device-plugin --mode container-time-sliced
