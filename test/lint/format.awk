# format.awk - the layout of C files, where a reader would stumble.
# usage: awk -f format.awk FILES
function say(what)
{
	printf "%s:%d: %s\n", FILENAME, FNR, what
	bad = 1
}
function columns(s,   i, n, c)
{
	n = 0
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\t")
			n += 8 - n % 8
		else if (c < "\200" || c >= "\300")	# not a trail byte
			n++
	}
	return n
}
FNR == 1 { before = "" }
/[ \t]$/ { say("blank at the end of the line") }
/\r/ { say("carriage return") }
columns($0) > 80 { say("more than 80 columns") }
/^        / { say("indented with blanks") }
/^[^"]*[ \t]\/\/ / { say("// comment") }
# A definition's type stands on a line of its own, so that ^name finds it.
/^{/ && before ~ /^[a-z][A-Za-z0-9_ *]* \**[a-z_0-9]+\(.*\)$/ {
	say("return type on the line of the name")
}
/^\t+return [^(;]/ { say("return (x);") }
{ before = $0 }
END { exit bad }
