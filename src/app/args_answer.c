/* What the information flags print: plain text, no decisions. */
#include "app/args.h"

#include <sys/utsname.h>

#include "app/version.h"
#include "model/cmd.h"
#include "model/opt.h"

#define ANSWER_COLUMNS	78

static void
answer_version(const struct args_line *line, const char *const *libs,
    struct str *out)
{
	struct utsname	u;

	str_printf(out, "%s %s\n", line->console ? "weir" : "weirdump",
	    WEIR_VERSION);
	for (size_t i = 0; libs != NULL && libs[i] != NULL; i++)
		str_printf(out, "%s\n", libs[i]);
	if (uname(&u) == 0)
		str_printf(out, "%s %s %s\n", u.sysname, u.release,
		    u.machine);
}

/* Words filled into lines that begin with prefix. */
static void
answer_fill(const char *prefix, const char *text, struct str *out)
{
	struct sp	word, rest = sp_of(text);
	size_t		column = 0;

	while (rest.n > 0) {
		word = sp_split(rest, ' ', &rest);
		if (column > 0 && column + 1 + word.n > ANSWER_COLUMNS) {
			str_putc(out, '\n');
			column = 0;
		}
		if (column == 0)
			str_puts(out, prefix);
		else
			str_putc(out, ' ');
		column += (column == 0 ? strlen(prefix) : 1) + word.n;
		str_add(out, word);
	}
	str_putc(out, '\n');
}

/* Text as a YAML scalar in double quotes. */
static void
answer_quoted(const char *text, struct str *out)
{
	str_putc(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			str_putc(out, '\\');
		str_putc(out, *text);
	}
	str_putc(out, '"');
}

static void
answer_default(const struct opt *o, struct str *out)
{
	switch (o->type) {
	case OPT_BOOL:
	case OPT_INT:
	case OPT_CHOICE:
		str_puts(out, o->def != NULL ? o->def : "null");
		return;
	case OPT_STR:
		if (o->def == NULL)
			str_puts(out, "null");
		else
			answer_quoted(o->def, out);
		return;
	case OPT_SEQ:
		str_putc(out, '[');
		if (o->def != NULL)
			answer_quoted(o->def, out);
		str_putc(out, ']');
		return;
	}
}

static void
answer_type(const struct opt *o, struct str *out)
{
	static const char *const names[] = {
		[OPT_BOOL] = "bool", [OPT_INT] = "int", [OPT_STR] = "str",
		[OPT_SEQ] = "sequence of str", [OPT_CHOICE] = "str",
	};

	if (o->type == OPT_CHOICE) {
		str_puts(out, "# Valid values:");
		for (size_t i = 0; o->choices[i] != NULL; i++)
			str_printf(out, "%s %s", i > 0 ? "," : "",
			    o->choices[i]);
	} else
		str_printf(out, "# Type: %s%s", (o->flags & OPT_NULLABLE) ?
		    "optional " : "", names[o->type]);
	str_putc(out, '\n');
}

static void
answer_options(const struct opts *opts, struct str *out)
{
	const struct opt	*o;

	for (size_t i = 0; i < opts_n(opts); i++) {
		o = opts_at(opts, i);
		answer_fill("# ", o->help, out);
		answer_type(o, out);
		str_printf(out, "%s: ", o->name);
		answer_default(o, out);
		str_puts(out, "\n\n");
	}
}

static void
answer_commands(const struct cmds *cmds, struct str *out)
{
	const struct cmd	*c;

	for (size_t i = 0; i < cmds_n(cmds); i++) {
		c = cmds_at(cmds, i);
		answer_fill("# ", c->help, out);
		str_puts(out, c->name);
		if (c->args[0].type != ARG_END)
			str_putc(out, ' ');
		cmd_signature(c, out);
		if (c->returns != NULL)
			str_printf(out, " -> %s", c->returns);
		str_puts(out, "\n\n");
	}
}

/* The flags that a person looks for; all others are in --options. */
static const struct answer_flag {
	char		 letter;	/* 0: none */
	const char	*flag;
	const char	*value;		/* NULL: takes none */
	const char	*option;	/* its help; NULL: see help */
	const char	*help;
} answer_flags[] = {
	{ 0,   NULL, NULL, NULL, "General" },
	{ 'h', "help", NULL, NULL, "Show this." },
	{ 0,   "version", NULL, NULL, "Show versions." },
	{ 0,   "options", NULL, NULL, "Show all options with defaults." },
	{ 0,   "commands", NULL, NULL, "Show all commands." },
	{ 0,   "keys", NULL, NULL, "Show all keys (keys.yaml)." },
	{ 0,   "set", "NAME[=VALUE]", NULL, "Set any option." },
	{ 'q', "quiet", NULL, NULL, "Say errors only." },
	{ 'v', "verbose", NULL, NULL, "Say everything." },
	{ 's', "scripts", "FILE", "scripts", NULL },
	{ 0,   "confdir", "DIR", "confdir", NULL },
	{ 0,   NULL, NULL, NULL, "Proxy" },
	{ 0,   "listen-host", "ADDR", "listen_host", NULL },
	{ 'p', "listen-port", "PORT", "listen_port", NULL },
	{ 'm', "mode", "MODE", "mode", NULL },
	{ 'n', "no-server", NULL, NULL, "Do not accept connections." },
	{ 0,   "ignore-hosts", "REGEX", "ignore_hosts", NULL },
	{ 0,   "allow-hosts", "REGEX", "allow_hosts", NULL },
	{ 0,   "proxyauth", "SPEC", "proxyauth", NULL },
	{ 0,   "upstream-auth", "USER:PASS", "upstream_auth", NULL },
	{ 0,   NULL, NULL, NULL, "TLS" },
	{ 'k', "ssl-insecure", NULL, "ssl_insecure", NULL },
	{ 0,   "certs", "SPEC", "certs", NULL },
	{ 0,   "cert-passphrase", "TEXT", "cert_passphrase", NULL },
	{ 0,   NULL, NULL, NULL, "Files and replay" },
	{ 'r', "rfile", "FILE", "rfile", NULL },
	{ 'w', "save-stream-file", "FILE", "save_stream_file", NULL },
	{ 'C', "client-replay", "FILE", "client_replay", NULL },
	{ 'S', "server-replay", "FILE", "server_replay", NULL },
	{ 0,   NULL, NULL, NULL, "Changing messages" },
	{ 'H', "modify-headers", "RULE", "modify_headers", NULL },
	{ 'B', "modify-body", "RULE", "modify_body", NULL },
	{ 'M', "map-remote", "RULE", "map_remote", NULL },
	{ 0,   "map-local", "RULE", "map_local", NULL },
	{ 0,   "anticache", NULL, "anticache", NULL },
	{ 0,   "anticomp", NULL, "anticomp", NULL },
	{ 0,   "stickycookie", "FILTER", "stickycookie", NULL },
	{ 0,   "stickyauth", "FILTER", "stickyauth", NULL },
	{ 0,   NULL, NULL, NULL, "Showing" },
	{ 0,   "showhost", NULL, "showhost", NULL },
	{ 0,   "intercept", "FILTER", "intercept", NULL },
	{ 0,   "view-filter", "FILTER", "view_filter", NULL },
	{ 0,   "flow-detail", "0-4", "flow_detail", NULL },
};

static void
answer_flag(const struct answer_flag *f, const struct opts *opts,
    struct str *out)
{
	const struct opt	*o = NULL;

	if (f->option != NULL && (o = opts_find(opts, f->option)) == NULL)
		return;		/* the other program has it */
	if (f->letter != 0)
		str_printf(out, "  -%c, --%s", f->letter, f->flag);
	else
		str_printf(out, "      --%s", f->flag);
	if (f->value != NULL)
		str_printf(out, " %s", f->value);
	str_putc(out, '\n');
	answer_fill("          ", o != NULL ? o->help : f->help, out);
}

static void
answer_help(const struct args_line *line, const struct opts *opts,
    struct str *out)
{
	str_puts(out, line->console ?
	    "usage: weir [flags]\n"
	    "An interactive HTTP(S) proxy for the terminal.\n" :
	    "usage: weirdump [flags] [filter ...]\n"
	    "The same proxy without a screen: prints what passes.\n");
	for (size_t i = 0; i < nitems(answer_flags); i++)
		if (answer_flags[i].flag == NULL)
			str_printf(out, "\n%s:\n", answer_flags[i].help);
		else if (line->console ||
		    strcmp(answer_flags[i].flag, "keys") != 0)
			answer_flag(&answer_flags[i], opts, out);
	str_puts(out, "\nEvery option is a flag: --name VALUE, and --name or "
	    "--no-name for one\nthat is on or off. Flags win over "
	    "config.yaml.\n");
}

void
args_answer(const struct args_line *line, const struct opts *opts,
    const struct cmds *cmds, const char *const *libs, struct str *out)
{
	switch (line->todo) {
	case ARGS_VERSION:
		answer_version(line, libs, out);
		return;
	case ARGS_HELP:
		answer_help(line, opts, out);
		return;
	case ARGS_OPTIONS:
		answer_options(opts, out);
		return;
	case ARGS_COMMANDS:
		answer_commands(cmds, out);
		return;
	case ARGS_RUN:
	case ARGS_KEYS:		/* ui's */
	case ARGS_DOCS:		/* docgen's */
		return;
	}
}
