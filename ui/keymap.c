#include "ui/keymap.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/conf.h"
#include "base/mem.h"

static int
add(void *arg, const struct conf_key *k, struct why *why)
{
	struct ui		*ui = arg;
	const char *const	*ctx;
	unsigned		 mask = 0, one;

	for (ctx = k->ctx; *ctx != NULL; ctx++) {
		if (ctx_parse(sp_of(*ctx), &one, why) == -1)
			return (-1);
		mask |= one;
	}
	return (binds_add(&ui->binds, mask, sp_of(k->key), k->cmd, k->help,
	    why));
}

int
keymap_load(struct ui *ui, const char *path, struct why *why)
{
	return (conf_keys(path, add, ui, why));
}

/* -1: there is one, and it is wrong. */
static int
load_own(struct ui *ui, struct why *why)
{
	char	*path = xasprintf("%s/keys.yaml", ui->model->confdir);
	int	 rc = 0;

	if (access(path, F_OK) == 0)
		rc = keymap_load(ui, path, why);
	free(path);
	return (rc);
}

void
keymap_load_own(struct ui *ui)
{
	struct why	why;

	if (load_own(ui, &why) == -1)
		ui_failed(ui, &why);
}

/* --- shown ---------------------------------------------------------------- */

/* YAML's quoted form; names and commands may be anything. */
static void
put_quoted(struct str *out, const char *s)
{
	str_putc(out, '"');
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			str_printf(out, "\\x%02x", (unsigned)*s);
		else if (*s == '"' || *s == '\\')
			str_printf(out, "\\%c", *s);
		else
			str_putc(out, *s);
	}
	str_putc(out, '"');
}

static bool
same_but_where(const struct bind *a, const struct bind *b)
{
	return (strcmp(a->name, b->name) == 0 && strcmp(a->cmd, b->cmd) == 0 &&
	    strcmp(a->help, b->help) == 0);
}

/* What one's own key took away, and where another one is before it. */
static void
put_conflict(struct str *out, const struct binds *bs, const struct binds *was,
    const struct bind *b)
{
	const struct bind	*old = binds_get(was, b->ctx, &b->key);
	unsigned		 ctx;

	if (old != NULL && strcmp(old->cmd, b->cmd) == 0)
		return;
	if (old != NULL)
		str_printf(out, "# in %s instead of: %s\n", ctx_name(b->ctx),
		    old->cmd);
	for (ctx = 0; b->ctx == CTX_GLOBAL && ctx < CTX_N; ctx++) {
		old = binds_get(bs, (enum ctx)ctx, &b->key);
		if (ctx != CTX_GLOBAL && old != NULL)
			str_printf(out, "# not in %s, which has: %s\n",
			    ctx_name((enum ctx)ctx), old->cmd);
	}
}

/* Those from i on that differ in their contexts only are one entry; how
 * many they are. */
static size_t
put_entry(struct str *out, const struct binds *bs, size_t i,
    const struct binds *was)
{
	const struct bind	*b = &bs->v[i];
	size_t			 n, k;

	for (n = 1; i + n < bs->n && same_but_where(b, &b[n]); n++)
		;
	for (k = 0; k < n; k++)
		put_conflict(out, bs, was, &b[k]);
	str_puts(out, "- key: ");
	put_quoted(out, b->name);
	str_puts(out, "\n  ctx: [");
	for (k = 0; k < n; k++)
		str_printf(out, "%s%s", k > 0 ? ", " : "",
		    ctx_name(b[k].ctx));
	str_puts(out, "]\n  cmd: ");
	put_quoted(out, b->cmd);
	if (b->help[0] != '\0') {
		str_puts(out, "\n  help: ");
		put_quoted(out, b->help);
	}
	str_puts(out, "\n\n");
	return (n);
}

int
keymap_show(struct ui *ui, struct str *out, struct why *why)
{
	struct binds	was;
	size_t		i;

	if (load_own(ui, why) == -1)
		return (-1);
	binds_init(&was);
	for (i = 0; i < ui->binds.n;)
		i += put_entry(out, &ui->binds, i, &was);
	binds_fini(&was);
	return (0);
}

int
cmd_keymap_load(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	ui_dirty(ctx);
	return (keymap_load(ctx, a->v[0].s, why));
}
