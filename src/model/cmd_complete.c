/*
 * Completion: what may stand at the cursor follows from the type of the
 * argument there, and so do the hint and the verdict.
 */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "model/cmd_int.h"
#include "model/filter.h"
#include "model/marker.h"
#include "model/opt.h"

#define FILES_MAX	1000

/* Where in a line the cursor is. */
struct spot {
	struct cmds		*cs;
	const struct reg	*r;	/* command whose argument it is; NULL:
					 * it is a command's own name */
	size_t			 arg;	/* index of that argument */
	bool			 known;	/* the commands so far exist */
	bool			 fine;	/* and so are their arguments */
	char			*option; /* the option before it, or NULL */
	const char		*word;	/* what is typed of it */
	size_t			 len;
	struct cmd_res		*list;
};

static bool
spot_begins(const struct spot *sp, const char *name)
{
	return (strncmp(name, sp->word, sp->len) == 0);
}

/* Lists a whole word, quoted where the lexer wants it. */
static void
spot_give(struct spot *sp, const char *name)
{
	struct str	s;

	str_init(&s, STR_MAX);
	words_quote(&s, sp_of(name));
	cmd_res_add(sp->list, str_sp(&s));
	str_fini(&s);
}

static void
spot_offer(struct spot *sp, const char *name)
{
	if (spot_begins(sp, name))
		spot_give(sp, name);
}

static void
offer_all(struct spot *sp, const char *const *names)
{
	size_t	i;

	for (i = 0; names[i] != NULL; i++)
		spot_offer(sp, names[i]);
}

static void
offer_commands(struct spot *sp)
{
	size_t	i;

	for (i = 0; i < cmds_n(sp->cs); i++)
		spot_offer(sp, cmds_at(sp->cs, i)->name);
}

static void
offer_options(struct spot *sp)
{
	size_t	i;

	for (i = 0; sp->cs->opts != NULL && i < opts_n(sp->cs->opts); i++)
		spot_offer(sp, opts_at(sp->cs->opts, i)->name);
}

static void
offer_filters(struct spot *sp)
{
	const struct filter_op	*op;
	unsigned		 i;

	for (i = 0; (op = filter_op_at(i)) != NULL; i++)
		spot_offer(sp, op->code);
}

static void
offer_flows(struct spot *sp)
{
	static const char *const	specs[] = { "@all", "@focus", "@shown",
	    "@hidden", "@marked", "@unmarked", NULL };

	offer_all(sp, specs);
	offer_filters(sp);
}

/* The last member of a,b,c is completed; what is before it stays. */
static void
offer_cuts(struct spot *sp)
{
	static const char *const	cuts[] = {
		"request.method", "request.scheme", "request.host",
		"request.http_version", "request.port", "request.path",
		"request.url", "request.text", "request.content",
		"request.raw_content", "request.timestamp_start",
		"request.timestamp_end", "request.header[",
		"response.status_code", "response.reason", "response.text",
		"response.content", "response.raw_content",
		"response.timestamp_start", "response.timestamp_end",
		"response.header[", "client_conn.peername.port",
		"client_conn.peername.host", "client_conn.tls_version",
		"client_conn.sni", "client_conn.tls_established",
		"server_conn.address.port", "server_conn.address.host",
		"server_conn.ip_address.host", "server_conn.tls_version",
		"server_conn.sni", "server_conn.tls_established", NULL };
	size_t	 i, head = sp->len;
	char	*whole;

	while (head > 0 && sp->word[head - 1] != ',')
		head--;
	for (i = 0; cuts[i] != NULL; i++) {
		if (strncmp(cuts[i], sp->word + head, sp->len - head) != 0)
			continue;
		whole = xasprintf("%.*s%s", (int)head, sp->word, cuts[i]);
		spot_give(sp, whole);
		free(whole);
	}
}

/* A thousand names only when somebody began one. */
static void
offer_markers(struct spot *sp)
{
	static const char *const	common[] = { "true", "false",
	    ":default:", NULL };
	const char			*name;
	char				*whole;
	unsigned			 i;

	offer_all(sp, common);
	for (i = 0; sp->len > 0 && (name = marker_at(i)) != NULL; i++) {
		whole = xasprintf(":%s:", name);
		spot_offer(sp, whole);
		free(whole);
	}
}

static int
by_name(const void *a, const void *b)
{
	return (strcmp(*(char *const *)a, *(char *const *)b));
}

/* One entry of a directory, unless it is hidden or of another name. */
static void
offer_file(struct spot *sp, const char *dir, size_t head,
    const struct dirent *e)
{
	const char	*typed = sp->word + head;
	size_t		 n = sp->len - head;
	struct stat	 st;
	char		*path, *whole;
	bool		 is_dir;

	if (strncmp(e->d_name, typed, n) != 0 || (*typed != '.' &&
	    e->d_name[0] == '.') || strcmp(e->d_name, ".") == 0 ||
	    strcmp(e->d_name, "..") == 0)
		return;
	path = xasprintf("%s/%s", dir, e->d_name);
	is_dir = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	whole = xasprintf("%.*s%s%s", (int)head, sp->word, e->d_name,
	    is_dir ? "/" : "");
	spot_give(sp, whole);
	free(whole);
	free(path);
}

/* The directory is typed as it stands, ~ included, and kept so. */
static void
offer_files(struct spot *sp)
{
	size_t		 head = sp->len;
	struct str	 dir;
	struct dirent	*e;
	DIR		*d;
	char		*front;

	while (head > 0 && sp->word[head - 1] != '/')
		head--;
	front = xspdup(sp_mem(sp->word, head));
	str_init(&dir, STR_MAX);
	cmd_expand_path(head > 0 ? front : ".", &dir);
	free(front);
	if ((d = opendir(str_c(&dir))) != NULL) {
		while (sp->list->n < FILES_MAX && (e = readdir(d)) != NULL)
			offer_file(sp, str_c(&dir), head, e);
		(void)closedir(d);
	}
	str_fini(&dir);
	if (sp->list->n > 0)
		qsort(sp->list->list, sp->list->n, sizeof(*sp->list->list),
		    by_name);
}

/* What the option that was named before takes. */
static void
offer_values(struct spot *sp)
{
	static const char *const	bools[] = { "false", "toggle", "true",
	    NULL };
	const struct opt		*o;

	if (sp->cs->opts == NULL ||
	    (o = opts_find(sp->cs->opts, sp->option)) == NULL)
		return;
	if (o->type == OPT_BOOL)
		offer_all(sp, bools);
	else if (o->type == OPT_CHOICE)
		offer_all(sp, o->choices);
	else if ((o->flags & OPT_PATH) != 0)
		offer_files(sp);
	else if ((o->flags & OPT_FILTER) != 0)
		offer_filters(sp);
}

static void
offer(struct spot *sp, const struct arg_spec *spec)
{
	static const char *const	bools[] = { "false", "true", NULL };

	switch (ARG_TYPE(spec)) {
	case ARG_FLOW:
	case ARG_FLOWS:
	case ARG_PICK:
		offer_flows(sp);
		break;
	case ARG_BOOL:
		offer_all(sp, bools);
		break;
	case ARG_PATH:
		offer_files(sp);
		break;
	case ARG_CUT:
		offer_cuts(sp);
		break;
	case ARG_CMD:
		offer_commands(sp);
		break;
	case ARG_MARKER:
		offer_markers(sp);
		break;
	case ARG_OPTION:
		offer_options(sp);
		break;
	case ARG_CHOICE:
		offer_all(sp, spec->choices(sp->r->ctx));
		break;
	default:
		if (sp->option != NULL)
			offer_values(sp);
		break;
	}
}

/* The command's own name, or an argument that is itself a command whose
 * arguments follow ("console.command.confirm x flow.kill @focus"). */
static void
spot_enter(struct spot *sp, const char *name)
{
	sp->r = cmd_reg(sp->cs, name);
	sp->arg = 0;
	if (sp->r == NULL)
		sp->known = sp->fine = false;
}

static void
spot_option(struct spot *sp, const char *word)
{
	free(sp->option);
	sp->option = xspdup(sp_split(sp_of(word), '=', &(struct sp){ 0 }));
}

/* Steps over one whole word. */
static void
spot_pass(struct spot *sp, const char *word)
{
	const struct arg_spec	*spec;

	if (!sp->known)
		return;
	if (sp->r == NULL) {
		spot_enter(sp, word);
		return;
	}
	if ((spec = cmd_spec_at(sp->r->row, sp->arg)) == NULL) {
		sp->fine = false;
		return;
	}
	if (ARG_TYPE(spec) == ARG_CMD) {
		spot_enter(sp, word);
		return;
	}
	if (!cmd_arg_looks(sp->cs, sp->r, spec, word))
		sp->fine = false;
	if (ARG_TYPE(spec) == ARG_OPTION)
		spot_option(sp, word);
	sp->arg++;
}

/* Names of the arguments after the one at the cursor. */
static void
put_hint(const struct spot *sp, struct str *hint)
{
	const struct arg_spec	*spec;
	size_t			 i;

	if (!sp->known || sp->r == NULL)
		return;
	for (i = sp->arg; (spec = cmd_spec_at(sp->r->row, i)) != NULL; i++) {
		str_printf(hint, "%s%s%s", hint->n > 0 ? " " : "",
		    (spec->type & ARG_REST) != 0 ? "*" : "", spec->name);
		if ((spec->type & ARG_REST) != 0)
			break;
	}
}

/* Does the word at the cursor, as far as it goes, have a meaning? */
static bool
spot_is_fine(struct spot *sp, const char *word)
{
	const struct arg_spec	*spec;

	if (!sp->fine)
		return (false);
	if (*word == '\0')
		return (true);
	if (sp->r == NULL)
		return (cmd_reg(sp->cs, word) != NULL);
	spec = cmd_spec_at(sp->r->row, sp->arg);
	return (spec != NULL && cmd_arg_looks(sp->cs, sp->r, spec, word));
}

/* Index of the word the cursor touches, or how many are before it. */
static size_t
word_at(const struct words *ws, size_t cursor, bool *inside)
{
	size_t	i;

	for (i = 0; i < ws->n; i++) {
		*inside = cursor >= ws->v[i].from && cursor <= ws->v[i].to;
		if (*inside || ws->v[i].from > cursor)
			return (i);
	}
	*inside = false;
	return (i);
}

void
cmds_complete(struct cmds *cs, const char *line, size_t cursor,
    struct completion *c)
{
	struct spot		 sp = { .cs = cs, .known = true, .fine = true };
	const struct arg_spec	*spec;
	const struct word	*w;
	struct words		 ws;
	const char		*whole = "";
	size_t			 i, at, skip;
	bool			 inside;

	cmd_res_init(&c->list);
	str_init(&c->hint, 4096);
	c->list.kind = RES_LIST;
	c->from = cursor;
	words_split(&ws, line);
	at = word_at(&ws, cursor, &inside);
	for (i = 0; i < at; i++)
		spot_pass(&sp, ws.v[i].text);
	sp.list = &c->list;
	sp.word = "";
	if (inside) {
		w = &ws.v[at];
		c->from = w->from;
		sp.word = whole = w->text;
		skip = w->from + w->quoted;
		sp.len = cursor > skip ? cursor - skip : 0;
		if (sp.len > strlen(w->text))
			sp.len = strlen(w->text);
	}
	c->valid = spot_is_fine(&sp, whole);
	if (sp.known && sp.r == NULL)
		offer_commands(&sp);
	else if (sp.known &&
	    (spec = cmd_spec_at(sp.r->row, sp.arg)) != NULL)
		offer(&sp, spec);
	/* What is being typed needs no hint any more. */
	if (sp.r == NULL)
		sp.r = cmd_reg(cs, whole);
	else if (*whole != '\0')
		sp.arg++;
	put_hint(&sp, &c->hint);
	free(sp.option);
	words_fini(&ws);
}

void
completion_fini(struct completion *c)
{
	cmd_res_fini(&c->list);
	str_fini(&c->hint);
}
