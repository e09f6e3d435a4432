vgpusim sweep random.yaml --vary tenants.chat.count=1,x,3 --vary tenants.chta.count=2 --vary fleet.gpu=L40S,A3O
echo $?
vgpusim sweep random.yaml --vary a --vary b=1..2..3 --vary c=5..1 --vary d=1/s..5/min --vary e=1,,2 --vary =4 \
    --vary f=1..1000000 --vary f=2
echo $?
vgpusim sweep measured.yaml --vary fleet.gpu=A100-PCIE-80GB,L40S,A30
echo $?
vgpusim sweep random.yaml --vary tenants.chat.vgpu=L40S-12C,L40S-8C
echo $?
vgpusim sweep random.yaml
echo $?
vgpusim sweep random.yaml --vary horizon=1s --horizon 2s --format json
echo $?
vgpusim sweep random.yaml --vary tenants.chat.count=1 -o none/t.csv
echo $?
vgpusim sweep random.yaml --vary tenants.chat.count=1 -o /dev/full
echo $?
vgpusim run random.yaml --vary tenants.chat.count=1
echo $?
