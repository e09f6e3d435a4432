# The change that is offered, made: the mode is feasible then. What was tried in vain is so.
change() { # flags that make it infeasible
    mode=$1
    shift
    vgpusim place crowded.yaml --mode "$mode" "$@" | awk '/^  (would|no change|try)/ { on = 1 } /^  [^ wnt]/ { on = 0 } /^ *0 / { on = 0 } on'
    vgpusim place crowded.yaml --mode "$mode" "$@" --json | grep '"field"' >tried
    while read -r line; do
        set_flags=${line#*'"set": "'}
        set_flags=${set_flags%%'"'*}
        vgpusim place crowded.yaml --mode "$mode" "$@" $set_flags --json >made 2>err || :
        said=$(echo "$line" | grep -o '"fits": [a-z]*')
        is=$(grep -o '"feasible": [a-z]*' made)
        [ "${said#*: }" = "${is#*: }" ] || echo "differs: $line ($is)"
    done <tried
}
ts=time-sliced/best-effort
change $ts
change $ts --set tenants.chat.count=3
change $ts --set tenants.chat.count=2 --set tenants.train.framebuffer=12GiB
change $ts --set fleet.count=2 --set tenants.train.count=3 --set placement.policy=breadth-first
change $ts --set tenants.train.framebuffer=100GiB --set tenants.chat.count=1
change mig
change mig --set tenants.chat.count=3 --set tenants.train.mig=3g.40gb --set tenants.train.framebuffer=20GiB
change passthrough
change time-sliced-mig/best-effort --set fleet.gpu=RTX-PRO-6000-BSE
change mig --set fleet.hypervisor=vsphere-8.0u3 --set tenants.chat.count=2 --set tenants.chat.memory=64GiB --set tenants.train.memory=48GiB
