#include "ui/bind.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/cmd.h"

static const char *const default_lines[] = {
#include "ui/keys_conf.h"
	NULL
};

static const char *const contexts[CTX_N + 1] = {
	"chooser", "commands", "commonkey", "dataviewer", "eventlog",
	"flowlist", "flowview", "global", "grideditor", "help",
	"keybindings", "options", NULL
};

const char *const *
binds_default_lines(void)
{
	return (default_lines);
}

const char *const *
ctx_names(void)
{
	return (contexts);
}

const char *
ctx_name(enum ctx c)
{
	return (contexts[c]);
}

int
ctx_parse(struct sp s, unsigned *mask, struct why *why)
{
	struct sp	one;
	unsigned	i;

	*mask = 0;
	while (s.n != 0) {
		one = sp_trim(sp_split(s, ',', &s));
		for (i = 0; i < CTX_N; i++)
			if (sp_is(one, contexts[i]))
				break;
		if (i == CTX_N)
			return (fail(why, ERR_CMD_ARGS,
			    "Unsupported context: %.*s", SPF(one)));
		*mask |= 1u << i;
	}
	if (*mask == 0)
		return (fail(why, ERR_CMD_ARGS, "no context given"));
	return (0);
}

static void
bind_fini(struct bind *b)
{
	free(b->name);
	free(b->cmd);
	free(b->help);
}

void
binds_fini(struct binds *bs)
{
	size_t	i;

	for (i = 0; i < bs->n; i++)
		bind_fini(&bs->v[i]);
	free(bs->v);
	memset(bs, 0, sizeof(*bs));
}

void
binds_init(struct binds *bs)
{
	struct why	why;
	size_t		i;

	memset(bs, 0, sizeof(*bs));
	for (i = 0; default_lines[i] != NULL; i++)
		(void)binds_line(bs, default_lines[i], &why);
}

/* Where a row of that name and context stands or would stand. */
static size_t
bind_place(const struct binds *bs, const char *name, enum ctx ctx,
    bool *there)
{
	size_t	i;
	int	c;

	*there = false;
	for (i = 0; i < bs->n; i++) {
		c = strcmp(bs->v[i].name, name);
		if (c == 0)
			c = (int)bs->v[i].ctx - (int)ctx;
		if (c >= 0) {
			*there = c == 0;
			break;
		}
	}
	return (i);
}

static void
bind_put(struct binds *bs, enum ctx ctx, const char *name,
    const struct key *key, const char *cmd, const char *help)
{
	bool		there;
	size_t		i = bind_place(bs, name, ctx, &there);
	struct bind	*b;

	if (there)
		bind_fini(&bs->v[i]);
	else {
		if (bs->n == bs->cap) {
			bs->cap = bs->cap != 0 ? bs->cap * 2 : 128;
			bs->v = xrealloc(bs->v, bs->cap, sizeof(bs->v[0]));
		}
		memmove(&bs->v[i + 1], &bs->v[i],
		    (bs->n - i) * sizeof(bs->v[0]));
		bs->n++;
	}
	b = &bs->v[i];
	b->ctx = ctx;
	b->key = *key;
	b->name = xstrdup(name);
	b->cmd = xstrdup(cmd);
	b->help = xstrdup(help);
}

int
binds_add(struct binds *bs, unsigned mask, struct sp key, const char *cmd,
    const char *help, struct why *why)
{
	struct key	k;
	struct str	name;
	unsigned	i;

	if (!key_parse(key, &k))
		return (fail(why, ERR_CMD_ARGS, "\"%.*s\" is not a key",
		    SPF(key)));
	str_init(&name, 64);
	key_name(&k, &name);
	for (i = 0; i < CTX_N; i++)
		if (mask & (1u << i))
			bind_put(bs, (enum ctx)i, str_c(&name), &k, cmd, help);
	str_fini(&name);
	return (0);
}

int
binds_drop(struct binds *bs, unsigned mask, struct sp key, struct why *why)
{
	struct key	k;
	size_t		i, dropped = 0;

	if (!key_parse(key, &k))
		return (fail(why, ERR_CMD_ARGS, "\"%.*s\" is not a key",
		    SPF(key)));
	for (i = 0; i < bs->n;) {
		if (!(mask & (1u << bs->v[i].ctx)) ||
		    !key_eq(&bs->v[i].key, &k)) {
			i++;
			continue;
		}
		bind_fini(&bs->v[i]);
		memmove(&bs->v[i], &bs->v[i + 1],
		    (bs->n - i - 1) * sizeof(bs->v[0]));
		bs->n--;
		dropped++;
	}
	if (dropped == 0)
		return (fail(why, ERR_CMD_ARGS, "%.*s is not bound there",
		    SPF(key)));
	return (0);
}

const struct bind *
binds_get(const struct binds *bs, enum ctx ctx, const struct key *k)
{
	size_t	i;

	for (i = 0; i < bs->n; i++)
		if (bs->v[i].ctx == ctx && key_eq(&bs->v[i].key, k))
			return (&bs->v[i]);
	return (NULL);
}

const struct bind *
binds_find(const struct binds *bs, enum ctx ctx, const struct key *k)
{
	const struct bind	*b = binds_get(bs, ctx, k);

	return (b != NULL ? b : binds_get(bs, CTX_GLOBAL, k));
}

/* Better for a hint: of this context, then with a short name. */
static bool
bind_beats(const struct bind *a, const struct bind *b, enum ctx ctx)
{
	if (b == NULL)
		return (true);
	if ((a->ctx == ctx) != (b->ctx == ctx))
		return (a->ctx == ctx);
	return (strlen(a->name) < strlen(b->name));
}

const struct bind *
binds_for(const struct binds *bs, enum ctx ctx, const char *cmd)
{
	const struct bind	*found = NULL, *b;
	size_t			 i;

	for (i = 0; i < bs->n; i++) {
		b = &bs->v[i];
		if (strcmp(b->cmd, cmd) != 0 ||
		    (b->ctx != ctx && b->ctx != CTX_GLOBAL))
			continue;
		/* A global key counts unless this context takes it away. */
		if (b->ctx != ctx && binds_get(bs, ctx, &b->key) != NULL)
			continue;
		if (bind_beats(b, found, ctx))
			found = b;
	}
	return (found);
}

int
binds_line(struct binds *bs, const char *line, struct why *why)
{
	struct words	w;
	unsigned	mask;
	const char	*cmd;
	int		rc = -1;

	words_split(&w, line);
	if (w.n < 5 || strcmp(w.v[0].text, "bind") != 0)
		(void)fail(why, ERR_CMD_ARGS,
		    "expected: bind contexts key help command");
	else if (ctx_parse(sp_of(w.v[1].text), &mask, why) == 0) {
		cmd = line + w.v[4].from;
		rc = binds_add(bs, mask, sp_of(w.v[2].text), cmd,
		    w.v[3].text, why);
	}
	words_fini(&w);
	return (rc);
}
