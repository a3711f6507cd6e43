/*
 * The types of arguments: one row and one parser each.
 */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "model/cmd_int.h"
#include "model/filter.h"
#include "model/opt.h"

#define ARG_TEXT_MAX	((size_t)16 << 20)

/* What a parser is given. */
struct arg_in {
	struct cmds		*cs;
	const struct reg	*r;
	const struct arg_spec	*spec;
	const char		*word;
	struct why		*why;
};

static void
arg_set(struct argval *v, struct sp text)
{
	v->s = xspdup(text);
	v->len = text.n;
}

static void
arg_take(struct argval *v, struct str *s)
{
	str_puts(s, "");
	v->len = s->n;
	v->s = str_take(s);
}

/* Python's escapes (its reference manual, "String and Bytes literals"). */

static const char	esc_from[] = "\\'\"abfnrtv";
static const char	esc_to[] = "\\'\"\a\b\f\n\r\t\v";

static void
put_code(struct str *out, uint32_t code, bool bytes)
{
	char	utf8[4];
	size_t	n;

	if (bytes) {
		str_putc(out, (int)(code & 0xff));
		return;
	}
	if ((n = utf8_encode(code, utf8)) > 0)
		str_add(out, sp_mem(utf8, n));
}

static size_t
get_octal(struct sp in, uint32_t *code)
{
	size_t	i;

	*code = 0;
	for (i = 0; i < in.n && i < 3; i++) {
		if (in.p[i] < '0' || in.p[i] > '7')
			break;
		*code = *code << 3 | (uint32_t)(in.p[i] - '0');
	}
	return (i);
}

/* One escape after its backslash: bytes used, 0: it is none, -1: broken. */
static int
unescape_one(struct sp in, bool bytes, struct str *out, struct why *why)
{
	const char	*at;
	uint32_t	 code;
	size_t		 digits;

	if (in.n == 0)
		return (0);
	at = in.p[0] != '\0' ? strchr(esc_from, in.p[0]) : NULL;
	if (at != NULL) {
		str_putc(out, esc_to[at - esc_from]);
		return (1);
	}
	if ((digits = get_octal(in, &code)) > 0) {
		put_code(out, code, bytes);
		return ((int)digits);
	}
	digits = in.p[0] == 'x' ? 2 : 0;
	if (!bytes && (in.p[0] == 'u' || in.p[0] == 'U'))
		digits = in.p[0] == 'u' ? 4 : 8;
	if (digits == 0)
		return (0);
	if (sp_hex(sp_skip(in, 1), digits, &code) == -1 || code > 0x10ffff)
		return (fail(why, ERR_CMD_ARGS, "\\%c needs %zu hexadecimal"
		    " digits", in.p[0], digits));
	put_code(out, code, bytes);
	return ((int)digits + 1);
}

static int
unescape(const struct arg_in *in, bool bytes, struct argval *v)
{
	struct sp	text = sp_of(in->word);
	struct str	out;
	int		used;

	str_init(&out, ARG_TEXT_MAX);
	while (text.n > 0) {
		used = 0;
		if (text.p[0] == '\\')
			used = unescape_one(sp_skip(text, 1), bytes, &out,
			    in->why);
		if (used == -1) {
			str_fini(&out);
			return (-1);
		}
		if (used == 0)
			str_putc(&out, text.p[0]);
		text = sp_skip(text, (size_t)used + 1);
	}
	arg_take(v, &out);
	return (0);
}

static int
parse_str(const struct arg_in *in, struct argval *v)
{
	return (unescape(in, false, v));
}

static int
parse_bytes(const struct arg_in *in, struct argval *v)
{
	return (unescape(in, true, v));
}

static int
parse_raw(const struct arg_in *in, struct argval *v)
{
	arg_set(v, sp_of(in->word));
	return (0);
}

static int
parse_int(const struct arg_in *in, struct argval *v)
{
	char	*end;

	errno = 0;
	v->i = strtoll(in->word, &end, 10);
	if (*in->word == '\0' || *end != '\0' || errno != 0)
		return (fail(in->why, ERR_CMD_ARGS, "%s: \"%s\" is not a whole"
		    " number", in->spec->name, in->word));
	return (parse_raw(in, v));
}

static int
parse_bool(const struct arg_in *in, struct argval *v)
{
	v->i = strcmp(in->word, "true") == 0;
	if (v->i == 0 && strcmp(in->word, "false") != 0)
		return (fail(in->why, ERR_CMD_ARGS, "%s: \"%s\" is neither true"
		    " nor false", in->spec->name, in->word));
	return (parse_raw(in, v));
}

static const char *
home_of(const char *user)
{
	const struct passwd	*pw;
	const char		*home;

	if (*user == '\0' && (home = getenv("HOME")) != NULL && *home != '\0')
		return (home);
	pw = *user == '\0' ? getpwuid(getuid()) : getpwnam(user);
	return (pw != NULL ? pw->pw_dir : NULL);
}

void
cmd_expand_path(const char *path, struct str *out)
{
	size_t		 n = strcspn(path, "/");
	const char	*home;
	char		*user;

	if (*path == '~') {
		user = xspdup(sp_mem(path + 1, n - 1));
		home = home_of(user);
		free(user);
		if (home != NULL) {
			str_puts(out, home);
			path += n;
		}
	}
	str_puts(out, path);
}

static int
parse_path(const struct arg_in *in, struct argval *v)
{
	struct str	out;

	if (in->word[0] == '\0')
		return (fail(in->why, ERR_CMD_ARGS, "a path is needed"));
	str_init(&out, ARG_TEXT_MAX);
	cmd_expand_path(in->word, &out);
	arg_take(v, &out);
	return (0);
}

/* The flows stay alive while the command runs, whatever it does. */
static int
parse_flows(const struct arg_in *in, struct argval *v)
{
	size_t	i;
	int	rc;

	if (in->cs->resolve == NULL)
		return (fail(in->why, ERR_CMD_ARGS, "there are no flows here"));
	rc = in->cs->resolve(in->cs->resolve_arg, sp_of(in->word), &v->flows,
	    in->why);
	for (i = 0; i < v->flows.n; i++)
		(void)flow_ref(v->flows.v[i]);
	return (rc == -1 ? -1 : parse_raw(in, v));
}

/* What a script hands over is in no store. */
static int
parse_pick(const struct arg_in *in, struct argval *v)
{
	if (sp_starts(sp_of(in->word), "@script:"))
		return (parse_flows(in, v));
	return (parse_raw(in, v));
}

static int
parse_flow(const struct arg_in *in, struct argval *v)
{
	if (parse_flows(in, v) == -1)
		return (-1);
	if (v->flows.n == 1)
		return (0);
	if (v->flows.n == 0)
		return (fail(in->why, ERR_CMD_ARGS, "one flow is needed, and"
		    " \"%s\" is none", in->word));
	return (fail(in->why, ERR_CMD_ARGS, "one flow is needed, and \"%s\" is"
	    " %zu", in->word, v->flows.n));
}

static int
parse_cmd(const struct arg_in *in, struct argval *v)
{
	if (cmd_reg(in->cs, in->word) == NULL)
		return (cmd_unknown(in->cs, in->word, in->why));
	return (parse_raw(in, v));
}

/* "true" is the default mark and "false" none, as in flow files. */
static int
parse_marker(const struct arg_in *in, struct argval *v)
{
	struct sp	word = sp_of(in->word);

	if (sp_is(word, "true"))
		word = SP(":default:");
	else if (sp_is(word, "false"))
		word = SPNIL;
	else if (!(word.n > 2 && word.p[0] == ':' &&
	    word.p[word.n - 1] == ':') &&
	    !(word.n > 0 && utf8_valid(word) &&
	    utf8_grapheme(word) == word.n))
		return (fail(in->why, ERR_CMD_ARGS, "\"%s\" is no marker: true,"
		    " false, one character, or a name like :grapes:",
		    in->word));
	arg_set(v, word);
	return (0);
}

static int
parse_choice(const struct arg_in *in, struct argval *v)
{
	const char *const	*names = in->spec->choices(in->r->ctx);
	struct str		 s;
	size_t			 i;

	for (i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], in->word) == 0)
			return (parse_raw(in, v));
	str_init(&s, 120);
	for (i = 0; names[i] != NULL; i++)
		str_printf(&s, "%s%s", i > 0 ? ", " : "", names[i]);
	(void)fail(in->why, ERR_CMD_ARGS, "%s: \"%s\" is none of %s",
	    in->spec->name, in->word, str_c(&s));
	str_fini(&s);
	return (-1);
}

static const struct arg_row {
	const char	*name;
	int		(*parse)(const struct arg_in *, struct argval *);
} arg_rows[ARG_TYPE_N] = {
	[ARG_END]	= { "",		NULL },
	[ARG_STR]	= { "str",	parse_str },
	[ARG_BYTES]	= { "bytes",	parse_bytes },
	[ARG_INT]	= { "int",	parse_int },
	[ARG_BOOL]	= { "bool",	parse_bool },
	[ARG_PATH]	= { "path",	parse_path },
	[ARG_FLOW]	= { "flow",	parse_flow },
	[ARG_FLOWS]	= { "flow[]",	parse_flows },
	[ARG_PICK]	= { "flow[]",	parse_pick },
	[ARG_LIST]	= { "str[]",	parse_raw },
	[ARG_CUT]	= { "cut[]",	parse_raw },
	[ARG_CMD]	= { "cmd",	parse_cmd },
	[ARG_RAW]	= { "arg",	parse_raw },
	[ARG_MARKER]	= { "marker",	parse_marker },
	[ARG_OPTION]	= { "option",	parse_raw },
	[ARG_CHOICE]	= { "choice",	parse_choice },
};

const char *
arg_type_name(enum arg_type type)
{
	return (arg_rows[type].name);
}

int
cmd_arg_parse(struct cmds *cs, const struct reg *r,
    const struct arg_spec *spec, const char *word, struct argval *v,
    struct why *why)
{
	struct arg_in	in = { cs, r, spec, word, why };

	return (arg_rows[ARG_TYPE(spec)].parse(&in, v));
}

void
cmd_arg_fini(struct argval *v)
{
	size_t	i;
	char	*text;

	for (i = 0; i < v->flows.n; i++)
		flow_unref(v->flows.v[i]);
	flows_fini(&v->flows);
	/* Ours since cmd_arg_parse(); const for the commands. */
	memcpy(&text, &v->s, sizeof(text));
	free(text);
	memset(v, 0, sizeof(*v));
}

/* "@focus" and "@0123..." look like flows, so does any filter. */
static bool
looks_like_flows(const char *word)
{
	struct filter	*f;

	if (*word == '@')
		return (word[1] != '\0');
	if ((f = filter_parse(sp_of(word), NULL)) == NULL)
		return (false);
	filter_unref(f);
	return (true);
}

bool
cmd_arg_looks(struct cmds *cs, const struct reg *r,
    const struct arg_spec *spec, const char *word)
{
	struct argval	v = { 0 };
	char		*name;
	bool		fine;

	switch (ARG_TYPE(spec)) {
	case ARG_FLOW:
	case ARG_FLOWS:
	case ARG_PICK:
		return (looks_like_flows(word));
	case ARG_OPTION:
		name = xspdup(sp_split(sp_of(word), '=', &(struct sp){ 0 }));
		fine = cs->opts == NULL || opts_find(cs->opts, name) != NULL;
		free(name);
		return (fine);
	default:
		fine = cmd_arg_parse(cs, r, spec, word, &v, NULL) == 0;
		cmd_arg_fini(&v);
		return (fine);
	}
}
