#!/bin/sh
# names.sh - files and tests mirror each other: every unit test is in a
# list, every list's test exists, every fuzzer has a corpus.
bad=0
complain()
{
	echo "$*"
	bad=1
}
listed=$(cat test/unit/*.list | sed 's/#.*//' | tr -s ' \t\n' '\n')
for t in test/unit/t_*.c; do
	name=$(basename "$t" .c)
	echo "$listed" | grep -qx "$name" || complain "$t is in no list"
done
for name in $listed; do
	[ -f "test/unit/$name.c" ] || complain "$name is listed, not there"
done
for f in test/fuzz/f_*.c; do
	dir=test/fuzz/corpus/$(basename "$f" .c | sed 's/^f_//')
	[ -n "$(ls "$dir" 2>/dev/null)" ] || complain "$f has no corpus"
done
# Sources that no files.mk names would be missing in the tarball.
for f in $(git ls-files 'src/*/*.c' 'ui/*.c' 'scripting/*.c' \
    'flowfile/*.c' 2>/dev/null); do
	grep -qF "$f" "$(dirname "$f")"/files*.mk ||
	    complain "$f is in no files.mk"
done
exit $bad
