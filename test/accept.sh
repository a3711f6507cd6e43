#!/bin/sh
# accept.sh [PYTEST ARGUMENTS] - the acceptance tests beside the tree, less
# those in accept-not-yet.list (one node id a line: what this version does
# not have yet). Each folder on its own, so that none can stop the others.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
accept=${ACCEPT:-$top/../shared/accept}
python=${PYTHON:-/usr/bin/python3}
WEIR=${WEIR:-$top/build/weir}
WEIRDUMP=${WEIRDUMP:-$top/build/weirdump}
PYTHONDONTWRITEBYTECODE=1
export WEIR WEIRDUMP PYTHONDONTWRITEBYTECODE

cd "$accept" || exit 1
set -- "$@"
while read -r id; do
	case $id in
	'' | '#'*) ;;
	*) set -- "$@" --deselect "$id" ;;
	esac
done <"$top/test/accept-not-yet.list"

status=0
for part in test_first_light.py strict engine flowfile scripting browser console \
    terminal; do
	echo "--- $part"
	timeout -k 10 "${ACCEPT_SECONDS:-1200}" "$python" -m pytest -q \
	    -p no:cacheprovider --rootdir . -W ignore "$@" "$part" \
	    >"${TMPDIR:-/tmp}/accept-$$" 2>&1
	code=$?
	grep -E '^(FAILED|ERROR) ' "${TMPDIR:-/tmp}/accept-$$"
	tail -n 1 "${TMPDIR:-/tmp}/accept-$$"
	# 5: nothing was left to run.
	[ "$code" -eq 0 ] || [ "$code" -eq 5 ] || status=1
done
rm -f "${TMPDIR:-/tmp}/accept-$$"
exit "$status"
