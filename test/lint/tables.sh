#!/bin/sh
# tables.sh BUILD [-u] - do the manual pages say what the tables say?
#
# In a page, what stands between
#	.\" made by: weir --dump-docs options
#	.\" end
# is what that command prints. With -u it is put there. Run from the top.
set -eu
build=$1
update=${2:-}
stale=0
new=$(mktemp)
confdir=$(mktemp -d)
trap 'rm -rf "$new" "$confdir"' EXIT

for page in man/*.[1-9]; do
	awk -v build="$build" -v confdir="$confdir" '
	/^\.\\" made by: / {
		print
		fflush()
		command = build "/" $4 " --set confdir=" confdir
		for (i = 5; i <= NF; i++)
			command = command " " $i
		if (system(command) != 0)
			exit 1
		skipping = 1
		next
	}
	/^\.\\" end$/ { skipping = 0 }
	!skipping { print }
	' "$page" >"$new"
	cmp -s "$page" "$new" && continue
	if [ "$update" = -u ]; then
		cat "$new" >"$page"
		echo "$page: brought up to date"
	else
		echo "$page: not what the tables say (make docs)"
		diff "$page" "$new" | head -n 10
		stale=1
	fi
done
exit "$stale"
