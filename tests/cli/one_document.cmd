# Warnings go to stderr, whatever the format; stdout stays one document.
for f in json csv text; do
    vgpusim run random.yaml --format $f --set precision=0.1% --set replicas=auto --replicas 2 >$f 2>$f.err
    head -c 1 $f; echo
done
