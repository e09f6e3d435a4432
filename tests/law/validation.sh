#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# validation.sh - runs the table of exact results and puts it into docs/validation.md.
set -u
cd "$(dirname "$0")/../.." || exit 4
B=${B:-build/main}
"$B"/tests/law/test_laws >"$B/laws.txt" 2>&1
status=$?
awk '
    BEGIN { print "| | case | figure | exact | got | half | z |"; print "|---|---|---|---|---|---|---|" }
    /^(ok|FAIL) / { printf "| %s | %s | %s | %s | %s | %s | %s |\n", $1, $2, $3, $5, $7, $9, $11 }
    /intervals miss/ { print "\n" $0 "." }' "$B/laws.txt" >"$B/laws.md"
awk -v table="$B/laws.md" '
    /^<!-- laws -->/ { print; print ""; while ((getline line < table) > 0) print line; print ""; skip = 1 }
    /^<!-- \/laws -->/ { skip = 0 }
    !skip && !/^<!-- laws -->/ { print }' docs/validation.md >"$B/validation.md" &&
    mv "$B/validation.md" docs/validation.md
exit $status
