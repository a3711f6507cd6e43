#!/bin/sh
# tally.sh BUILD - counts what the test programs said in their logs and says
# it in one line; 1 when something failed.
cd "$1" || exit 1
find test -name '*.log' -exec cat {} + 2>/dev/null | awk '
	/^\[  PASSED  \] [0-9]+ test/	{ passed += $4; programs++ }
	/^\[  FAILED  \] [0-9]+ test/	{ failed += $4 }
	/^[0-9]+ passed, [0-9]+ failed/	{ passed += $1; failed += $3; programs++ }
	END {
		printf "%d passed, %d failed in %d programs\n",
		    passed, failed, programs
		exit failed > 0 || programs == 0
	}'
