# What is for plan only, and what plan itself refuses.
vgpusim run plan.yaml --set fleet.gpu=any; echo $?
vgpusim run plan.yaml --set fleet.gpu='[L40S, A30]'; echo $?
vgpusim run plan.yaml --set tenants.chat.vgpus=auto; echo $?
vgpusim plan plan.yaml --set fleet.gpu=any; echo $?
vgpusim plan plan.yaml --set fleet.gpu='[]'; echo $?
vgpusim plan plan.yaml --set fleet.gpu='[L40S, A3O]'; echo $?
vgpusim plan plan.yaml --set fleet.gpu='[L40S, [A30]]'; echo $?
vgpusim plan; echo $?
