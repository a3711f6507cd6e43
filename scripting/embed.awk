# embed.awk - text files as one C table: struct lib_file lib_files[].
# usage: awk -v root=DIR/ -f embed.awk DIR/a.py DIR/b/c.py ... > table.c
BEGIN {
	print "/* Made by embed.awk; do not edit. */"
	print "#include \"scripting/host.h\"\n"
	print "const struct lib_file lib_files[] = {"
}
function finish()
{
	if (name == "")
		return
	printf "\t  %s },\n", (lines == 0 ? "\"\", 0" : "\"\", " bytes)
}
FNR == 1 {
	finish()
	name = substr(FILENAME, length(root) + 1)
	lines = bytes = 0
	printf "\t{ \"%s\",\n", name
}
{
	lines++
	bytes += length($0) + 1
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	gsub(/\?/, "\\?")		# no trigraphs
	printf "\t  \"%s\\n\"\n", $0
}
END {
	finish()
	print "\t{ NULL, NULL, 0 }\n};"
}
