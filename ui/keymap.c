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

void
keymap_load_own(struct ui *ui)
{
	struct why	 why;
	char		*path = xasprintf("%s/keys.yaml",
	    ui->model->confdir);

	if (access(path, F_OK) == 0 && keymap_load(ui, path, &why) == -1)
		ui_failed(ui, &why);
	free(path);
}

int
cmd_keymap_load(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	ui_dirty(ctx);
	return (keymap_load(ctx, a->v[0].s, why));
}
