# Times by hand: 2 ms x n x (50 % x 108 / SMs + 50 % x 8 / eighths), never under 6 ms; 7g.80gb at 1 lies on the floor.
cat >m.csv <<'END'
model,gpu,slice,batch,latency_ms
net,A100-SXM4-80GB,1g.10gb,1,15.714
net,A100-SXM4-80GB,2g.20gb,1,7.857
net,A100-SXM4-80GB,3g.40gb,1,6
net,A100-SXM4-80GB,4g.40gb,1,6
net,A100-SXM4-80GB,7g.80gb,1,6
net,A100-SXM4-80GB,1g.10gb,8,125.714
net,A100-SXM4-80GB,2g.20gb,8,62.857
net,A100-SXM4-80GB,3g.40gb,8,36.571
net,A100-SXM4-80GB,4g.40gb,8,31.429
net,A100-SXM4-80GB,7g.80gb,8,16.816
END
vgpusim fit m.csv
