# The completions as fish and zsh run them: what is offered, and what a Tab makes of a line.
command -v fish >/dev/null && command -v zsh >/dev/null || exit 77
vgpusim gen completion fish >vgpusim.fish
vgpusim gen completion zsh >_vgpusim
cat >ask.fish <<'END'
source vgpusim.fish
for line in 'vgpusim ex' 'vgpusim run --inc' 'vgpusim run --inconclusive ' 'vgpusim run --mode time-sliced/f' 'vgpusim list sched' 'vgpusim gen comp' 'vgpusim export my.yaml --to mig' 'vgpusim check --gpu A100-PCIE' 'vgpusim explain scheduler.a' 'vgpusim run exa'
    echo "$line ->" (complete -C "$line" | string split -f1 \t | sort -u | string join ' ')
end
END
HOME=$PWD fish --no-config ask.fish
cat >ask.zsh <<'END'
# Types each line and a Tab into a zsh of its own; what stands on the line then goes to a file.
zmodload zsh/zpty
zpty shell 'TERM=xterm zsh -f -i'
zpty -w shell "PROMPT=; fpath=($PWD \$fpath); autoload -U compinit; compinit -u -D"
zpty -w shell "keep() { print -r -- \$BUFFER >>$PWD/lines; BUFFER=; }; zle -N keep; bindkey '^X' keep"
n=0
: >lines
for line in "$@"; do
    zpty -w -n shell "$line"$'\t\x18'
    n=$((n + 1))
    for ((i = 0; i < 400; i++)); do
        [[ $(wc -l <lines) -ge $n ]] && break
        sleep 0.05
    done
done
zpty -d shell
cat lines
END
zsh -f ask.zsh 'vgpusim expl' 'vgpusim run --inc' 'vgpusim run --mode time-sliced/f' 'vgpusim list sched' \
    'vgpusim explain scheduler.a' 'vgpusim check --gpu GB2' 'vgpusim sweep exact.yaml --vary scheduler.aver'
