vgpusim test gates.yaml wrong.yaml --write md=summary.md --write junit=ci.xml 2>/dev/null
echo $?
cat summary.md ci.xml
