for m in migg mig/best-effort passthrough; do vgpusim run three.yaml --against $m; echo $?; done
vgpusim run three.yaml --set fleet.count=1 --set tenants.chat.count=3 --against mig | grep 'nothing is compared'
