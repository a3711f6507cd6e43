/* s_help - the keys of the screen one came from, and filter expressions;
 * made from the tables, never written by hand. */
#include "cv/cv.h"
#include "ui/text.h"
#include "ui/ui.h"

struct s_help {
	struct screen	 screen;
	enum ctx	 ctx;		/* whose keys */
	const char	*label;
	int		 tab;		/* 0 keys, 1 filters */
	struct text	 text;
	struct cv_out	 out[2];
};

static const char *const help_tabs[] = { "Key Bindings",
	"Filter Expressions" };

static void
help_title(struct screen *s, struct str *out)
{
	(void)s;
	str_puts(out, "Help");
}

static void
help_draw(struct screen *s, const struct area *a)
{
	struct s_help	*h = (struct s_help *)s;
	struct area	 body = area_cut(a, 1, 0, a->h - 1, a->w);
	struct area	 bar = area_cut(a, 0, 0, 1, a->w), tab;
	int		 i;

	for (i = 0; i < 2; i++) {
		tab = area_cut(&bar, 0, i * (a->w / 2), 1, a->w - i *
		    (a->w / 2));
		draw_fill(&tab, i == h->tab ? ST_heading :
		    ST_heading_inactive);
		(void)draw_puts(&tab, 0, 2, i == h->tab ? ST_heading :
		    ST_heading_inactive, help_tabs[i]);
	}
	text_clear(&h->text);
	text_add(&h->text, &h->out[h->tab]);
	text_draw(&h->text, &body);
}

static void
help_go_tab(struct s_help *h, int tab)
{
	h->tab = tab;
	text_go(&h->text, 0);
}

static void
help_nav(struct screen *s, enum nav nav)
{
	struct s_help	*h = (struct s_help *)s;

	if (nav == NAV_NEXT || nav == NAV_LEFT || nav == NAV_RIGHT)
		help_go_tab(h, 1 - h->tab);
	else
		(void)text_nav(&h->text, nav);
}

static void
help_mouse(struct screen *s, const struct key *k, int y, int x)
{
	struct s_help	*h = (struct s_help *)s;

	(void)k;
	if (y == 0)
		help_go_tab(h, x >= s->ui->panes.v[0].area.w / 2);
}

static struct text *
help_text(struct screen *s)
{
	return (&((struct s_help *)s)->text);
}

static void
help_close(struct screen *s)
{
	struct s_help	*h = (struct s_help *)s;

	cv_out_fini(&h->out[0]);
	cv_out_fini(&h->out[1]);
	text_fini(&h->text);
}

static size_t
help_hints(struct screen *s, struct hint *h)
{
	h[0] = (struct hint){ "console.nav.next",
	    ((struct s_help *)s)->tab == 0 ? "Filters" : "Keys" };
	return (1);
}

static const struct screen_ops help_ops = {
	.label	= "Help",
	.ctx	= CTX_HELP,
	.close	= help_close,
	.title	= help_title,
	.draw	= help_draw,
	.nav	= help_nav,
	.mouse	= help_mouse,
	.text	= help_text,
	.hints	= help_hints,
};

static void
put_section(struct cv_out *o, const char *name)
{
	if (o->nlines > 0)
		(void)cv_newline(o);
	(void)cv_puts(o, CV_HIGHLIGHT, name);
	(void)cv_newline(o);
}

static void
put_row(struct cv_out *o, const char *left, const char *right)
{
	(void)cv_printf(o, CV_KEY, "  %-14s", left);
	(void)cv_printf(o, CV_TEXT, " %s", right);
	(void)cv_newline(o);
}

static void
put_keys(struct s_help *h, enum ctx ctx)
{
	const struct binds	*bs = &h->screen.ui->binds;
	const struct bind	*b;
	size_t			 i;

	for (i = 0; i < bs->n; i++) {
		b = &bs->v[i];
		if (b->ctx != ctx)
			continue;
		/* What the screen itself uses otherwise is not said here. */
		if (ctx == CTX_GLOBAL &&
		    binds_get(bs, h->ctx, &b->key) != NULL)
			continue;
		put_row(&h->out[0], b->name, b->help[0] != '\0' ? b->help :
		    b->cmd);
	}
}

static void
put_filters(struct cv_out *o)
{
	static const char	*const more[][2] = {
		{ "regex", "alone, it is ~u regex" },
		{ "!", "not" },
		{ "&", "and (also by writing one after the other)" },
		{ "|", "or" },
		{ "(...)", "grouping" },
	};
	const struct filter_op	*op;
	struct str		 s;
	unsigned		 i;

	put_section(o, "Expressions");
	for (i = 0; i < nitems(more); i++)
		put_row(o, more[i][0], more[i][1]);
	put_section(o, "Operators");
	for (i = 0; (op = filter_op_at(i)) != NULL; i++) {
		str_init(&s, 256);
		str_puts(&s, op->code);
		if (op->arg != NULL)
			str_printf(&s, " %s", op->arg);
		put_row(o, str_c(&s), op->help);
		str_fini(&s);
	}
	put_section(o, "Examples");
	put_row(o, "google\\.com", "URLs that contain google.com");
	put_row(o, "~q ~b test", "requests whose body contains test");
	put_row(o, "!(~q & ~t \"text/html\")", "everything but requests with "
	    "that type");
}

struct screen *
s_help_new(struct ui *ui, enum ctx ctx, const char *label)
{
	struct s_help	*h = screen_new(ui, &help_ops, sizeof(*h));
	struct str	 s;

	h->ctx = ctx;
	h->label = label;
	text_init(&h->text);
	h->text.words = true;
	cv_out_init(&h->out[0], 0);
	cv_out_init(&h->out[1], 0);
	str_init(&s, 256);
	str_printf(&s, "Keys here (%s)", label);
	put_section(&h->out[0], str_c(&s));
	str_fini(&s);
	put_keys(h, ctx);
	put_section(&h->out[0], "Everywhere");
	put_keys(h, CTX_GLOBAL);
	put_section(&h->out[0], "In texts and lists");
	put_row(&h->out[0], "/", "Search; n next, N previous match; esc ends "
	    "it; nothing typed: again");
	put_row(&h->out[0], "5j 42G", "So many times, or to that one");
	put_filters(&h->out[1]);
	return (&h->screen);
}
