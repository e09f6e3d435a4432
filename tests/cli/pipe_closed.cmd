vgpusim list vgpus | head -n 1
vgpusim list vgpus --format csv | true
echo "${PIPESTATUS:-quiet}"
