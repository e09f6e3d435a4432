# Decided for stderr, which is no terminal here.
esc=$(printf "\033")
vgpusim check wrong.yaml 2>&1 | grep -c "$esc"
vgpusim check wrong.yaml --color=always 2>&1 | grep -c "$esc"
CLICOLOR_FORCE=1 vgpusim check wrong.yaml 2>&1 | grep -c "$esc"
CLICOLOR_FORCE=1 NO_COLOR=1 vgpusim check wrong.yaml 2>&1 | grep -c "$esc"
NO_COLOR=1 vgpusim check wrong.yaml --color=always 2>&1 | grep -c "$esc"
CLICOLOR_FORCE=1 vgpusim check wrong.yaml --color=never 2>&1 | grep -c "$esc"
vgpusim run exact.yaml --color=always | grep -c "$esc"
