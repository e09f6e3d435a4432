vgpusim run random.yaml --trace-for 1s --trace-replica 2; echo $?
vgpusim run random.yaml --trace t --trace-for 1 --trace-from x --trace-replica 1000; echo $?
vgpusim run random.yaml --trace t --trace-for 0s; echo $?
vgpusim run random.yaml --trace t --trace-from 100d --trace-for 10d; echo $?
vgpusim run random.yaml --trace -; echo $?
vgpusim run random.yaml --trace t --trace-replica 4 -q >/dev/null; echo $?
vgpusim run random.yaml --trace none/t; echo $?
vgpusim run random.yaml --trace /dev/full -q >/dev/null; echo $?
vgpusim place random.yaml --trace t; echo $?
[ ! -e t ] || echo a file is left
