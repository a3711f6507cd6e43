#!/bin/sh
# accept.sh [PYTEST ARGUMENTS] - the acceptance tests beside the tree, less
# those in accept-not-yet.list (one node id a line: what this version does
# not have yet). Each folder on its own, so that none can stop the others;
# those in accept-races.list by themselves. ACCEPT_PARTS names less of them.
set -uf
top=$(cd "$(dirname "$0")/.." && pwd)
accept=${ACCEPT:-$top/../shared/accept}
python=${PYTHON:-/usr/bin/python3}
WEIR=${WEIR:-$top/build/weir}
WEIRDUMP=${WEIRDUMP:-$top/build/weirdump}
PYTHONDONTWRITEBYTECODE=1
export WEIR WEIRDUMP PYTHONDONTWRITEBYTECODE

out=${TMPDIR:-/tmp}/accept-$$

ids()
{
	grep -v -e '^#' -e '^$' "$top/test/$1"
}

try()
{
	timeout -k 10 "${ACCEPT_SECONDS:-1200}" "$python" -m pytest -q \
	    -p no:cacheprovider --rootdir . -W ignore "$@" >"$out" 2>&1
}

cd "$accept" || exit 1
for id in $(ids accept-not-yet.list) $(ids accept-races.list); do
	set -- "$@" --deselect "$id"
done

status=0
for part in ${ACCEPT_PARTS-test_first_light.py strict engine flowfile \
    scripting browser console terminal}; do
	echo "--- $part"
	try "$@" "$part"
	code=$?
	grep -E '^(FAILED|ERROR) ' "$out"
	tail -n 1 "$out"
	# 5: nothing was left to run.
	[ "$code" -eq 0 ] || [ "$code" -eq 5 ] || status=1
done
for id in $(ids accept-races.list); do
	echo "--- $id"
	tries=1
	while ! try "$id"; do
		grep -E '^(FAILED|ERROR) ' "$out"
		[ "$tries" -lt 3 ] || break
		tries=$((tries + 1))
	done
	tail -n 1 "$out"
	grep -q '^1 passed' "$out" || status=1
done
rm -f "$out"
exit "$status"
