#!/bin/sh
# lint.sh BUILD - everything that machines can say about the shape of the
# tree. Run from its top.
build=$1
passed=0
failed=0

check()
{
	name=$1
	shift
	if out=$("$@" 2>&1); then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "--- $name"
		echo "$out" | head -n 40
	fi
}

sources=$(find src ui scripting flowfile test -name '*.[ch]' \
    ! -name '*_conf.h' ! -name py_files.c | LC_ALL=C sort)
program=$(echo "$sources" | grep -v '^test/')

# shellcheck disable=SC2086
{
	check layers awk -f test/lint/layers.awk $program
	check format awk -f test/lint/format.awk $sources
	check banned sh test/lint/banned.sh $sources
}
check names sh test/lint/names.sh
check "hard points" sh test/lint/hard.sh
check tables sh test/lint/tables.sh "$build"
check globals sh test/lint/globals.sh "$build" test/lint/globals.allow
for dir in src ui flowfile scripting test; do
	check "shape of $dir" "${PYTHON:-python3}" test/lint/shape.py "$dir"
done
if command -v shellcheck >/dev/null 2>&1; then
	check shell shellcheck -S warning -s sh dev bootstrap .ci/run test/*.sh \
	    test/lint/*.sh
fi
if command -v mandoc >/dev/null 2>&1; then
	for page in man/*.[1-9]; do
		[ ! -f "$page" ] ||
		    check "$page" mandoc -T lint -W warning "$page"
	done
fi
echo "lint: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
