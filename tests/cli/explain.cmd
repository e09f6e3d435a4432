vgpusim explain tenants.framebuffer
