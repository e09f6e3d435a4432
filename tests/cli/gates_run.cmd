vgpusim run gates.yaml -q; echo $?
for seen in pass fail inconclusive; do vgpusim run gates.yaml --json 2>/dev/null | grep -c "\"verdict\": \"$seen\""; done
vgpusim run gates.yaml --json 2>/dev/null | grep '"gate"'
vgpusim run gates.yaml --mode mig --set 'expect=[gpus() == 1 @ passthrough]' -q; echo $?
