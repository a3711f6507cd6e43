#include "ui/status.h"

#include "base/utf8.h"
#include "ui/messages.h"

#define SAY_MS		5000
#define SAY_ERROR_MS	10000
#define HELP_CELLS	14	/* of one quick help entry */

void
status_init(struct status *s, struct loop *loop, void (*expired)(void *),
    void *arg)
{
	str_init(&s->text, 4096);
	s->style = ST_text;
	s->expire = loop != NULL ? timer_new(loop, expired, arg) : NULL;
}

void
status_fini(struct status *s)
{
	timer_free(s->expire);
	str_fini(&s->text);
}

void
status_say(struct status *s, int style, struct sp text, bool reply)
{
	struct sp	rest, first = sp_split(text, '\n', &rest);

	str_clear(&s->text);
	str_escape(&s->text, first);
	if (rest.n != 0)
		str_puts(&s->text, "  (more in the event log: E)");
	s->style = style;
	s->reply = reply;
	if (s->expire != NULL)
		timer_set_ms(s->expire, style == ST_error ? SAY_ERROR_MS :
		    SAY_MS);
}

void
status_clear(struct status *s)
{
	str_clear(&s->text);
	if (s->expire != NULL)
		timer_clear(s->expire);
}

/* Options may belong to parts that are not there. */
static const char *
text_of(const struct model *m, const char *name)
{
	const struct opt	*o = opts_find(m->opts, name);

	if (o == NULL || o->type == OPT_BOOL || o->type == OPT_SEQ ||
	    o->type == OPT_INT || opts_is_null(m->opts, name))
		return (NULL);
	return (opts_str(m->opts, name));
}

static bool
is_on(const struct model *m, const char *name, bool otherwise)
{
	return (opts_find(m->opts, name) != NULL ? opts_bool(m->opts, name) :
	    otherwise);
}

static size_t
seq_n(const struct model *m, const char *name)
{
	return (opts_find(m->opts, name) != NULL ?
	    opts_seq_n(m->opts, name) : 0);
}

static long long
count_of(struct model *m, const char *command)
{
	struct cmd_res	res;
	long long	n = 0;

	if (cmds_find(m->cmds, command) == NULL)
		return (0);
	cmd_res_init(&res);
	if (cmds_run(m->cmds, command, &res, NULL) == 0 &&
	    res.kind == RES_INT)
		n = res.i;
	cmd_res_fini(&res);
	return (n);
}

static void
put_number(struct str *out, const char *form_front, long long n,
    const char *form_back)
{
	if (n > 0)
		str_printf(out, "[%s%lld%s]", form_front, n, form_back);
}

/* "[f:~d a.test]" */
static void
put_text(struct str *out, const char *letter, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	str_printf(out, "[%s:", letter);
	str_escape(out, sp_of(text));
	str_putc(out, ']');
}

static void
put_switches(struct model *m, struct str *out)
{
	static const struct {
		const char	*option, *word;
		bool		 when;
	} rows[] = {
		{ "anticache", "anticache", true },
		{ "anticomp", "anticomp", true },
		{ "showhost", "showhost", true },
		{ "server_replay_refresh", "norefresh", false },
		{ "upstream_cert", "no-upstream-cert", false },
		{ "console_focus_follow", "following", true },
	};
	const char	*big = text_of(m, "stream_large_bodies");
	const char	*sep = "[";
	size_t		 i;

	for (i = 0; i < nitems(rows); i++)
		if (is_on(m, rows[i].option, !rows[i].when) == rows[i].when) {
			str_printf(out, "%s%s", sep, rows[i].word);
			sep = ":";
		}
	if (big != NULL) {
		str_printf(out, "%s%s", sep, big);
		sep = ":";
	}
	if (sep[0] == ':')
		str_putc(out, ']');
}

static void
put_modes(const struct model *m, struct str *out)
{
	size_t	n = seq_n(m, "mode");

	if (n > 1)
		str_printf(out, "[modes:%zu]", n);
	else if (n == 1 && strcmp(opts_seq_at(m->opts, "mode", 0),
	    "regular") != 0)
		str_printf(out, "[%s]", opts_seq_at(m->opts, "mode", 0));
}

static void
put_focus(struct model *m, const struct term *t, struct str *out)
{
	struct view	*v = m->view;
	size_t		 n = view_n(v), cells;
	ssize_t		 at = n > 0 ? view_index(v, view_look_focus(v)) : -1;

	str_printf(out, "%s %s [%zd/%zu]", sign_text(t, view_reversed(v) ?
	    SIGN_UP : SIGN_DOWN), view_only_marked(v) ? "M" : "", at + 1, n);
	for (cells = utf8_cells(str_sp(out)); cells < 11; cells++)
		str_putc(out, ' ');
}

/* How many wait for the user, seen or not; of the focused conversation, a
 * message. */
static void
put_held(const struct model *m, struct str *out)
{
	const struct flow	*f = view_look_focus(m->view);
	const struct frame	*fr = f != NULL ? flow_held_message(f) : NULL;

	put_number(out, "held:", (long long)m->held, "");
	if (fr != NULL)
		str_printf(out, "[message %s held]", messages_way(fr));
}

/* "[filtering:43%]" */
static void
put_progress(struct model *m, struct str *out)
{
	static const char *const ask[] = { "view.progress" };
	struct cmd_res		 res;

	cmd_res_init(&res);
	if (cmds_call(m->cmds, ask, 1, &res, NULL) == 0 && res.text.n != 0)
		str_printf(out, "[%s]", str_c(&res.text));
	cmd_res_fini(&res);
}

void
status_bar(struct model *m, const struct term *t, struct str *out)
{
	const char	*view;

	put_focus(m, t, out);
	put_held(m, out);
	put_number(out, "loading:", count_of(m, "readfile.percent"), "%");
	put_progress(m, out);
	if (seq_n(m, "modify_headers") > 0)
		str_puts(out, "[Headers]");
	put_number(out, "", (long long)seq_n(m, "modify_body"),
	    " body modifications");
	put_number(out, "cplayback:", count_of(m, "replay.client.count"), "");
	put_number(out, "splayback:", count_of(m, "replay.server.count"), "");
	put_number(out, "Ignore:", (long long)seq_n(m, "ignore_hosts"), "");
	if (seq_n(m, "ignore_hosts") == 0)
		put_number(out, "Allow:",
		    (long long)seq_n(m, "allow_hosts"), "");
	put_number(out, "TCP:", (long long)seq_n(m, "tcp_hosts"), "");
	put_text(out, is_on(m, "intercept_active", true) ? "i" : "Xi",
	    text_of(m, "intercept"));
	put_text(out, "f", text_of(m, "view_filter"));
	put_text(out, "t", text_of(m, "stickycookie"));
	put_text(out, "u", text_of(m, "stickyauth"));
	view = text_of(m, "console_default_contentview");
	if (view != NULL && strcmp(view, "auto") != 0)
		put_text(out, "contentview", view);
	if (view_order(m->view) != VIEW_TIME)
		put_text(out, "o", view_order_name(view_order(m->view)));
	put_switches(m, out);
	put_modes(m, out);
	put_number(out, "scripts:", (long long)seq_n(m, "scripts"), "");
	put_text(out, "W", text_of(m, "save_stream_file"));
}

void
status_listen(const struct model *m, struct str *out)
{
	size_t	i;

	if (m->listening == NULL || m->listening[0] == NULL)
		return;
	for (i = 0; m->listening[i] != NULL; i++)
		str_printf(out, "%s%s", i == 0 ? "[" : ", ",
		    m->listening[i]);
	str_putc(out, ']');
}

/* In so many cells: the first of many, where all have no room. */
static void
put_listen(const struct model *m, int w, struct str *out)
{
	struct str	brief;
	size_t		n = 0;

	status_listen(m, out);
	if (utf8_cells(str_sp(out)) <= (size_t)w || m->listening[1] == NULL)
		return;
	while (m->listening[n] != NULL)
		n++;
	str_init(&brief, 1024);
	str_printf(&brief, "[%s and %zu more]", m->listening[0], n - 1);
	if (utf8_cells(str_sp(&brief)) <= (size_t)w) {
		str_clear(out);
		str_add(out, str_sp(&brief));
	}
	str_fini(&brief);
}

void
status_draw_bar(struct model *m, const struct area *a)
{
	struct str	left, right;
	int		x;

	str_init(&left, 4096);
	str_init(&right, 1024);
	status_bar(m, a->term, &left);
	draw_fill(a, ST_heading);
	x = draw_column(a, 0, 0, (int)utf8_cells(str_sp(&left)) < a->w ?
	    (int)utf8_cells(str_sp(&left)) : a->w, FIT_LEFT, ST_heading,
	    str_sp(&left));
	/* What is on matters more than where we listen. */
	if (a->w - x > 1) {
		put_listen(m, a->w - x - 1, &right);
		(void)draw_column(a, 0, x + 1, a->w - x - 1, FIT_CUT_FRONT,
		    ST_heading, str_sp(&right));
	}
	str_fini(&left);
	str_fini(&right);
}

static void
help_row(const struct binds *bs, enum ctx ctx, const struct area *a, int y,
    const char *label, const struct hint *hints, size_t n)
{
	const struct bind	*b;
	size_t			 i;
	int			 x, col;

	x = draw_printf(a, y, 0, ST_title, "%s: ", label);
	x = x < 9 ? 9 : x;
	for (i = 0; i < n; i++) {
		b = binds_for(bs, ctx, hints[i].cmd);
		if (b == NULL)
			continue;
		if (x + (int)(utf8_cells(sp_of(b->name)) +
		    strlen(hints[i].text)) + 1 > a->w)
			break;
		col = x + draw_puts(a, y, x, ST_key, b->name);
		col += draw_printf(a, y, col, ST_text, " %s", hints[i].text);
		x = col + 1 > x + HELP_CELLS ? col + 1 : x + HELP_CELLS;
	}
}

void
status_draw_help(const struct binds *bs, struct screen *s,
    const struct area *a)
{
	static const struct hint	proxy[] = {
		{ "console.view.help", "Help" },
		{ "console.view.pop", "Back" },
		{ "console.view.eventlog", "Event log" },
		{ "console.view.options", "Options" },
		{ "console.command.set intercept", "Intercept" },
		{ "console.command.set view_filter", "Filter" },
		{ "console.command save.file @shown", "Save flows" },
		{ "console.command.confirm \"Delete all flows\" "
		    "view.flows.remove @all", "Clear list" },
		{ "console.layout.cycle", "Layout" },
		{ "console.panes.next", "Switch" },
		{ "set console_focus_follow toggle", "Follow new" },
	};
	struct hint	top[HINTS_MAX], foot[nitems(proxy)];
	size_t		n = 0;

	draw_fill(a, ST_text);
	memcpy(foot, proxy, sizeof(proxy));
	if (s->below == NULL)
		foot[1].text = "Quit";
	if (s->ops->hints != NULL)
		n = s->ops->hints(s, top);
	help_row(bs, s->ops->ctx, a, 0, s->ops->label, top, n);
	help_row(bs, s->ops->ctx, a, 1, "Proxy", foot, nitems(foot));
}
