# A profile as an older driver spells it is taken, and the catalogue's spelling is said.
vgpusim place mig_other_driver.yaml
