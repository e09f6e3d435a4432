cat >m.csv <<'END'
model,gpu,slice,batch,throughput,latency,unit
net,A100-SXM4-80GB,1g.10gb,1,63,,samples/s
net,A100-SXM4-80GB,1g.11gb,1,63,,samples/s
net,A100-SXM4-80G,2g.20gb,1,127,,samples/s
net,A100-SXM4-80GB,2g.20gb,0,127,,samples/s
net,A100-SXM4-80GB,3g.40gb,1,fast,,samples/s
net,A100-SXM4-80GB,3g.40gb,1,12,,TFLOPS
net,A100-SXM4-80GB,4g.40gb,1,,,samples/s
net,A100-SXM4-80GB,7g.80gb,1,,6,minutes
END
vgpusim fit m.csv
printf 'slice,latency_ms\n1g.10gb,5\n' >n.csv
vgpusim fit n.csv
vgpusim fit n.csv --gpu A100-80GB
vgpusim fit n.csv --gpu A100-SXM4-80GB --where batch=1
vgpusim fit n.csv --gpu A100-SXM4-80GB --group modell
printf 'a,b\n1,2\n' >n.csv
vgpusim fit n.csv
vgpusim fit missing.csv
