# A wrong --set among several is shown with its own words, whatever stands before it.
vgpusim run random.yaml --set question=hi --set horizon=1 --set nxx=2; echo $?
vgpusim run random.yaml --set 'question="a
b"' --set 'tenants.chat.cuont=2' --set 'cost={'; echo $?
vgpusim check random.yaml --set tenants.chat.framebuffer=1GiB --set 'expect=["p95(latency, caht) < 1 s"]'; echo $?
