#!/bin/sh
# hard.sh - does every test that test/hard.list names exist?
sed 's/#.*//' test/hard.list | tr -s ' \t' '\n\n' | grep : |
{
	bad=0
	while IFS=: read -r file name; do
		case $file in
		e2e/*)	where="test/e2e/test_${file#e2e/}.py" ;;
		*)	where="test/unit/t_$file.c" ;;
		esac
		grep -Eq "^(def )?test_$name\(" "$where" 2>/dev/null || {
			echo "$where has no test_$name"
			bad=1
		}
	done
	exit "$bad"
}
