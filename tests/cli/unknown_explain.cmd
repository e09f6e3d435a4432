vgpusim explain tenants.memmory
