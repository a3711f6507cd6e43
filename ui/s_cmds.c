/* s_cmds - the commands, with what they take and what they do. */
#include "ui/list.h"
#include "ui/ui.h"
#include "ui/under.h"

struct s_cmds {
	struct screen	screen;
	struct list	list;
	struct under	under;
};

static void
cmds_title(struct screen *s, struct str *out)
{
	(void)s;
	str_puts(out, "Command Reference");
}

static void
cmds_row(void *arg, size_t i, const struct area *a, bool focus)
{
	struct s_cmds		*cs = arg;
	const struct cmd	*c = cmds_at(cs->screen.ui->model->cmds, i);
	struct str		 s;
	int			 x;

	(void)draw_puts(a, 0, 0, focus ? ST_focus : ST_text,
	    focus ? ">>" : "  ");
	x = 3 + draw_puts(a, 0, 3, focus ? ST_option_selected : ST_title,
	    c->name) + 1;
	str_init(&s, 1024);
	cmd_signature(c, &s);
	if (c->returns != NULL)
		str_printf(&s, "%s-> %s", s.n > 0 ? " " : "", c->returns);
	(void)draw_column(a, 0, x, a->w - x, FIT_LEFT, ST_commander_hint,
	    str_sp(&s));
	str_fini(&s);
}

static void
cmds_draw(struct screen *s, const struct area *a)
{
	struct s_cmds	*cs = (struct s_cmds *)s;
	struct cmds	*cmds = s->ui->model->cmds;
	struct area	 top;
	const char	*help;

	list_set_n(&cs->list, cmds_n(cmds));
	help = cs->list.n > 0 ? cmds_at(cmds, cs->list.at)->help : "";
	top = under_list(&cs->under, a, help);
	list_draw(&cs->list, &top, cmds_row, cs);
	under_draw(&cs->under, a, "Command help", help);
}

static void
cmds_nav(struct screen *s, enum nav nav)
{
	struct s_cmds	*cs = (struct s_cmds *)s;
	struct str	 line;

	list_set_n(&cs->list, cmds_n(s->ui->model->cmds));
	if (nav == NAV_NEXT)
		cs->under.more = !cs->under.more;
	if (list_nav(&cs->list, nav) || nav != NAV_SELECT ||
	    cs->list.n == 0)
		return;
	str_init(&line, 1024);
	str_printf(&line, "%s ", cmds_at(s->ui->model->cmds,
	    cs->list.at)->name);
	ui_prompt(s->ui, str_sp(&line), line.n, 0);
	str_fini(&line);
}

static struct list *
cmds_list(struct screen *s)
{
	struct s_cmds	*cs = (struct s_cmds *)s;

	list_set_n(&cs->list, cmds_n(s->ui->model->cmds));
	return (&cs->list);
}

static void
cmds_put(struct screen *s, size_t i, struct str *out)
{
	const struct cmd	*c = cmds_at(s->ui->model->cmds, i);

	str_printf(out, "%s %s", c->name, c->help);
}

static void
cmds_mouse(struct screen *s, const struct key *k, int y, int x)
{
	struct s_cmds	*cs = (struct s_cmds *)s;
	ssize_t		 i = list_hit(&cs->list, y);

	(void)k;
	(void)x;
	if (i >= 0 && y < cs->list.page)
		list_go(&cs->list, i);
}

static size_t
cmds_hints(struct screen *s, struct hint *h)
{
	h[0] = (struct hint){ "console.nav.select", "Command line" };
	h[1] = (struct hint){ "console.nav.next",
	    under_verb(&((struct s_cmds *)s)->under) };
	return (2);
}

static const struct screen_ops cmds_ops = {
	.label	= "Commands",
	.ctx	= CTX_COMMANDS,
	.title	= cmds_title,
	.draw	= cmds_draw,
	.nav	= cmds_nav,
	.mouse	= cmds_mouse,
	.list	= cmds_list,
	.put	= cmds_put,
	.hints	= cmds_hints,
};

struct screen *
s_cmds_new(struct ui *ui)
{
	struct s_cmds	*cs = screen_new(ui, &cmds_ops, sizeof(*cs));

	list_init(&cs->list);
	return (&cs->screen);
}
