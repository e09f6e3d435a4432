# A run that fails leaves neither a result nor a temporary file.
vgpusim run wrong.yaml -o r.json 2>/dev/null; echo $?; ls
