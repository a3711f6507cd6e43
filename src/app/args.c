#include "app/args.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/near.h"
#include "model/opt.h"

/* One letter. value NULL: it takes the next word, or "true" for a bool. */
static const struct args_short {
	char		 letter;
	const char	*option;
	const char	*value;
} args_shorts[] = {
	{ 'p', "listen_port",		NULL },
	{ 'n', "server",		"false" },
	{ 'k', "ssl_insecure",		"true" },
	{ 'm', "mode",			NULL },
	{ 'r', "rfile",			NULL },
	{ 'w', "save_stream_file",	NULL },
	{ 's', "scripts",		NULL },
	{ 'C', "client_replay",		NULL },
	{ 'S', "server_replay",		NULL },
	{ 'M', "map_remote",		NULL },
	{ 'B', "modify_body",		NULL },
	{ 'H', "modify_headers",	NULL },
};

/* Flags that mean several options, or none. */
static const struct args_word {
	const char	*flag;		/* without hyphens */
	char		 letter;
	enum args_todo	 todo;
	const char	*verbosity, *detail;
} args_words[] = {
	{ "version",	0,	ARGS_VERSION,	NULL, NULL },
	{ "help",	'h',	ARGS_HELP,	NULL, NULL },
	{ "options",	0,	ARGS_OPTIONS,	NULL, NULL },
	{ "commands",	0,	ARGS_COMMANDS,	NULL, NULL },
	{ "keys",	0,	ARGS_KEYS,	NULL, NULL },
	{ "quiet",	'q',	ARGS_RUN,	"error", "0" },
	{ "verbose",	'v',	ARGS_RUN,	"debug", "2" },
};

/* What mitmproxy's older flags became. */
static const struct {
	const char	*old, *now;
} args_hints[] = {
	{ "-T",			"--mode transparent" },
	{ "--transparent",	"--mode transparent" },
	{ "-U",			"--mode upstream:SPEC" },
	{ "--upstream",		"--mode upstream:SPEC" },
	{ "-R",			"--mode reverse:SPEC" },
	{ "--reverse",		"--mode reverse:SPEC" },
	{ "--socks",		"--mode socks5" },
	{ "-b",			"--listen-host" },
	{ "--bind-address",	"--listen-host" },
	{ "--port",		"--listen-port" },
	{ "-i",			"--intercept" },
	{ "-l",			"--view-filter" },
	{ "--limit",		"--view-filter" },
	{ "-a",			"--anticache" },
	{ "-z",			"--anticomp" },
	{ "-d",			"--flow-detail" },
	{ "--detail",		"--flow-detail" },
	{ "-t",			"--stickycookie" },
	{ "-u",			"--stickyauth" },
	{ "-I",			"--ignore-hosts" },
	{ "--ignore",		"--ignore-hosts" },
	{ "--tcp",		"--tcp-hosts" },
	{ "--host",		"--showhost" },
	{ "--cert",		"--certs" },
	{ "--cadir",		"--set confdir=PATH" },
	{ "--conf",		"--set confdir=PATH" },
	{ "--insecure",		"--ssl-insecure" },
	{ "--ssl-version-client", "--set tls_version_client_min=VERSION" },
	{ "--ssl-version-server", "--set tls_version_server_min=VERSION" },
	{ "--palette",		"--set console_palette=NAME" },
	{ "--layout",		"--console-layout" },
	{ "--follow",		"--set console_focus_follow=true" },
	{ "--no-mouse",		"--set console_mouse=false" },
	{ "--order",		"--set view_order=ORDER" },
	{ "--replace",		"--modify-body" },
	{ "--replacements",	"--modify-body" },
	{ "--setheader",	"--modify-headers" },
	{ "--setheaders",	"--modify-headers" },
	{ "--script",		"--scripts" },
	{ "--read-flows",	"--rfile" },
	{ "--wfile",		"--save-stream-file" },
	{ "--outfile",		"--save-stream-file" },
	{ "--afile",		"--save-stream-file +PATH" },
	{ "--stream",		"--set stream_large_bodies=SIZE" },
	{ "--body-size-limit",	"--set body_size_limit=SIZE" },
	{ "--no-server-replay-nopop", "--server-replay-reuse" },
	{ "--no-pop",		"--server-replay-reuse" },
	{ "--norefresh",	"--no-server-replay-refresh" },
	{ "--singleuser",	"--proxyauth user:password" },
	{ "--htpasswd",		"--proxyauth @FILE" },
	{ "--nonanonymous",	"--proxyauth any" },
};

static void
args_add(struct args_line *line, const char *option, const char *value,
    const char *flag)
{
	if (line->n == line->cap) {
		line->cap = line->cap == 0 ? 16 : 2 * line->cap;
		line->v = xrealloc(line->v, line->cap, sizeof(*line->v));
	}
	line->v[line->n++] = (struct args_set){
		.option = option != NULL ? xstrdup(option) : NULL,
		.value = value != NULL ? xstrdup(value) : NULL,
		.flag = flag,
	};
}

void
args_fini(struct args_line *line)
{
	for (size_t i = 0; i < line->n; i++) {
		free(line->v[i].option);
		free(line->v[i].value);
	}
	free(line->v);
	str_fini(&line->filter);
	memset(line, 0, sizeof(*line));
}

/* The words while they are read. */
struct args_scan {
	struct args_line	*line;
	const struct opts	*opts;
	int			 argc, at;
	char		*const	*argv;
};

/* A flag's value must not be the next flag by oversight. */
static bool
args_is_value(const char *word)
{
	if (word[0] != '-' || word[1] == '\0')
		return (true);
	return (word[1] >= '0' && word[1] <= '9');
}

static const char *
args_take(struct args_scan *s, const char *flag, struct why *why)
{
	const char	*next;

	if (s->at == s->argc) {
		(void)fail(why, ERR_ARG, "%s needs a value", flag);
		return (NULL);
	}
	next = s->argv[s->at];
	if (!args_is_value(next)) {
		(void)fail(why, ERR_ARG, "%s needs a value, and %s is a flag",
		    flag, next);
		return (NULL);
	}
	s->at++;
	return (next);
}

/* "name=value" or "name"; a name that nobody has yet may be a script's. */
static void
args_add_spec(struct args_scan *s, const char *spec)
{
	const char	*eq = strchr(spec, '=');
	char		*name;

	name = xspdup(sp_mem(spec, eq != NULL ? (size_t)(eq - spec) :
	    strlen(spec)));
	if (opts_find(s->opts, name) != NULL)
		args_add(s->line, name, eq != NULL ? eq + 1 : NULL, "--set");
	else
		args_add(s->line, NULL, spec, "--set");
	free(name);
}

static int
args_unknown(struct args_scan *s, const char *flag, size_t len,
    struct why *why)
{
	const char	*best = NULL;
	char		*name;

	for (size_t i = 0; i < nitems(args_hints); i++)
		if (sp_is(sp_mem(flag, len), args_hints[i].old))
			return (fail(why, ERR_ARG, "%s is not a flag here, "
			    "use %s", args_hints[i].old, args_hints[i].now));
	if (len > 2) {
		name = xspdup(sp_mem(flag + 2, len - 2));
		for (char *p = name; *p != '\0'; p++)
			if (*p == '-')
				*p = '_';
		best = args_nearest(s->opts, name);
		free(name);
	}
	if (best == NULL)
		return (fail(why, ERR_ARG, "there is no flag %.*s (--help "
		    "shows them)", (int)len, flag));
	name = xstrdup(best);
	for (char *p = name; *p != '\0'; p++)
		if (*p == '_')
			*p = '-';
	(void)fail(why, ERR_ARG, "there is no flag %.*s (did you mean --%s?)",
	    (int)len, flag, name);
	free(name);
	return (-1);
}

/* Flags that are no options; 1: it was one. */
static int
args_word(struct args_scan *s, const char *name, char letter)
{
	const struct args_word	*w;

	for (w = args_words; w < args_words + nitems(args_words); w++) {
		if (name != NULL ? strcmp(name, w->flag) != 0 :
		    w->letter == 0 || w->letter != letter)
			continue;
		if (w->todo == ARGS_KEYS && !s->line->console)
			return (0);
		if (w->todo != ARGS_RUN)
			s->line->todo = w->todo;
		if (w->verbosity != NULL &&
		    opts_find(s->opts, "termlog_verbosity") != NULL)
			args_add(s->line, "termlog_verbosity", w->verbosity,
			    w->flag);
		if (w->detail != NULL &&
		    opts_find(s->opts, "flow_detail") != NULL)
			args_add(s->line, "flow_detail", w->detail, w->flag);
		return (1);
	}
	return (0);
}

/* The option of a long flag; *off: it was given as --no-x. */
static const struct opt *
args_find_long(const struct opts *opts, const char *name, bool *off)
{
	const struct opt	*o;
	char			*under = xstrdup(name);

	*off = false;
	for (char *p = under; *p != '\0'; p++)
		if (*p == '-')
			*p = '_';
	/* A flag with underscores is a typing error, though a clear one. */
	o = strchr(name, '_') == NULL ? opts_find(opts, under) : NULL;
	if (o == NULL && strncmp(under, "no_", 3) == 0) {
		o = opts_find(opts, under + 3);
		*off = true;
		if (o != NULL && o->type != OPT_BOOL)
			o = NULL;
	}
	free(under);
	return (o);
}

/* --flag, --flag=value, --flag value; value NULL: none was attached. */
static int
args_long_named(struct args_scan *s, const char *flag, const char *name,
    const char *value, struct why *why)
{
	const struct opt	*o;
	bool			 off;

	if (strcmp(name, "set") == 0 || strcmp(name, "dump-docs") == 0) {
		if (value == NULL &&
		    (value = args_take(s, flag, why)) == NULL)
			return (-1);
		if (name[0] == 's') {
			args_add_spec(s, value);
			return (0);
		}
		s->line->todo = ARGS_DOCS;
		s->line->section = value;
		return (0);
	}
	if (value == NULL && args_word(s, name, 0))
		return (0);
	if ((o = args_find_long(s->opts, name, &off)) == NULL)
		return (args_unknown(s, flag, strlen(name) + 2, why));
	if (o->type == OPT_BOOL) {
		if (off && value != NULL)
			return (fail(why, ERR_ARG, "--%s takes no value",
			    name));
		if (value == NULL)
			value = off ? "false" : "true";
	} else if (value == NULL &&
	    (value = args_take(s, flag, why)) == NULL)
		return (-1);
	args_add(s->line, o->name, value, flag);
	return (0);
}

static int
args_long(struct args_scan *s, const char *flag, struct why *why)
{
	const char	*eq = strchr(flag, '=');
	char		*name;
	int		 rc;

	if (eq == NULL)
		return (args_long_named(s, flag, flag + 2, NULL, why));
	name = xspdup(sp_mem(flag + 2, (size_t)(eq - flag) - 2));
	rc = args_long_named(s, flag, name, eq + 1, why);
	free(name);
	return (rc);
}

/* -x, -xyz, -xvalue */
static int
args_cluster(struct args_scan *s, const char *word, struct why *why)
{
	const struct args_short	*sh;
	char			 flag[3] = "-";
	const char		*value;

	for (const char *p = word + 1; *p != '\0'; p++) {
		if (args_word(s, NULL, *p))
			continue;
		flag[1] = *p;
		for (sh = args_shorts; sh < args_shorts + nitems(args_shorts);
		    sh++)
			if (sh->letter == *p)
				break;
		if (sh == args_shorts + nitems(args_shorts) ||
		    opts_find(s->opts, sh->option) == NULL)
			return (args_unknown(s, flag, 2, why));
		if (sh->value != NULL) {
			args_add(s->line, sh->option, sh->value, word);
			continue;
		}
		value = p + 1;
		if (*value == '\0' &&
		    (value = args_take(s, flag, why)) == NULL)
			return (-1);
		args_add(s->line, sh->option, value, word);
		break;
	}
	return (0);
}

static int
args_one(struct args_scan *s, const char *word, bool flags, struct why *why)
{
	if (flags && strncmp(word, "--", 2) == 0)
		return (args_long(s, word, why));
	if (flags && word[0] == '-' && word[1] != '\0')
		return (args_cluster(s, word, why));
	if (s->line->console)
		return (fail(why, ERR_ARG, "\"%s\" is no flag, and there is "
		    "nothing else to give (weirdump takes a filter; files "
		    "are read with -r)", word));
	if (s->line->filter.n > 0)
		str_putc(&s->line->filter, ' ');
	str_puts(&s->line->filter, word);
	return (0);
}

int
args_parse(struct args_line *line, const struct opts *opts, bool console,
    int argc, char *const *argv, struct why *why)
{
	struct args_scan	 s = { line, opts, argc, 1, argv };
	const char		*word;
	bool			 flags = true;

	memset(line, 0, sizeof(*line));
	line->console = console;
	str_init(&line->filter, STR_MAX);
	while (s.at < argc) {
		word = argv[s.at++];
		if (flags && strcmp(word, "--") == 0) {
			flags = false;
			continue;
		}
		if (args_one(&s, word, flags, why) == -1) {
			args_fini(line);
			return (-1);
		}
	}
	return (0);
}

const char *
args_confdir(int argc, char *const *argv)
{
	const char	*found = NULL, *word;

	for (int i = 1; i < argc; i++) {
		word = argv[i];
		if (strcmp(word, "--") == 0)
			break;
		if (strcmp(word, "--set") == 0 && i + 1 < argc)
			word = argv[++i];
		else if (strncmp(word, "--set=", 6) == 0)
			word += 6;
		else if (strcmp(word, "--confdir") == 0 && i + 1 < argc) {
			found = argv[++i];
			continue;
		} else if (strncmp(word, "--confdir=", 10) == 0)
			word += 2;
		else
			continue;
		if (strncmp(word, "confdir=", 8) == 0 && word[8] != '\0')
			found = word + 8;
	}
	return (found);
}

/* --- setting --- */

/* All values of a sequence, at its first mention. */
static int
args_apply_seq(const struct args_line *line, size_t first, struct opts *opts,
    struct why *why)
{
	const char	*name = line->v[first].option;
	const char	**words = xcalloc(line->n, sizeof(*words));
	size_t		 n = 0;
	int		 rc;

	for (size_t i = 0; i < line->n; i++) {
		if (line->v[i].option == NULL ||
		    strcmp(line->v[i].option, name) != 0)
			continue;
		if (i < first) {
			free(words);
			return (0);	/* they were set then */
		}
		if (line->v[i].value == NULL)
			n = 0;
		else
			words[n++] = line->v[i].value;
	}
	rc = opts_set(opts, name, words, n, why);
	free(words);
	return (rc);
}

static int
args_apply_one(const struct args_line *line, size_t i, struct opts *opts,
    struct why *why)
{
	const struct args_set	*set = &line->v[i];
	const char		*words[1] = { set->value };
	int			 rc;

	if (set->option == NULL)
		return (opts_set_deferred(opts, set->value, why));
	if (opts_find(opts, set->option)->type == OPT_SEQ)
		rc = args_apply_seq(line, i, opts, why);
	else
		rc = opts_set(opts, set->option, words, set->value != NULL,
		    why);
	if (rc == -1 && set->flag[0] == '-' && set->flag[1] != '-')
		return (fail_prefix(why, "%.2s: ", set->flag));
	return (rc);
}

int
args_apply(const struct args_line *line, struct opts *opts, struct why *why)
{
	static const char *const filters[] = { "dumper_filter",
		"save_stream_filter", "readfile_filter" };

	for (size_t i = 0; i < line->n; i++)
		if (args_apply_one(line, i, opts, why) == -1)
			return (-1);
	for (size_t i = 0; i < nitems(filters) && line->filter.n > 0; i++)
		if (opts_find(opts, filters[i]) != NULL &&
		    opts_set1(opts, filters[i], str_c(&line->filter),
		    why) == -1)
			return (-1);
	return (0);
}

const char *
args_nearest(const struct opts *opts, const char *name)
{
	struct near	near;

	near_init(&near, name);
	for (size_t i = 0; i < opts_n(opts); i++)
		near_try(&near, opts_at(opts, i)->name);
	return (near.best);
}

int
args_leftover(const struct opts *opts, struct why *why)
{
	const char	*spec = opts_deferred_at(opts, 0);

	return (spec != NULL ? opts_unknown(opts, spec, why) : 0);
}
