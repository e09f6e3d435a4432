# A terminal of 40 columns: no line is wider, the suggested command excepted.
script -qec true /dev/null >/dev/null 2>&1 || exit 77 # no pseudo-terminal here
script -qec "stty cols 40; vgpusim run exact.yaml -q; vgpusim run exact.yaml" /dev/null | tr -d "\r" >page
grep -c "chat p95" page
sed "s/±/+/g;s/·/./g;s/×/x/g" page | awk "length(\$0) > 40 { print length(\$0) \": \" \$0 }" | grep -v "try:"
cat page
