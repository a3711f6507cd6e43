#include "ui/first.h"

#include <stdlib.h>

#include "app/app.h"
#include "base/mem.h"

/* Where there is no room, lines of the highest rank are left out first. */
enum rank { NEEDED, USEFUL, WORDS, AIR };

struct first_line {
	enum rank	 rank;
	int		 x, style;
	char		*text;
};

struct first_words {
	struct first_line	v[24];
	size_t			n;
};

static void printflike(5, 6)
first_say(struct first_words *w, enum rank rank, int x, int style,
    const char *fmt, ...)
{
	struct str	s;
	va_list		ap;

	if (w->n == nitems(w->v))
		return;
	str_init(&s, 8192);
	va_start(ap, fmt);
	str_vprintf(&s, fmt, ap);
	va_end(ap);
	w->v[w->n++] = (struct first_line){ rank, x, style,
		xstrdup(str_c(&s)) };
	str_fini(&s);
}

static void
first_air(struct first_words *w)
{
	first_say(w, AIR, 0, ST_text, "%s", "");
}

static void
first_put(struct first_words *w, const struct area *a)
{
	int	max, n, y = 0;
	size_t	i;

	for (max = AIR; max > NEEDED; max--) {
		for (i = 0, n = 0; i < w->n; i++)
			n += w->v[i].rank <= (enum rank)max;
		if (n <= a->h)
			break;
	}
	for (i = 0; i < w->n; i++) {
		if (w->v[i].rank <= (enum rank)max && y < a->h)
			(void)draw_puts(a, y++, w->v[i].x, w->v[i].style,
			    w->v[i].text);
		free(w->v[i].text);
	}
}

/* Which certificate clients must have. */
static void
say_authority(struct model *m, struct first_words *w)
{
	const char	*import = opts_find(m->opts, "ca_import") != NULL ?
	    opts_str(m->opts, "ca_import") : NULL;

	first_say(w, USEFUL, 2, ST_text, "For https it must trust this "
	    "certificate authority:");
	if (import != NULL && import[0] != '\0')
		first_say(w, USEFUL, 4, ST_key, "%s", import);
	else
		first_say(w, USEFUL, 4, ST_key, "%s/weir-ca-cert.pem",
		    m->confdir != NULL ? m->confdir : "");
	first_say(w, USEFUL, 2, ST_text, "How: visit http://weir.it through "
	    "the proxy.");
	first_air(w);
	if (m->app == NULL || !m->app->ca_import_hint)
		return;
	first_say(w, WORDS, 2, ST_text, "Or go on with mitmproxy's, which "
	    "is there already: start with");
	first_say(w, WORDS, 4, ST_key, "--set ca_import="
	    "~/.mitmproxy/mitmproxy-ca.pem");
	first_air(w);
}

static void
say_places(struct model *m, struct first_words *w)
{
	size_t	n = 0, i;

	while (m->listening[n] != NULL)
		n++;
	for (i = 0; i < n && (i < 3 || n == 4); i++)
		first_say(w, i == 0 ? NEEDED : WORDS, 2, ST_text, "%s %s",
		    i == 0 ? "Listening on" : "         and",
		    m->listening[i]);
	if (i < n)
		first_say(w, WORDS, 2, ST_text, "         and %zu more",
		    n - i);
}

/* How to get there, by the mode that listens first. */
static void
say_client(struct model *m, struct first_words *w)
{
	static const struct {
		const char	*mode, *words, *front;
	} ways[] = {
		{ "reverse:http", "It stands in front of a server. Ask it in "
		  "its place:", "http://" },
		{ "reverse:", "It stands in front of a server. Ask it in its "
		  "place:", "" },
		{ "socks5", "Send a client through it:",
		  "export ALL_PROXY=socks5h://" },
		{ "transparent", "It takes what the firewall redirects to:",
		  "" },
		{ "dns", "Ask it for names; it is a name server:", "" },
	};
	const char	*at = m->listening[0], *mode = "";
	size_t		 i;

	if (opts_find(m->opts, "mode") != NULL &&
	    opts_seq_n(m->opts, "mode") > 0)
		mode = opts_seq_at(m->opts, "mode", 0);
	for (i = 0; i < nitems(ways); i++)
		if (sp_starts(sp_of(mode), ways[i].mode)) {
			first_say(w, WORDS, 2, ST_text, "%s", ways[i].words);
			first_say(w, NEEDED, 4, ST_key, "%s%s",
			    ways[i].front, at);
			return;
		}
	first_say(w, WORDS, 2, ST_text, "Send a client through it:");
	first_say(w, NEEDED, 4, ST_key, "export http_proxy=http://%s", at);
	first_say(w, NEEDED, 4, ST_key, "export https_proxy=http://%s", at);
}

void
first_draw(struct model *m, const struct area *a)
{
	struct first_words	w = { .n = 0 };

	first_air(&w);
	first_say(&w, USEFUL, 2, ST_title, "Waiting for requests.");
	first_air(&w);
	say_places(m, &w);
	first_air(&w);
	say_client(m, &w);
	first_air(&w);
	say_authority(m, &w);
	first_say(&w, NEEDED, 2, ST_text, "Press ? for help, Q to leave.");
	first_put(&w, a);
}
