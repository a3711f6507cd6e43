/*
 * refused - clients that do not take our certificate: their hosts are
 * remembered, said to the user once, and passed through when he wants it.
 *
 * Main thread.
 */
#include "base/str.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/model.h"

#define LOG_TAG		"tls"
#define HOSTS_MAX	50

extern const struct module	refused_module;

struct refused {
	struct model	*model;
	char		*hosts[HOSTS_MAX];	/* the newest last */
	size_t		 n;
};

static int
refused_init(struct model *m, void **state, struct why *why unused)
{
	struct refused	*r = xcalloc(1, sizeof(*r));

	r->model = m;
	*state = r;
	return (0);
}

static void
refused_drop(struct refused *r, size_t i)
{
	free(r->hosts[i]);
	r->n--;
	memmove(&r->hosts[i], &r->hosts[i + 1],
	    (r->n - i) * sizeof(r->hosts[0]));
}

static void
refused_fini(void *state)
{
	struct refused	*r = state;

	while (r->n > 0)
		refused_drop(r, r->n - 1);
	free(r);
}

static uint64_t
refused_hooks(void *state unused)
{
	return (HOOK_BIT(HOOK_tls_failed_client));
}

/* Becomes the newest; true: it was not known. */
static bool
refused_note(struct refused *r, const char *host)
{
	size_t	i;

	for (i = 0; i < r->n && strcmp(r->hosts[i], host) != 0; i++)
		;
	if (i < r->n) {
		char	*known = r->hosts[i];

		memmove(&r->hosts[i], &r->hosts[i + 1],
		    (r->n - i - 1) * sizeof(r->hosts[0]));
		r->hosts[r->n - 1] = known;
		return (false);
	}
	if (r->n == HOSTS_MAX)
		refused_drop(r, 0);
	r->hosts[r->n++] = xstrdup(host);
	return (true);
}

static void
refused_decide(void *state, void *arg)
{
	struct refused		*r = state;
	const struct hookcall	*c = arg;

	if (c->hook != HOOK_tls_failed_client || c->conn->refused == NULL ||
	    !refused_note(r, c->conn->refused))
		return;
	/* A warning is said in the console's status line, too. */
	log_warn(r->model->log, "A client refuses our certificate for %s: "
	    "install our CA in it, or %s to pass that host through "
	    "(ignore_hosts).", c->conn->refused, r->model->console ?
	    "press T" : "use --ignore-hosts");
}

/* --- commands ------------------------------------------------------------- */

/* The host at any port, and no other host. */
static void
put_pattern(struct str *out, const char *host)
{
	str_putc(out, '^');
	for (; *host != '\0'; host++) {
		if (strchr(".\\+*?[^]$(){}=!<>|:-#", *host) != NULL)
			str_putc(out, '\\');
		str_putc(out, *host);
	}
	str_puts(out, ":");
}

static bool
has_pattern(const struct opts *o, const char *pattern)
{
	size_t	i;

	for (i = 0; i < opts_seq_n(o, "ignore_hosts"); i++)
		if (strcmp(opts_seq_at(o, "ignore_hosts", i), pattern) == 0)
			return (true);
	return (false);
}

static int
refused_pass(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct refused	*r = ctx;
	struct opts	*o = r->model->opts;
	const char	*host = NULL;
	struct str	 spec;
	int		 rc = 0;

	if (a->n > 0)
		host = a->v[0].s;
	else if (r->n > 0)
		host = r->hosts[r->n - 1];
	if (host == NULL || *host == '\0')
		return (fail(why, ERR_CMD, "No client has refused our"
		    " certificate."));
	str_init(&spec, 4096);
	str_puts(&spec, "ignore_hosts=");
	put_pattern(&spec, host);
	if (!has_pattern(o, str_c(&spec) + strlen("ignore_hosts=")))
		rc = opts_set_spec(o, str_c(&spec), why);
	str_fini(&spec);
	if (rc == 0)
		model_status(r->model, "Connections to %s pass through from "
		    "now on (ignore_hosts).", host);
	return (rc);
}

static int
refused_list(void *ctx, const struct args *a unused, struct cmd_res *res,
    struct why *why)
{
	struct refused	*r = ctx;
	size_t		 i;

	if (r->n == 0)
		return (fail(why, ERR_CMD, "No client has refused our"
		    " certificate."));
	for (i = r->n; i > 0; i--)
		cmd_res_add(res, sp_of(r->hosts[i - 1]));
	return (0);
}

static const struct cmd	refused_cmds[] = {
	{ "hosts.pass", { { "host", ARG_STR | ARG_OPTIONAL, NULL } }, "Pass"
	    " connections to a host through untouched (ignore_hosts):"
	    " without a name, to the last for which a client refused our"
	    " certificate.", refused_pass, NULL },
	{ "hosts.refused", { { 0 } }, "Hosts for which clients refused our"
	    " certificate, the last one first.", refused_list, "str[]" },
};

const struct module	refused_module = {
	.name	= "refused",
	.cmds	= refused_cmds,
	.ncmds	= nitems(refused_cmds),
	.init	= refused_init,
	.fini	= refused_fini,
	.hooks	= refused_hooks,
	.decide	= refused_decide,
};
