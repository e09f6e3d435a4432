# A board with MIG whose start indexes are not published, and one without MIG.
vgpusim list layouts RTX-PRO-5000
vgpusim list layouts L4
