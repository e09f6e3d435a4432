# The values that the guide prints, the two that do not mean what it says, each clamp, no policy, no software scheduler.
for value in 0x00 0x01 0x00030003 0x11 0x3c3c0001 0x3c3c0011 0x00180011 0x00030001 0x00ff0013 0xff3ff011 0x19 0x21 4294967295 0x10; do
    vgpusim explain rmpvmrl=$value
done
vgpusim explain scheduler.rmpvmrl=17 | head -n 1
for wrong in 0x100000000 -1 1.5 fixed ''; do
    vgpusim explain "rmpvmrl=$wrong"
done
true
