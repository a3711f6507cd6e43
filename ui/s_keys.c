/* s_keys - the key bindings. */
#include <stdlib.h>

#include "base/mem.h"
#include "ui/cmd_ui.h"
#include "ui/list.h"
#include "ui/ui.h"
#include "ui/under.h"

struct s_keys {
	struct screen	screen;
	struct list	list;
	struct under	under;
};

static void
keys_title(struct screen *s, struct str *out)
{
	(void)s;
	str_puts(out, "Key Bindings");
}

static void
keys_row(void *arg, size_t i, const struct area *a, bool focus)
{
	struct s_keys		*ks = arg;
	const struct bind	*b = &ks->screen.ui->binds.v[i];
	int			 x, style = focus ? ST_option_selected :
	    ST_text;

	(void)draw_puts(a, 0, 0, focus ? ST_focus : ST_text,
	    focus ? ">>" : "  ");
	x = 3;
	x += draw_column(a, 0, x, 12, FIT_LEFT, ST_key, sp_of(b->name));
	x += draw_column(a, 0, x, 13, FIT_LEFT, ST_text,
	    sp_of(ctx_name(b->ctx)));
	(void)draw_column(a, 0, x, a->w - x, FIT_LEFT, style, sp_of(b->cmd));
}

static void
keys_draw(struct screen *s, const struct area *a)
{
	struct s_keys		*ks = (struct s_keys *)s;
	const struct binds	*bs = &s->ui->binds;
	struct area		 top;
	struct str		 help;

	list_set_n(&ks->list, bs->n);
	str_init(&help, 65536);
	/* The whole line, too: the list has little room for it. */
	if (bs->n > 0)
		str_printf(&help, "%s\n%s", bs->v[ks->list.at].help,
		    bs->v[ks->list.at].cmd);
	top = under_list(&ks->under, a, str_c(&help));
	list_draw(&ks->list, &top, keys_row, ks);
	under_draw(&ks->under, a, "Key binding help", str_c(&help));
	str_fini(&help);
}

static void
keys_nav(struct screen *s, enum nav nav)
{
	struct s_keys	*ks = (struct s_keys *)s;

	if (nav == NAV_NEXT)
		ks->under.more = !ks->under.more;
	else
		(void)list_nav(&ks->list, nav);
}

static struct list *
keys_list(struct screen *s)
{
	struct s_keys	*ks = (struct s_keys *)s;

	list_set_n(&ks->list, s->ui->binds.n);
	return (&ks->list);
}

static void
keys_put(struct screen *s, size_t i, struct str *out)
{
	const struct bind	*b = &s->ui->binds.v[i];

	str_printf(out, "%s %s %s %s", b->name, ctx_name(b->ctx), b->cmd,
	    b->help);
}

static void
keys_mouse(struct screen *s, const struct key *k, int y, int x)
{
	struct s_keys	*ks = (struct s_keys *)s;
	ssize_t		 i = list_hit(&ks->list, y);

	(void)k;
	(void)x;
	if (i >= 0 && y < ks->list.page)
		list_go(&ks->list, i);
}

static size_t
keys_hints(struct screen *s, struct hint *h)
{
	h[0] = (struct hint){ "console.choose.cmd \"Context\" "
	    "console.key.contexts console.command console.key.bind {choice}",
	    "Add" };
	h[1] = (struct hint){ "console.key.edit.focus", "Edit" };
	h[2] = (struct hint){ "console.key.unbind.focus", "Unbind" };
	h[3] = (struct hint){ "console.key.execute.focus", "Execute" };
	h[4] = (struct hint){ "console.nav.next",
	    under_verb(&((struct s_keys *)s)->under) };
	return (5);
}

static const struct screen_ops keys_ops = {
	.label	= "Keys",
	.ctx	= CTX_KEYBINDINGS,
	.title	= keys_title,
	.draw	= keys_draw,
	.nav	= keys_nav,
	.mouse	= keys_mouse,
	.list	= keys_list,
	.put	= keys_put,
	.hints	= keys_hints,
};

/* The binding with the cursor, when this screen is shown. */
static const struct bind *
keys_focus(struct ui *ui, struct why *why)
{
	struct screen	*s = panes_top(&ui->panes);
	size_t		 at;

	if (s->ops == &keys_ops && ui->binds.n > 0) {
		at = ((struct s_keys *)s)->list.at;
		return (&ui->binds.v[at < ui->binds.n ? at : 0]);
	}
	(void)fail(why, ERR_CMD, "The key bindings are not shown.");
	return (NULL);
}

int
cmd_key_unbind_focus(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui		*ui = ctx;
	const struct bind	*b = keys_focus(ui, why);
	char			*name;
	int			 rc;

	(void)a;
	(void)res;
	if (b == NULL)
		return (-1);
	name = xstrdup(b->name);
	rc = binds_drop(&ui->binds, 1u << b->ctx, sp_of(name), why);
	free(name);
	return (rc);
}

int
cmd_key_execute_focus(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui		*ui = ctx;
	const struct bind	*b = keys_focus(ui, why);
	char			*cmd;

	(void)a;
	(void)res;
	if (b == NULL)
		return (-1);
	cmd = xstrdup(b->cmd);	/* the table may change under it */
	ui_run(ui, cmd);
	free(cmd);
	return (0);
}

int
cmd_key_edit_focus(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui		*ui = ctx;
	const struct bind	*b = keys_focus(ui, why);
	struct str		 line;

	(void)a;
	(void)res;
	if (b == NULL)
		return (-1);
	str_init(&line, 65536);
	str_printf(&line, "console.key.bind %s ", ctx_name(b->ctx));
	words_quote(&line, sp_of(b->name));
	str_printf(&line, " %s", b->cmd);
	ui_prompt(ui, str_sp(&line), line.n, 0);
	str_fini(&line);
	return (0);
}

struct screen *
s_keys_new(struct ui *ui)
{
	struct s_keys	*ks = screen_new(ui, &keys_ops, sizeof(*ks));

	list_init(&ks->list);
	list_set_n(&ks->list, ui->binds.n);
	return (&ks->screen);
}
