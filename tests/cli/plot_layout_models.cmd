# The title of a picture names every model of its rows.
vgpusim place hosts.yaml --json -o p.json
vgpusim plot layout p.json -o p.gp
grep -o 'set title .*' p.gp
