#!/bin/sh
# tally.sh BUILD - counts what the test programs said in their logs and says
# it in one line; 1 when something failed.
cd "$1" || exit 1
# Programs that ended badly, whatever they said before.
broken=$(find test -name '*.trs' -exec grep -lE \
    '^:test-result: *(FAIL|ERROR)' {} + 2>/dev/null | wc -l)
find test -name '*.log' -exec cat {} + 2>/dev/null | awk -v broken="$broken" '
	/^\[  PASSED  \] [0-9]+ test/	{ passed += $4; programs++ }
	/^\[  FAILED  \] [0-9]+ test/	{ failed += $4 }
	/^[0-9]+ passed, [0-9]+ failed/	{ passed += $1; failed += $3; programs++ }
	END {
		printf "%d passed, %d failed in %d programs", passed,
		    failed, programs
		if (broken > 0)
			printf ", %d of them broken", broken
		print ""
		exit failed > 0 || broken > 0 || programs == 0
	}'
