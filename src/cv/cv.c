/*
 * The table of views, the choice among them, and what is said in words
 * where there is nothing to lay out.
 */
#include "cv/cv.h"

#include <math.h>
#include <stdio.h>

#include "base/utf8.h"
#include "codec/uri.h"
#include "cv/cv_views.h"

static const struct cv cvs[] = {
#define CV(sym, name, alias, title, text)				\
	{ name, title, cv_##sym##_priority, cv_##sym##_render, alias, text },
#include "cv/cv.def"
#undef CV
};

const char *const cv_names[] = {
	"auto",
#define CV(sym, name, alias, title, text) name,
#include "cv/cv.def"
#undef CV
	NULL
};

const struct cv *
cv_at(unsigned i)
{
	return (i < nitems(cvs) ? &cvs[i] : NULL);
}

/* Aliases let people type "hex" where the menu says "hex dump". */
static bool
word_in(struct sp words, struct sp word)
{
	while (words.n != 0)
		if (sp_ieq(sp_split(words, ' ', &words), word))
			return (true);
	return (false);
}

const struct cv *
cv_find(const char *name)
{
	size_t	i;

	for (i = 0; i < nitems(cvs); i++)
		if (sp_iis(sp_of(name), cvs[i].name) ||
		    word_in(sp_of(cvs[i].alias), sp_of(name)))
			return (&cvs[i]);
	return (NULL);
}

/* Of equals the first in the table wins, as in the reference. */
static const struct cv *
cv_best(const struct cv_in *in, double *most)
{
	const struct cv	*best = cv_find("raw");
	double		 p;
	size_t		 i;

	*most = 0;
	for (i = 0; i < nitems(cvs); i++) {
		p = cvs[i].priority(in);
		if (p > *most) {
			*most = p;
			best = &cvs[i];
		}
	}
	return (best);
}

const struct cv *
cv_auto(const struct cv_in *in)
{
	double	most;

	return (cv_best(in, &most));
}

bool
cv_has_more(const struct cv_more *more)
{
	return (more != NULL && more->any(more->arg));
}

/* Titles grow from left to right: what was undone, then the view. */
static void
title_add(struct cv_out *o, const char *a, const char *b, const char *c)
{
	size_t	n = strlen(o->title);

	(void)snprintf(o->title + n, sizeof(o->title) - n, "%s%s%s%s",
	    n != 0 ? " " : "", a, b, c);
}

int
cv_render(const struct cv *cv, const struct cv_in *in, struct cv_out *o,
    struct why *why)
{
	struct cv_in	 text = *in;
	struct str	 store;
	int		 rc;

	str_init(&store, STR_MAX);
	if (cv->is_text)
		text.body = cv_utf8(in, &store);
	rc = cv->render(&text, o, why);
	str_fini(&store);
	if (rc == 0)
		title_add(o, "", cv->title, "");
	return (rc);
}

/* What is shown when a view does not want the bytes. */
static void
cv_fall_back(const struct cv *cv, const struct cv_in *in, bool chosen,
    struct cv_out *o, const struct why *why)
{
	if (chosen) {
		cv_puts(o, CV_ERROR, why->text);
		cv_newline(o);
	}
	title_add(o, "[failed to parse as ", cv->title, "]");
	cv = cv_find(cv_looks_binary(in->body) ? "hex dump" : "raw");
	(void)cv_render(cv, in, o, NULL);
}

/* A view from elsewhere: false when there is none that wants it. */
static bool
cv_show_more(const struct cv_in *in, const char *name, struct cv_out *o)
{
	struct why	 why = { ERR_NONE, "" };
	struct cv_mark	 mark = cv_out_mark(o);
	double		 least;
	int		 rc;

	if (!cv_has_more(o->more))
		return (false);
	(void)cv_best(in, &least);
	rc = o->more->render(o->more->arg, in, name, cv_find(name) != NULL ?
	    INFINITY : least, o, &why);
	if (rc == 1)
		return (true);
	cv_out_back(o, &mark);
	if (rc == -1) {
		cv_puts(o, CV_ERROR, why.text);
		cv_newline(o);
	}
	return (false);
}

/* Renders what is in, by name or by itself. */
static void
cv_show(const struct cv_in *in, const char *name, struct cv_out *o)
{
	const struct cv	*cv = cv_find(name);
	struct why	 why = { ERR_NONE, "" };
	struct cv_mark	 mark;
	bool		 chosen = cv != NULL;

	if (cv_show_more(in, name, o))
		return;
	mark = cv_out_mark(o);
	if (!chosen)
		cv = cv_auto(in);
	if (cv_render(cv, in, o, &why) == -1) {
		cv_out_back(o, &mark);
		cv_fall_back(cv, in, chosen, o, &why);
	}
	if (o->open)
		cv_newline(o);
}

/* The body of a message as views want it. */
struct content {
	struct blob	*blob;		/* when nothing had to be undone */
	struct str	 text;		/* when something had */
	struct sp	 body;
	char		 broken[sizeof(((struct why *)NULL)->text)];
	bool		 cut;		/* it decodes to more than we show */
};

/*
 * Undoes the codings, once for all views. Three outcomes: all of it, what
 * fits into our ceiling, or what came before the fault with its reason.
 */
static void
content_init(struct content *c, const struct msg *m, bool coming,
    struct cv_out *o)
{
	struct sp	coding = head_get(m->head, "content-encoding");
	struct why	why = { ERR_NONE, "" };
	char		what[48];

	memset(c, 0, sizeof(*c));
	str_init(&c->text, STR_MAX);
	if (coding.n == 0 || sp_iis(coding, "identity")) {
		c->blob = msg_body(m);
		c->body = blob_sp(c->blob);
		return;
	}
	(void)snprintf(what, sizeof(what), "%.*s", SPF(sp_cut(coding, 0, 40)));
	if (msg_decoded(m, &c->text, &why) == 0) {
		c->body = str_sp(&c->text);
		title_add(o, "[decoded ", what, "]");
		return;
	}
	/* What still comes ends too early for every coding. */
	if (why.code == ERR_LIMIT || (coming && c->text.n != 0)) {
		c->body = str_sp(&c->text);
		c->cut = why.code == ERR_LIMIT;
		title_add(o, "[decoded ", what, "]");
		return;
	}
	/* What came before the fault says more than coded bytes do. */
	c->body = str_sp(&c->text);
	(void)snprintf(c->broken, sizeof(c->broken), "%s", why.text);
	title_add(o, "[cannot decode ", what, "]");
	if (c->body.n == 0) {
		c->blob = msg_body(m);
		c->body = blob_sp(c->blob);
		c->broken[0] = '\0';
	}
}

static void
content_fini(struct content *c)
{
	blob_unref(c->blob);
	str_fini(&c->text);
}

/* "text/html" of "Text/HTML; charset=x", lower case, into buf. */
static struct sp
media_type(struct sp value, char *buf, size_t cap)
{
	struct sp	rest, t = sp_trim(sp_split(value, ';', &rest));
	size_t		i;

	t = sp_cut(t, 0, cap);
	for (i = 0; i < t.n; i++)
		buf[i] = (char)(t.p[i] >= 'A' && t.p[i] <= 'Z' ?
		    t.p[i] + ('a' - 'A') : t.p[i]);
	return (sp_mem(buf, t.n));
}

/* A body there is: its facts for the view, and afterwards what must be
 * said about it. */
static void
cv_show_content(const struct flow *f, const struct msg *m, bool request,
    const char *name, struct cv_out *o)
{
	struct cv_in	in = { .msg = m, .flow = f, .request = request };
	struct content	c;
	char		type[128];

	content_init(&c, m, f != NULL && flow_awaits(f, m), o);
	in.body = c.body;
	in.content_type = head_get(m->head, "content-type");
	in.type = media_type(in.content_type, type, sizeof(type));
	cv_show(&in, name, o);
	if (c.broken[0] != '\0')
		cv_say(o, CV_ERROR, c.broken);
	if (c.cut)
		o->cut = true;
	content_fini(&c);
}

/* A request without a body may still have something to show. */
static bool
shows_query(const struct msg *m, const char *name)
{
	const struct cv	*cv = cv_find(name);

	if (m->head->kind != HEAD_REQUEST ||
	    uri_query(m->head->path).n == 0)
		return (false);
	return (cv == NULL || cv == cv_find("query"));
}

void
cv_message(const struct flow *f, const struct msg *m, bool request,
    const char *name, struct cv_out *o)
{
	if (m == NULL) {
		cv_say(o, CV_TEXT, request ? "No request." : "No response.");
		return;
	}
	if (!m->has_body && f != NULL && flow_awaits(f, m)) {
		cv_say(o, CV_COMMENT, "The content is still coming.");
		return;
	}
	if (!m->has_body) {
		cv_say(o, CV_ERROR, "[content missing]");
		return;
	}
	if (m->body.len == 0 && !shows_query(m, name)) {
		cv_say(o, CV_TEXT, request ? "No request content" :
		    "No content");
		return;
	}
	cv_show_content(f, m, request, name, o);
	if (o->cut)
		cv_say(o, CV_HIGHLIGHT, "(cut off - press f for all)");
}

void
cv_bytes(const struct flow *f, struct sp bytes, const char *name,
    struct cv_out *o)
{
	struct cv_in	in = { .body = bytes, .flow = f };

	cv_show(&in, name, o);
	if (o->cut)
		cv_say(o, CV_HIGHLIGHT, "(cut off - press f for all)");
}

/* The front of a span without a code point that its end cuts in two. */
static struct sp
whole_front(struct sp s)
{
	size_t	n = s.n;

	while (n != 0 && s.n - n < 4 && (s.p[n - 1] & 0xc0) == 0x80)
		n--;
	if (n != 0 && s.p[n - 1] >= 0xc0)
		return (sp_cut(s, 0, n - 1));
	return (s);
}

/* The reference's rule, a third of the first hundred bytes, but for text
 * in UTF-8. */
bool
cv_looks_binary(struct sp s)
{
	size_t	i, controls = 0, high = 0;

	s = sp_cut(s, 0, 100);
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < 9 || (s.p[i] > 13 && s.p[i] < 32) ||
		    s.p[i] == 127)
			controls++;
		if (s.p[i] > 127)
			high++;
	}
	/* Other alphabets are text when they are UTF-8. */
	if (high != 0 && (utf8_valid(s) || utf8_valid(whole_front(s))))
		high = 0;
	return ((controls + high) * 10 > s.n * 3);
}
