vgpusim run exact.yaml --mode time-sliced/equal-share --horizon '110 s' --set scheduler.slice='1 us' --set scheduler.preempt-granularity='2 us' --format json | grep ST-06
