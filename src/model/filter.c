/*
 * The grammar, tightest first (mitmproxy-features.md 6.2):
 *
 *	atom	"(" all ")" | operator [argument] | word | string
 *	not	"!" not | atom
 *	and	not { "&" not }
 *	or	and { "|" and }
 *	all	or { or }		one after the other is "and" again
 *
 * A word runs up to a blank, a bracket, a quote or a ~, so that !, & and |
 * inside one belong to its regex; at the front of an operand ! is "not".
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "model/filter_int.h"

#define FILTER_BYTES	65536
#define FILTER_LINKS	2000	/* of &, | and neighbours, all together */

struct filter {
	atomic_uint		 refs;
	char			*text;
	struct filter_node	*root;
};

/* What is left of the text, and how deep we are in it. */
struct parse {
	struct sp	 in, all;
	unsigned	 depth, links;
	bool		 fold;		/* regexes ignore case */
	struct why	*why;
};

static struct filter_node *parse_all(struct parse *, bool inner);

static void
node_free(struct filter_node *n)
{
	if (n == NULL)
		return;
	node_free(n->a);
	node_free(n->b);
	regex_free(n->regex);
	free(n);
}

static struct filter_node *
node_new(enum filter_kind kind, struct filter_node *a, struct filter_node *b)
{
	struct filter_node	*n = xcalloc(1, sizeof(*n));

	n->kind = kind;
	n->a = a;
	n->b = b;
	return (n);
}

/* The lexer */

static bool
is_blank(int c)
{
	return (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

static void
skip_blanks(struct parse *ps)
{
	while (ps->in.n > 0 && is_blank(ps->in.p[0]))
		ps->in = sp_skip(ps->in, 1);
}

/* The byte at the front, -1 at the end. */
static int
peek(const struct parse *ps)
{
	return (ps->in.n > 0 ? ps->in.p[0] : -1);
}

static struct filter_node *
bad(struct parse *ps, const char *what, struct sp at)
{
	(void)fail(ps->why, ERR_FILTER, "invalid filter expression \"%.*s\":"
	    " %s%s%.*s", SPF(sp_cut(ps->all, 0, 80)), what, at.n > 0 ? " " :
	    "", SPF(sp_cut(at, 0, 40)));
	return (NULL);
}

static bool
ends_word(int c)
{
	return (c == '(' || c == ')' || c == '~' || c == '\'' || c == '"' ||
	    is_blank(c));
}

static struct sp
take(struct parse *ps, size_t n)
{
	struct sp	got = sp_cut(ps->in, 0, n);

	ps->in = sp_skip(ps->in, n);
	return (got);
}

static struct sp
take_word(struct parse *ps)
{
	size_t	n = 0;

	while (n < ps->in.n && !ends_word(ps->in.p[n]))
		n++;
	/* "~m get&~d a": what stands before an operator joins it. */
	if (n > 1 && n < ps->in.n && ps->in.p[n] == '~' &&
	    (ps->in.p[n - 1] == '&' || ps->in.p[n - 1] == '|'))
		n--;
	return (take(ps, n));
}

/* A quoted string: \t \n \r \f are blanks, any other \x is x. */
static int
take_string(struct parse *ps, struct str *out)
{
	static const char	 from[] = "tnrf", to[] = "\t\n\r\f";
	const char		*at;
	int			 quote = ps->in.p[0], c;

	ps->in = sp_skip(ps->in, 1);
	while ((c = peek(ps)) != -1 && c != quote) {
		ps->in = sp_skip(ps->in, 1);
		if (c == '\\' && peek(ps) != -1) {
			c = take(ps, 1).p[0];
			at = c != '\0' ? strchr(from, c) : NULL;
			if (at != NULL)
				c = to[at - from];
		}
		str_putc(out, c);
	}
	if (c == -1) {
		(void)bad(ps, "a quote is not closed", SPNIL);
		return (-1);
	}
	ps->in = sp_skip(ps->in, 1);
	return (0);
}

/* The argument of an operator: a word or a string. */
static int
take_argument(struct parse *ps, struct str *out)
{
	skip_blanks(ps);
	if (peek(ps) == '"' || peek(ps) == '\'')
		return (take_string(ps, out));
	str_add(out, take_word(ps));
	return (out->n > 0 ? 0 : -1);
}

/* Operands */

static struct filter_node *
regex_node(struct parse *ps, const struct filter_row *row, struct sp text)
{
	struct filter_node	*n;
	struct regex		*re;
	struct why		 why;

	re = regex_new_flags(text, row->regex | (ps->fold ? REGEX_ICASE : 0),
	    &why);
	if (re == NULL)
		return (bad(ps, why.text, SPNIL));
	n = node_new(FN_OP, NULL, NULL);
	n->row = row;
	n->regex = re;
	return (n);
}

static struct filter_node *
parse_regex(struct parse *ps, const struct filter_row *row)
{
	struct filter_node	*n = NULL;
	struct str		 s;

	str_init(&s, FILTER_BYTES);
	if (take_argument(ps, &s) == 0)
		n = regex_node(ps, row, str_sp(&s));
	else if (ps->why == NULL || ps->why->code == ERR_NONE)
		(void)bad(ps, "a regex is missing after",
		    sp_of(row->op.code));
	str_fini(&s);
	return (n);
}

/* How a status may be compared: 404, >=400, <300, 200-299. */
static int
parse_bounds(struct sp text, int *from, int *to)
{
	uint64_t	a, b;
	struct sp	rest;
	bool		above = sp_starts(text, ">");
	bool		below = sp_starts(text, "<");
	int		open;

	if (above || below) {
		text = sp_skip(text, 1);
		open = !sp_starts(text, "=");
		if (!open)
			text = sp_skip(text, 1);
		if (sp_u64(text, &a) == -1 || a > 999)
			return (-1);
		*from = above ? (int)a + open : 0;
		*to = above ? 999 : (int)a - open;
		return (0);
	}
	text = sp_split(text, '-', &rest);
	if (sp_u64(text, &a) == -1 || a > 999999)
		return (-1);
	b = a;
	if (rest.p != NULL && rest.n > 0 && sp_u64(rest, &b) == -1)
		return (-1);
	*from = (int)a;
	*to = b > 999999 ? 999999 : (int)b;
	return (0);
}

/* Ends at & and |, too: a number has none inside. */
static struct filter_node *
parse_code(struct parse *ps, const struct filter_row *row)
{
	struct filter_node	*n;
	struct sp		 word;
	size_t			 len = 0;

	skip_blanks(ps);
	while (len < ps->in.n && !ends_word(ps->in.p[len]) &&
	    ps->in.p[len] != '&' && ps->in.p[len] != '|')
		len++;
	word = take(ps, len);
	if (len == 0)
		return (bad(ps, "a status is missing after ~c", SPNIL));
	n = node_new(FN_OP, NULL, NULL);
	n->row = row;
	if (parse_bounds(word, &n->from, &n->to) == 0)
		return (n);
	node_free(n);
	return (bad(ps, "~c takes a status code such as 404 or >=400, not",
	    word));
}

static struct filter_node *
parse_operator(struct parse *ps)
{
	const struct filter_row	*row;
	struct filter_node	*n;
	struct sp		 code;
	size_t			 len = 1;

	while (len < ps->in.n && !ends_word(ps->in.p[len]) &&
	    strchr("&|!", ps->in.p[len]) == NULL)
		len++;
	code = take(ps, len);
	if ((row = filter_row_of(code)) == NULL)
		return (bad(ps, "there is no operator", code));
	if (row->arg == FA_REGEX)
		return (parse_regex(ps, row));
	if (row->arg == FA_CODE)
		return (parse_code(ps, row));
	n = node_new(FN_OP, NULL, NULL);
	n->row = row;
	return (n);
}

static struct filter_node *
parse_bracket(struct parse *ps)
{
	struct filter_node	*n;

	ps->in = sp_skip(ps->in, 1);
	if ((n = parse_all(ps, true)) == NULL)
		return (NULL);
	if (peek(ps) == ')') {
		ps->in = sp_skip(ps->in, 1);
		return (n);
	}
	node_free(n);
	return (bad(ps, "a bracket is not closed", SPNIL));
}

static struct filter_node *
parse_atom(struct parse *ps)
{
	skip_blanks(ps);
	switch (peek(ps)) {
	case -1:
		return (bad(ps, "something is missing at the end", SPNIL));
	case '(':
		return (parse_bracket(ps));
	case ')':
		return (bad(ps, "unexpected", ps->in));
	case '~':
		return (parse_operator(ps));
	}
	return (parse_regex(ps, filter_row_bare()));
}

static struct filter_node *
parse_not(struct parse *ps)
{
	struct filter_node	*n;

	if (ps->depth++ >= limit_of(FILTER_DEPTH))
		return (bad(ps, "it is nested too deeply", SPNIL));
	skip_blanks(ps);
	if (peek(ps) == '!') {
		ps->in = sp_skip(ps->in, 1);
		n = parse_not(ps);
		if (n != NULL)
			n = node_new(FN_NOT, n, NULL);
	} else
		n = parse_atom(ps);
	ps->depth--;
	return (n);
}

/* "a op b op c" leans to the left: the tree is as deep as the chain is
 * long, so chains count as nesting, too. */
static struct filter_node *
parse_chain(struct parse *ps, int op, enum filter_kind kind,
    struct filter_node *(*next)(struct parse *))
{
	struct filter_node	*n, *b;

	if ((n = next(ps)) == NULL)
		return (NULL);
	for (skip_blanks(ps); peek(ps) == op; skip_blanks(ps)) {
		ps->in = sp_skip(ps->in, 1);
		b = ++ps->links < FILTER_LINKS ? next(ps) :
		    bad(ps, "it is too long", SPNIL);
		if (b == NULL) {
			node_free(n);
			return (NULL);
		}
		n = node_new(kind, n, b);
	}
	return (n);
}

static struct filter_node *
parse_and(struct parse *ps)
{
	return (parse_chain(ps, '&', FN_AND, parse_not));
}

static struct filter_node *
parse_or(struct parse *ps)
{
	return (parse_chain(ps, '|', FN_OR, parse_and));
}

static struct filter_node *
parse_all(struct parse *ps, bool inner)
{
	struct filter_node	*n, *b;

	if ((n = parse_or(ps)) == NULL)
		return (NULL);
	for (skip_blanks(ps); peek(ps) != -1; skip_blanks(ps)) {
		if (inner && peek(ps) == ')')
			break;
		b = ++ps->links < FILTER_LINKS ? parse_or(ps) :
		    bad(ps, "it is too long", SPNIL);
		if (b == NULL) {
			node_free(n);
			return (NULL);
		}
		n = node_new(FN_AND, n, b);
	}
	return (n);
}

/* As the reference does since 11.1: case counts only when asked for. */
static bool
folds_case(void)
{
	const char	*env = getenv("MITMPROXY_CASE_SENSITIVE_FILTERS");

	return (env == NULL || strcmp(env, "1") != 0);
}

struct filter *
filter_parse(struct sp text, struct why *why)
{
	struct why		 own = { 0 };
	struct parse		 ps = { .in = text, .all = text,
				    .fold = folds_case(), .why = &own };
	struct filter		*f;
	struct filter_node	*root;

	if (text.n > FILTER_BYTES)
		root = bad(&ps, "it is too long", SPNIL);
	else if (sp_trim(text).n == 0)
		root = bad(&ps, "it is empty", SPNIL);
	else
		root = parse_all(&ps, false);
	if (root == NULL) {
		if (why != NULL)
			*why = own;
		return (NULL);
	}
	f = xcalloc(1, sizeof(*f));
	atomic_init(&f->refs, 1);
	f->text = xspdup(text);
	f->root = root;
	return (f);
}

struct filter *
filter_ref(struct filter *f)
{
	atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
	return (f);
}

void
filter_unref(struct filter *f)
{
	if (f == NULL || atomic_fetch_sub_explicit(&f->refs, 1,
	    memory_order_acq_rel) != 1)
		return;
	node_free(f->root);
	free(f->text);
	free(f);
}

const char *
filter_text(const struct filter *f)
{
	return (f->text);
}

static bool
node_match(const struct filter_node *n, const struct flow *f)
{
	switch (n->kind) {
	case FN_OP:
		return (n->row->match(n, f));
	case FN_NOT:
		return (!node_match(n->a, f));
	case FN_AND:
		return (node_match(n->a, f) && node_match(n->b, f));
	case FN_OR:
		break;
	}
	return (node_match(n->a, f) || node_match(n->b, f));
}

bool
filter_match(const struct filter *f, const struct flow *flow)
{
	return (node_match(f->root, flow));
}

bool
filter_match_last(const struct filter *f, const struct flow *flow)
{
	const struct frames	*all = &flow->frames;
	struct flow		 view = *flow;	/* borrowed, all of it */
	struct frames		 one = { 0 };
	struct websocket	 w;
	struct frame		 last;
	bool			 hit;

	if (flow->websocket != NULL)
		all = &flow->websocket->frames;
	if (all->n == 0)
		return (filter_match(f, flow));
	last = *frames_last(all);
	(void)blob_ref(last.data);
	frames_add(&one, last);
	if (flow->websocket != NULL) {
		w = *flow->websocket;
		w.frames = one;
		view.websocket = &w;
	} else
		view.frames = one;
	hit = filter_match(f, &view);
	frames_fini(&one);
	return (hit);
}

/* Kleene's three values, ordered so that "and" is the lesser and "or" the
 * greater. */
enum tri { TRI_NO, TRI_MAYBE, TRI_YES };

/* What is known of a flow. */
struct known {
	const struct flow	*flow;		/* or NULL: only the brief */
	unsigned		 unknown;	/* FK_*, of the flow */
	const struct brief	*brief;
};

static enum tri
op_tri(const struct filter_node *n, const struct known *k)
{
	bool	yes;

	if (k->flow != NULL && (n->row->needs & k->unknown) == 0)
		yes = n->row->match(n, k->flow);
	else if (k->brief != NULL && n->row->brief != NULL &&
	    (n->regex == NULL || !(k->brief->flags & BRIEF_VAGUE)))
		yes = n->row->brief(n, k->brief);
	else
		return (TRI_MAYBE);
	return (yes ? TRI_YES : TRI_NO);
}

static enum tri
node_tri(const struct filter_node *n, const struct known *k)
{
	enum tri	a, b;

	switch (n->kind) {
	case FN_OP:
		return (op_tri(n, k));
	case FN_NOT:
		return (TRI_YES - node_tri(n->a, k));
	case FN_AND:
	case FN_OR:
		break;
	}
	a = node_tri(n->a, k);
	if (a == (n->kind == FN_AND ? TRI_NO : TRI_YES))
		return (a);
	b = node_tri(n->b, k);
	if (n->kind == FN_AND)
		return (a < b ? a : b);
	return (a > b ? a : b);
}

bool
filter_may_match(const struct filter *f, const struct flow *flow,
    enum filter_stage stage)
{
	struct known	k = { flow, FK_RES_BODY | FK_LATER, NULL };

	if (stage == FS_REQUEST_HEAD)
		k.unknown |= FK_REQ_BODY | FK_SERVER | FK_RES_HEAD;
	return (node_tri(f->root, &k) != TRI_NO);
}

int
filter_judge(const struct filter *f, const struct brief *b)
{
	struct known	k = { NULL, 0, b };

	switch (node_tri(f->root, &k)) {
	case TRI_NO:
		return (0);
	case TRI_YES:
		return (1);
	case TRI_MAYBE:
		break;
	}
	return (-1);
}

static bool
node_is_brief(const struct filter_node *n)
{
	if (n->kind == FN_OP)
		return (n->row->brief != NULL);
	return (node_is_brief(n->a) &&
	    (n->b == NULL || node_is_brief(n->b)));
}

bool
filter_is_brief(const struct filter *f)
{
	return (node_is_brief(f->root));
}

static bool
node_sees_notes(const struct filter_node *n)
{
	static const char *const	codes[] = { "~marked", "~marker",
	    "~comment" };
	size_t				i;

	if (n->kind != FN_OP)
		return (node_sees_notes(n->a) ||
		    (n->b != NULL && node_sees_notes(n->b)));
	for (i = 0; i < nitems(codes); i++)
		if (strcmp(n->row->op.code, codes[i]) == 0)
			return (true);
	return (false);
}

bool
filter_sees_notes(const struct filter *f)
{
	return (node_sees_notes(f->root));
}
