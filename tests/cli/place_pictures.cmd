# Pictures of all modes: mixed sizes with a gap, containers, instances; more of the same folded; a page of 40 columns.
vgpusim place mix.yaml
vgpusim place mix.yaml --set tenants.chat.count=40 --set fleet.count=auto --set fleet.mixed-size=false --mode time-sliced/best-effort --mode mig
vgpusim place crowded.yaml --set fleet.gpu=RTX-PRO-6000-BSE --set fleet.count=4 --mode time-sliced-mig/best-effort -v | grep -v note
script -qec true /dev/null >/dev/null 2>&1 || exit 0 # no pseudo-terminal here
script -qec "stty cols 40; vgpusim place mix.yaml --mode mig" /dev/null | tr -d "\r" >page
sed "s/·/./g;s/×/x/g" page | awk "length(\$0) > 40 { print length(\$0) \": \" \$0 }" | grep -v "try:"
