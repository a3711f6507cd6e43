/* s_log - the event log: lines of the ring, as a text that grows. */
#include <stdlib.h>

#include "base/date.h"
#include "cv/cv.h"
#include "ui/text.h"
#include "ui/ui.h"

#define LOG_LINES	20000	/* then it is made anew from the ring */

struct s_log {
	struct screen	 screen;
	struct text	 text;
	struct cv_out	 out;
	uint64_t	 seen;
	bool		 stale;
};

static const enum cv_style level_styles[] = {
	[LOG_ERROR_] = CV_ERROR, [LOG_WARN] = CV_HIGHLIGHT,
	[LOG_INFO] = CV_TEXT, [LOG_ALERT] = CV_KEYWORD,
	[LOG_DEBUG] = CV_COMMENT,
};

static void
log_title(struct screen *s, struct str *out)
{
	(void)s;
	str_puts(out, "Events");
}

static enum log_level
log_verbosity(struct ui *ui)
{
	enum log_level	level = LOG_INFO;

	(void)log_level_parse(opts_str(ui->model->opts,
	    "console_eventlog_verbosity"), &level);
	return (level);
}

static void
log_put_line(struct s_log *l, const struct log_line *line)
{
	struct sp	rest = sp_of(line->text), one;
	char		clock[16];
	bool		first = true;

	date_clock(line->time, clock);
	while (rest.n != 0 || first) {
		one = sp_split(rest, '\n', &rest);
		if (first)
			(void)cv_printf(&l->out, CV_COMMENT, "%.8s ", clock);
		if (first && line->level != LOG_INFO)
			(void)cv_printf(&l->out, level_styles[line->level],
			    "%s: ", log_level_name(line->level));
		if (!first)
			(void)cv_puts(&l->out, CV_TEXT, "         ");
		(void)cv_put(&l->out, level_styles[line->level], one);
		(void)cv_newline(&l->out);
		first = false;
	}
}

static void
log_reset(struct s_log *l)
{
	cv_out_fini(&l->out);
	cv_out_init(&l->out, 0);
	l->seen = 0;
}

static void
log_pull(struct s_log *l)
{
	struct log	*log = l->screen.ui->model->log;
	enum log_level	 level = log_verbosity(l->screen.ui);
	struct log_line	 v[64];
	size_t		 n, i;

	l->stale = false;
	/* It was cleared, or nothing that is shown is left in it. */
	n = log_copy(log, 0, v, 1);
	if (n == 0 || v[0].seq > l->seen || l->out.nlines > LOG_LINES)
		log_reset(l);
	for (i = 0; i < n; i++)
		free(v[i].text);
	do {
		n = log_copy(log, l->seen, v, nitems(v));
		for (i = 0; i < n; i++) {
			l->seen = v[i].seq;
			if (v[i].level <= level)
				log_put_line(l, &v[i]);
			free(v[i].text);
		}
	} while (n == nitems(v));
}

static void
log_draw(struct screen *s, const struct area *a)
{
	struct s_log	*l = (struct s_log *)s;
	size_t		 was = text_lines(&l->text);
	bool		 at_end;

	/* Whoever stands at the end stays there. */
	at_end = was == 0 || l->text.top.line + (size_t)l->text.h >= was;
	if (l->stale)
		log_pull(l);
	text_clear(&l->text);
	text_add(&l->text, &l->out);
	text_set_chop(&l->text, !opts_bool(s->ui->model->opts,
	    "console_wrap_lines"));
	l->text.h = a->h;
	l->text.w = a->w;
	if (at_end)
		(void)text_nav(&l->text, NAV_END);
	text_draw(&l->text, a);
}

static void
log_nav(struct screen *s, enum nav nav)
{
	struct s_log	*l = (struct s_log *)s;

	(void)text_nav(&l->text, nav);
}

static bool
log_event(struct screen *s, enum bus_event ev, void *what)
{
	struct s_log	*l = (struct s_log *)s;

	if (ev == BUS_OPTION && strcmp(((const struct opt *)what)->name,
	    "console_eventlog_verbosity") == 0) {
		log_reset(l);
		l->stale = true;
	}
	if (ev != BUS_LOG)
		return (false);
	l->stale = true;
	return (true);
}

static struct text *
log_text(struct screen *s)
{
	return (&((struct s_log *)s)->text);
}

/* Nothing to offer before a client has refused our certificate. */
static size_t
log_hints(struct screen *s, struct hint *h)
{
	struct cmds	*cmds = s->ui->model->cmds;
	struct cmd_res	 res;
	size_t		 n = 0;

	cmd_res_init(&res);
	if (cmds_find(cmds, "hosts.refused") != NULL &&
	    cmds_run(cmds, "hosts.refused", &res, NULL) == 0) {
		h[n++] = (struct hint){ "hosts.pass", "Pass host" };
		h[n++] = (struct hint){ "console.choose.cmd \"Pass\" "
		    "hosts.refused hosts.pass {choice}", "Choose host" };
	}
	cmd_res_fini(&res);
	return (n);
}

static void
log_close(struct screen *s)
{
	struct s_log	*l = (struct s_log *)s;

	cv_out_fini(&l->out);
	text_fini(&l->text);
}

static const struct screen_ops log_ops = {
	.label	= "Events",
	.ctx	= CTX_EVENTLOG,
	.close	= log_close,
	.title	= log_title,
	.draw	= log_draw,
	.nav	= log_nav,
	.event	= log_event,
	.text	= log_text,
	.hints	= log_hints,
};

struct screen *
s_log_new(struct ui *ui)
{
	struct s_log	*l = screen_new(ui, &log_ops, sizeof(*l));

	text_init(&l->text);
	l->text.words = true;
	cv_out_init(&l->out, 0);
	l->stale = true;
	return (&l->screen);
}
