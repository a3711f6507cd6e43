#!/bin/sh
# banned.sh FILES - functions that have a better one, and notes to oneself.
bad=0
all='sprintf|strcpy|strcat|strncpy|atoi|gets|strtok|signal|localtime'
for f in "$@"; do
	# The tests have a gets of their own: "this wire gets these bytes".
	case $f in
	test/*) names=$(echo "$all" | sed 's/|gets//') ;;
	*) names=$all ;;
	esac
	# Text in quotes and comments may name them.
	sed -e 's/"\([^"\\]\|\\.\)*"//g' -e 's,/\*.*\*/,,' \
	    -e '/^[ \t]*\/\?\*/d' "$f" |
	    grep -nE "(^|[^A-Za-z0-9_>.])($names)[ ]*\(" |
	    sed "s|^|$f: |" | grep . && bad=1
	grep -nE '\b(TODO|FIXME|XXX)\b' "$f" | sed "s|^|$f: |" |
	    grep . && bad=1
done
exit $bad
