#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh - make install puts files where they belong, and uninstall takes every one away.
set -eu
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
make --no-print-directory install DESTDIR="$place" PREFIX=/usr >/dev/null
for file in bin/vgpusim share/man/man1/vgpusim.1 share/man/man5/vgpusim-scenario.5 \
    share/bash-completion/completions/vgpusim share/zsh/site-functions/_vgpusim \
    share/fish/vendor_completions.d/vgpusim.fish share/vgpusim/scenario.schema.json \
    share/vgpusim/result.schema.json share/vgpusim/plan.schema.json share/vgpusim/vms.schema.json include/vgpusim/scheduler.h share/vgpusim/scenarios/00-quickstart.yaml; do
    [ -s "$place/usr/$file" ] || { echo "not installed: $file" >&2; exit 1; }
done
"$place/usr/bin/vgpusim" check "$place/usr/share/vgpusim/scenarios/00-quickstart.yaml" >/dev/null
make --no-print-directory uninstall DESTDIR="$place" PREFIX=/usr >/dev/null
left=$(find "$place" -type f)
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
