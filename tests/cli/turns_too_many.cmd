vgpusim run exact.yaml --mode time-sliced/equal-share --horizon '11000 s' --set scheduler.slice='0.1 us' --set scheduler.preempt-granularity='2 us'
