vgpusim check exact.yaml --set tenants.chat.memmory=3
