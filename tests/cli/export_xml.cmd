command -v xmllint >/dev/null || exit 77
vgpusim export export.yaml --to libvirt --mode mig | xmllint --noout -
