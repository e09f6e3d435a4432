vgpusim run exact.yaml --sede=3 --modes mig
