# Maximal layouts of a four-slice board in three forms; the number of them with media variants.
vgpusim list layouts A30
vgpusim list layouts A30 --format csv
vgpusim list layouts RTX-PRO-6000-BSE --format json
vgpusim list layouts -v A30 --names | wc -l
for gpu in A100-PCIE-40GB H200-SXM A30 RTX-PRO-6000-BSE RTX-PRO-4500-BSE; do
    echo "$gpu $(vgpusim list layouts $gpu --names | wc -l)"
done
