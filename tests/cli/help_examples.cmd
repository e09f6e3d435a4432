# Every example of every help text works as it stands.
status=0
vgpusim gen scenario -o my.yaml || exit
vgpusim export my.yaml --to mig-parted --mode mig -o config.yaml || exit
for c in check place run sweep export list explain gen help version; do
    vgpusim help $c | sed -n "/^$/q;s/^  vgpusim/vgpusim/p" >examples
    while read -r line; do
        sh -c "$line" </dev/null >out 2>err || { echo "$line: status $?"; cat err; status=1; }
        [ -s out ] || case $line in *" -o "*) ;; *) echo "$line: prints nothing" ;; esac
    done <examples
done
exit $status
