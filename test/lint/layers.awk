# layers.awk - who may include whom.  usage: awk -f layers.awk $(git ls-files '*.[ch]')
# Every project include is written "layer/file.h" or "file.h" for the own folder.
BEGIN {
	may["src/base"]  = "src/base"
	may["src/run"]   = "src/base src/run"
	may["src/net"]   = "src/base src/run src/net"
	may["src/codec"] = "src/base src/codec"
	may["src/model"] = "src/base src/codec src/model"
	may["src/cv"]    = "src/base src/codec src/model src/cv"
	may["src/proxy"] = "src/base src/run src/net src/codec src/model src/proxy"
	may["src/addon"] = "src/base src/run src/codec src/model src/proxy src/addon"
	may["src/app"]   = "src/base src/run src/net src/codec src/model src/cv src/proxy src/addon src/app"
	may["flowfile"]  = "src/base src/run src/codec src/model src/app flowfile"
	may["scripting"] = "src/base src/run src/codec src/model src/cv src/app scripting"
	may["ui"]        = "src/base src/run src/codec src/model src/cv src/app ui"
	may["test"]      = "*"
	# outside libraries, each behind one door
	door["event2/"]  = "src/run src/net"
	door["pthread.h"] = "src/run src/base/log.c"
	door["openssl/"] = "src/net"
	door["nghttp2/"] = "src/codec/h2.c"
	door["zlib.h"]   = "src/codec/enc.c src/codec/ws.c flowfile/blocks.c"
	door["pcre2.h"]  = "src/model/regex.c"
	door["ldap.h"]	 = "src/addon/ldap.c"
	door["jansson.h"] = "flowfile src/app src/cv"
	door["yaml.h"]   = "src/app"
	door["Python.h"] = "scripting"
	door["curses.h"] = "ui/term.c ui/draw.c ui/key.c ui/snap.c"
}
function dir(p) { sub(/\/[^\/]*$/, "", p); return p }
FNR == 1 { here = dir(FILENAME); top = here; if (top ~ /^test/) top = "test" }
/^#[ \t]*include[ \t]*["<]/ {
	inc = $0; sub(/^[^"<]*["<]/, "", inc); sub(/[">].*/, "", inc)
	if ($0 ~ /"/ && inc ~ /\// && top != "test") {
		to = dir(inc); if (to !~ /^(ui|scripting|flowfile)$/) to = "src/" to
		if (index(" " may[top] " ", " " to " ") == 0 && FILENAME != "src/main.c") {
			printf "%s:%d: %s must not include %s\n", FILENAME, FNR, top, inc; bad = 1
		}
	}
	if ($0 ~ /</ && top != "test")
		for (d in door) if (index(inc, d) == 1) {
			ok = 0; n = split(door[d], a, " ")
			for (i = 1; i <= n; i++) if (index(FILENAME, a[i]) == 1) ok = 1
			if (!ok) { printf "%s:%d: <%s> only behind %s\n", FILENAME, FNR, inc, door[d]; bad = 1 }
		}
}
END { exit bad }
