vgpusim check exact.yaml --set tenants.chat.count=3 --set fleet.count=1
