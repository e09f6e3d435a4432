command -v bash >/dev/null || exit 77
cat >ask <<'END'
. ./vgpusim.bash
ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _vgpusim; echo "$* -> ${COMPREPLY[*]}"; }
ask vgpusim ex
ask vgpusim run --trace
ask vgpusim run --no-such
ask vgpusim run -- --se
ask vgpusim run my.yaml --seed 1 --hori
ask vgpusim run --progress a
ask vgpusim run --progress = n
ask vgpusim run --mode time-sliced/f
ask vgpusim check --gpu A100-PCIE
ask vgpusim list sched
ask vgpusim list mig A3
ask vgpusim gen comp
ask vgpusim help ver
ask vgpusim explain scheduler.a
ask vgpusim run exa
ask vgpusim export my.yaml --to mig
ask vgpusim sweep my.yaml --vary scheduler.sl
END
vgpusim gen completion bash >vgpusim.bash && bash ask
vgpusim gen completion zsh >_vgpusim && head -n 1 _vgpusim
vgpusim gen completion fish >vgpusim.fish
if command -v zsh >/dev/null; then zsh -n _vgpusim; fi
if command -v fish >/dev/null; then fish -n vgpusim.fish; fi
# Every command and each of its flags, in each shell.
for c in $(vgpusim | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
    grep -q "^        '$c:" _vgpusim || echo "zsh: no $c"
    grep -q "use_subcommand -a $c " vgpusim.fish || echo "fish: no $c"
    sed -n "/^        $c) _arguments/,/;;/p" _vgpusim >zsh
    sed -n "/^    $c)$/,/;;/p" vgpusim.bash >bash
    for f in $(vgpusim help "$c" | sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p'); do
        grep -q -e "--$f[ ']" bash || echo "bash: $c --$f"
        grep -q -e "--$f=*\[" zsh || echo "zsh: $c --$f"
        grep -q "from $c' -l $f " vgpusim.fish || echo "fish: $c --$f"
    done
done
vgpusim gen completion; echo $?
vgpusim gen completion csh; echo $?
vgpusim gen man 2; echo $?
vgpusim gen schema plans; echo $?
vgpusim gen schema --seed 1; echo $?
vgpusim gen scenario twice; echo $?
