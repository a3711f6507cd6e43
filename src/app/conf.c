#include "app/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <yaml.h>

#include "base/log.h"
#include "base/mem.h"
#include "model/opt.h"

#define LOG_TAG		"conf"

/* A file as a tree of nodes. */
struct conf {
	const char	*path;
	yaml_document_t	 doc;
	bool		 open;
};

int
conf_read_file(const char *path, struct str *out, struct why *why)
{
	FILE	*f = fopen(path, "re");
	char	*room;
	size_t	 n;
	bool	 broken;

	if (f == NULL)
		return (fail(why, ERR_FILE, "%s: %s", path, strerror(errno)));
	while ((room = str_room(out, 4096)) != NULL &&
	    (n = fread(room, 1, 4096, f)) > 0)
		str_grew(out, n);
	broken = ferror(f) != 0;
	(void)fclose(f);
	if (broken)
		return (fail(why, ERR_FILE, "%s: cannot be read", path));
	if (out->full)
		return (fail(why, ERR_CONF, "%s: larger than %zu bytes", path,
		    CONF_BYTES));
	return (0);
}

static int
bad_line(const char *path, size_t line, struct why *why)
{
	return (fail_prefix(why, "%s line %zu: ", path, line + 1));
}

static int
bad_yaml(const struct conf *c, const yaml_parser_t *ps, struct why *why)
{
	(void)fail(why, ERR_CONF, "not valid YAML: %s", ps->problem != NULL ?
	    ps->problem : "cannot be parsed");
	return (bad_line(c->path, ps->problem_mark.line, why));
}

/* The parser stops behind the first document: what follows it must be
 * nothing. */
static int
bad_rest(const struct conf *c, yaml_parser_t *ps, struct why *why)
{
	yaml_document_t	rest;
	yaml_node_t	*root;
	size_t		 line;

	if (yaml_parser_load(ps, &rest) == 0)
		return (bad_yaml(c, ps, why));
	root = yaml_document_get_root_node(&rest);
	line = root != NULL ? root->start_mark.line : 0;
	yaml_document_delete(&rest);
	if (root == NULL)
		return (0);
	(void)fail(why, ERR_CONF, "a second document begins");
	return (bad_line(c->path, line, why));
}

/* Parses the text as the file of that name. */
static int
conf_open(struct conf *c, const char *path, struct sp text, struct why *why)
{
	yaml_parser_t	ps;
	int		rc;

	c->path = path;
	c->open = false;
	if (yaml_parser_initialize(&ps) == 0)
		return (fail(why, ERR_CONF, "%s: no parser", path));
	yaml_parser_set_input_string(&ps, text.n > 0 ? text.p :
	    (const unsigned char *)"", text.n);
	c->open = yaml_parser_load(&ps, &c->doc) != 0;
	if (!c->open)
		rc = bad_yaml(c, &ps, why);
	else if (yaml_document_get_root_node(&c->doc) != NULL)
		rc = bad_rest(c, &ps, why);
	else
		rc = 0;
	yaml_parser_delete(&ps);
	return (rc);
}

static void
conf_close(struct conf *c)
{
	if (c->open)
		yaml_document_delete(&c->doc);
}

static yaml_node_t *
node_at(struct conf *c, int i)
{
	return (yaml_document_get_node(&c->doc, i));
}

/* A scalar's text; NULL: it is none. */
static const char *
node_text(const yaml_node_t *n)
{
	if (n == NULL || n->type != YAML_SCALAR_NODE)
		return (NULL);
	return ((const char *)n->data.scalar.value);
}

static bool
node_is_plain(const yaml_node_t *n)
{
	return (n->data.scalar.style == YAML_PLAIN_SCALAR_STYLE);
}

/* YAML's ways to say nothing. */
static bool
node_is_null(const yaml_node_t *n)
{
	static const char *const	nulls[] = { "", "~", "null", "Null",
	    "NULL" };
	const char			*text = node_text(n);
	size_t				 i;

	if (text == NULL || !node_is_plain(n))
		return (false);
	for (i = 0; i < nitems(nulls); i++)
		if (strcmp(text, nulls[i]) == 0)
			return (true);
	return (false);
}

/* YAML 1.1 has many words for two values. */
static const char *
bool_word(const char *text)
{
	static const char *const	yes[] = { "True", "TRUE", "yes",
	    "Yes", "on", "On" };
	static const char *const	no[] = { "False", "FALSE", "no", "No",
	    "off", "Off" };
	size_t				i;

	for (i = 0; i < nitems(yes); i++)
		if (strcmp(text, yes[i]) == 0)
			return ("true");
	for (i = 0; i < nitems(no); i++)
		if (strcmp(text, no[i]) == 0)
			return ("false");
	return (text);
}

/* The words of a value: one scalar or a list of them. */
struct value_words {
	const char	**v;
	size_t		 n;
};

static int
words_of(struct conf *c, const yaml_node_t *value, struct value_words *ws,
    struct why *why)
{
	const yaml_node_item_t	*it;
	const char		*text;

	ws->n = 0;
	ws->v = NULL;
	if (node_is_null(value))
		return (0);
	if ((text = node_text(value)) != NULL) {
		ws->v = xcalloc(1, sizeof(*ws->v));
		ws->v[ws->n++] = text;
		return (0);
	}
	if (value->type != YAML_SEQUENCE_NODE)
		return (fail(why, ERR_CONF, "a value or a list of values is"
		    " needed, not a map"));
	ws->v = xcalloc((size_t)(value->data.sequence.items.top -
	    value->data.sequence.items.start) + 1, sizeof(*ws->v));
	for (it = value->data.sequence.items.start;
	    it < value->data.sequence.items.top; it++) {
		if ((text = node_text(node_at(c, *it))) == NULL)
			return (fail(why, ERR_CONF, "its members must be"
			    " single values"));
		ws->v[ws->n++] = text;
	}
	return (0);
}

/* Scripts named in a file are found from where the file is. */
static char *
from_file(const char *file, const char *path)
{
	const char	*slash = strrchr(file, '/');

	if (slash == NULL || *path == '/' || *path == '~')
		return (xstrdup(path));
	return (xasprintf("%.*s/%s", (int)(slash - file), file, path));
}

static int
set_scripts(struct opts *os, const char *file, const struct value_words *ws,
    struct why *why)
{
	char	**paths = xcalloc(ws->n + 1, sizeof(*paths));
	size_t	  i;
	int	  rc;

	for (i = 0; i < ws->n; i++)
		paths[i] = from_file(file, ws->v[i]);
	rc = opts_set(os, "scripts", (const char *const *)paths, ws->n, why);
	for (i = 0; i < ws->n; i++)
		free(paths[i]);
	free(paths);
	return (rc);
}

/* Nobody has that option yet; perhaps a script will. */
static void
keep_for_later(struct opts *os, const struct conf *c, const char *name,
    const struct value_words *ws, struct log *log)
{
	char	*spec;
	size_t	 i;

	if (log != NULL)
		log_info(log, "%s: no option %s; kept for a script", c->path,
		    name);
	if (ws->n == 0)
		opts_set_later(os, name);
	for (i = 0; i < ws->n; i++) {
		spec = xasprintf("%s=%s", name, ws->v[i]);
		opts_set_later(os, spec);
		free(spec);
	}
}

static int
set_option(struct opts *os, struct conf *c, const yaml_node_t *key,
    const yaml_node_t *value, struct log *log, struct why *why)
{
	const char		*name = node_text(key);
	const struct opt	*o;
	struct value_words	 ws;
	int			 rc;

	if (name == NULL)
		return (fail(why, ERR_CONF, "an option's name is needed"));
	if (words_of(c, value, &ws, why) == -1) {
		free(ws.v);
		return (fail_prefix(why, "%s: ", name));
	}
	o = opts_find(os, name);
	if (o == NULL) {
		keep_for_later(os, c, name, &ws, log);
		rc = 0;
	} else if (strcmp(name, "scripts") == 0)
		rc = set_scripts(os, c->path, &ws, why);
	else {
		if (o->type == OPT_BOOL && ws.n == 1)
			ws.v[0] = bool_word(ws.v[0]);
		if (o->type == OPT_BOOL && ws.n == 0)
			rc = fail(why, ERR_CONF, "%s: true or false is"
			    " needed", name);
		else
			rc = opts_set(os, name, ws.v, ws.n, why);
	}
	free(ws.v);
	return (rc);
}

/* The map of options; *map NULL: the file says nothing. */
static int
options_map(struct conf *c, const yaml_node_t **map, struct why *why)
{
	const yaml_node_t	*root = yaml_document_get_root_node(&c->doc);

	*map = NULL;
	if (root == NULL || node_is_null(root))
		return (0);
	if (root->type != YAML_MAPPING_NODE) {
		(void)fail(why, ERR_CONF, "lines of \"option: value\" are"
		    " needed");
		return (bad_line(c->path, root->start_mark.line, why));
	}
	*map = root;
	return (0);
}

static int
set_all(struct opts *os, struct conf *c, struct log *log, struct why *why)
{
	const yaml_node_t	*root, *key;
	const yaml_node_pair_t	*pair;

	if (options_map(c, &root, why) == -1)
		return (-1);
	if (root == NULL)
		return (0);
	for (pair = root->data.mapping.pairs.start;
	    pair < root->data.mapping.pairs.top; pair++) {
		key = node_at(c, pair->key);
		if (set_option(os, c, key, node_at(c, pair->value), log,
		    why) == -1)
			return (bad_line(c->path, key->start_mark.line, why));
	}
	return (0);
}

int
conf_check_text(const char *path, struct sp text, struct why *why)
{
	const yaml_node_t	*root;
	struct conf		 c;
	int			 rc;

	rc = conf_open(&c, path, text, why);
	if (rc == 0)
		rc = options_map(&c, &root, why);
	conf_close(&c);
	return (rc);
}

int
conf_load_text(struct opts *os, const char *path, struct sp text,
    struct log *log, struct why *why)
{
	struct conf	c;
	int		rc;

	rc = conf_open(&c, path, text, why);
	if (rc == 0)
		rc = set_all(os, &c, log, why);
	conf_close(&c);
	return (rc);
}

int
conf_load(struct opts *os, const char *path, struct log *log,
    struct why *why)
{
	struct str	text;
	int		rc;

	str_init(&text, CONF_BYTES);
	rc = conf_read_file(path, &text, why);
	if (rc == 0)
		rc = conf_load_text(os, path, str_sp(&text), log, why);
	str_fini(&text);
	return (rc);
}

int
conf_load_dir(struct opts *os, const char *dir, struct log *log,
    struct why *why)
{
	static const char *const	names[] = { "config.yaml",
	    "config.yml" };
	char				*path;
	size_t				 i;
	int				 rc = 0;

	for (i = 0; i < nitems(names) && rc == 0; i++) {
		path = xasprintf("%s/%s", dir, names[i]);
		if (access(path, F_OK) == 0)
			rc = conf_load(os, path, log, why);
		free(path);
	}
	return (rc);
}

/* keys.yaml */

/* One "name: value" of an entry. */
static int
key_member(struct conf *c, const yaml_node_pair_t *pair, struct conf_key *k,
    struct value_words *ctx, struct why *why)
{
	const char		*name = node_text(node_at(c, pair->key));
	const yaml_node_t	*value = node_at(c, pair->value);
	const char		*text = node_text(value);

	if (name == NULL)
		return (fail(why, ERR_CONF, "a name is needed"));
	if (strcmp(name, "ctx") == 0 || strcmp(name, "context") == 0) {
		free(ctx->v);
		return (words_of(c, value, ctx, why));
	}
	if (text == NULL)
		return (fail(why, ERR_CONF, "%s: a text is needed", name));
	if (strcmp(name, "key") == 0)
		k->key = text;
	else if (strcmp(name, "cmd") == 0)
		k->cmd = text;
	else if (strcmp(name, "help") == 0)
		k->help = text;
	else
		return (fail(why, ERR_CONF, "%s is none of key, cmd, ctx,"
		    " help", name));
	return (0);
}

static int
key_entry(struct conf *c, const yaml_node_t *n, conf_key_fn *fn, void *arg,
    struct why *why)
{
	static const char *const	 global[] = { "global", NULL };
	struct conf_key			 k = { .help = "" };
	struct value_words		 ctx = { 0 };
	const yaml_node_pair_t		*pair;
	const char			**names = NULL;
	int				 rc = 0;

	if (n->type != YAML_MAPPING_NODE)
		return (fail(why, ERR_CONF, "a binding is needed: key, cmd,"
		    " ctx, help"));
	for (pair = n->data.mapping.pairs.start;
	    rc == 0 && pair < n->data.mapping.pairs.top; pair++)
		rc = key_member(c, pair, &k, &ctx, why);
	if (rc == 0 && (k.key == NULL || k.cmd == NULL))
		rc = fail(why, ERR_CONF, "%s is missing", k.key == NULL ?
		    "key" : "cmd");
	if (rc == 0) {
		names = xcalloc(ctx.n + 1, sizeof(*names));
		if (ctx.n > 0)
			memcpy(names, ctx.v, ctx.n * sizeof(*names));
		k.ctx = ctx.n > 0 ? (const char *const *)names : global;
		rc = fn(arg, &k, why);
	}
	free(names);
	free(ctx.v);
	return (rc);
}

static int
each_key(struct conf *c, conf_key_fn *fn, void *arg, struct why *why)
{
	const yaml_node_t	*root = yaml_document_get_root_node(&c->doc);
	const yaml_node_t	*n;
	const yaml_node_item_t	*it;

	if (root == NULL || node_is_null(root))
		return (0);
	if (root->type != YAML_SEQUENCE_NODE) {
		(void)fail(why, ERR_CONF, "a list of bindings is needed");
		return (bad_line(c->path, root->start_mark.line, why));
	}
	for (it = root->data.sequence.items.start;
	    it < root->data.sequence.items.top; it++) {
		n = node_at(c, *it);
		if (key_entry(c, n, fn, arg, why) == -1)
			return (bad_line(c->path, n->start_mark.line, why));
	}
	return (0);
}

int
conf_keys_text(const char *path, struct sp text, conf_key_fn *fn, void *arg,
    struct why *why)
{
	struct conf	c;
	int		rc;

	rc = conf_open(&c, path, text, why);
	if (rc == 0)
		rc = each_key(&c, fn, arg, why);
	conf_close(&c);
	return (rc);
}

int
conf_keys(const char *path, conf_key_fn *fn, void *arg, struct why *why)
{
	struct str	text;
	int		rc;

	str_init(&text, CONF_BYTES);
	rc = conf_read_file(path, &text, why);
	if (rc == 0)
		rc = conf_keys_text(path, str_sp(&text), fn, arg, why);
	str_fini(&text);
	return (rc);
}
