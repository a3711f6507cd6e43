#!/bin/sh
# globals.sh BUILD ALLOWED - variables that anybody could change. There are
# none but those that ALLOWED names with a reason. Reads the objects: what is
# in .data and .bss is writable; constant tables are in .rodata and
# .data.rel.ro.
here=$(pwd)
cd "$1" || exit 1
[ -f libbase.a ] || {
	echo "globals: $1 holds no build"
	exit 1
}
objdump -t lib*.a | awk -v allowed="$here/$2" '
	BEGIN {
		while ((getline line < allowed) > 0) {
			sub(/[ \t]*#.*/, "", line)
			if (line != "")
				fine[line] = 1
		}
	}
	/file format/ { object = $1 }
	# Static ones inside functions have a number behind their name.
	/ O / && (/\.data\t/ || /\.bss\t/ || /\*COM\*/) {
		name = $NF
		sub(/\.[0-9]+$/, "", name)
		if (!(name in fine)) {
			print object " " $NF ": writable by everybody"
			bad = 1
		}
	}
	END { exit bad }'
