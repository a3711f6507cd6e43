#include "codec/head.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/mem.h"

#define HEAD_FIELDS_FIRST	16	/* a usual head has fewer */

static void
head_init(struct head *h, enum head_kind kind)
{
	memset(h, 0, sizeof(*h));
	atomic_init(&h->refs, 1);
	h->kind = kind;
	h->version = SP("HTTP/1.1");
	arena_init(&h->arena);
	obj_born(OBJ_head);
}

struct head *
head_new(enum head_kind kind)
{
	struct head	*h = xmalloc(sizeof(*h));

	head_init(h, kind);
	return (h);
}

static size_t
aligned(size_t n)
{
	return ((n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1));
}

/* Most messages on their way need nothing else. */
struct head *
head_new_for(enum head_kind kind, unsigned nfields, size_t nbytes)
{
	size_t		 at = aligned(sizeof(struct head) +
			    nfields * sizeof(struct field));
	struct head	*h = xmalloc(at + ARENA_LENT + nbytes);

	head_init(h, kind);
	h->v = (struct field *)(void *)(h + 1);
	h->cap = nfields;
	h->within = true;
	arena_lend(&h->arena, (char *)h + at, ARENA_LENT + nbytes);
	return (h);
}

/* The count is the one thing in a frozen head that changes. */
static struct head *
head_thaw(const struct head *h)
{
	return ((struct head *)(uintptr_t)h);
}

struct head *
head_ref(const struct head *frozen)
{
	struct head	*h = head_thaw(frozen);

	atomic_fetch_add_explicit(&h->refs, 1, memory_order_relaxed);
	return (h);
}

void
head_unref(const struct head *frozen)
{
	struct head	*h = head_thaw(frozen);

	if (h == NULL || atomic_fetch_sub_explicit(&h->refs, 1,
	    memory_order_acq_rel) != 1)
		return;
	arena_fini(&h->arena);
	if (!h->within)
		free(h->v);
	obj_gone(OBJ_head);
	free(h);
}

size_t
field_len(const struct field *f)
{
	if (f->line_len != 0)
		return (f->line_len);
	return (f->value_off + (size_t)f->value_len + 2);
}

/* A part of a start line moves with its line, others are copied. */
static struct sp
head_move(struct head *to, struct sp part, struct sp old, struct sp line)
{
	uintptr_t	at = (uintptr_t)part.p - (uintptr_t)old.p;

	if (part.p == NULL)
		return (part);
	if (old.p != NULL && at <= old.n && part.n <= old.n - at)
		return (sp_cut(line, at, part.n));
	return (arena_dup(&to->arena, part));
}

static size_t
head_bytes(const struct head *h)
{
	size_t		n = h->line.n + h->method.n + h->target.n +
			    h->version.n + h->reason.n + h->scheme.n +
			    h->authority.n + h->host.n + h->path.n + 9;
	unsigned	i;

	for (i = 0; i < h->n; i++)
		n += field_len(&h->v[i]) + 1;
	return (n);
}

struct head *
head_dup(const struct head *h)
{
	struct head	*to = head_new_for(h->kind, h->n, head_bytes(h));
	struct arena	*a = &to->arena;
	unsigned	 i;

	if (h->line.n != 0)
		to->line = arena_dup(a, h->line);
	to->method = head_move(to, h->method, h->line, to->line);
	to->target = head_move(to, h->target, h->line, to->line);
	to->version = head_move(to, h->version, h->line, to->line);
	to->reason = head_move(to, h->reason, h->line, to->line);
	to->status = h->status;
	head_set_url(to, h->scheme, h->authority, h->host, h->port, h->path);
	for (i = 0; i < h->n; i++) {
		to->v[i] = h->v[i];
		to->v[i].p = arena_dup(a, sp_mem(h->v[i].p,
		    field_len(&h->v[i]))).p;
	}
	to->n = h->n;
	return (to);
}

struct sp
field_name(const struct field *f)
{
	return (sp_mem(f->p, f->name_len));
}

struct sp
field_value(const struct field *f)
{
	return (sp_mem(f->p + f->value_off, f->value_len));
}

struct sp
field_line(const struct field *f)
{
	return (sp_mem(f->line_len != 0 ? f->p : NULL, f->line_len));
}

struct sp
head_get(const struct head *h, const char *name)
{
	int	i = head_find(h, sp_of(name), 0);

	return (i != -1 ? field_value(&h->v[i]) : SPNIL);
}

struct sp
head_get_tok(const struct head *h, enum token tok)
{
	int	i = head_find_tok(h, tok, 0);

	return (i != -1 ? field_value(&h->v[i]) : SPNIL);
}

int
head_find(const struct head *h, struct sp name, unsigned from)
{
	enum token	tok = token_of(name);

	if (tok != TOK_none)
		return (head_find_tok(h, tok, from));
	for (; from < h->n; from++)
		if (h->v[from].tok == TOK_none &&
		    sp_ieq(field_name(&h->v[from]), name))
			return ((int)from);
	return (-1);
}

int
head_find_tok(const struct head *h, enum token tok, unsigned from)
{
	for (; from < h->n; from++)
		if (h->v[from].tok == tok)
			return ((int)from);
	return (-1);
}

unsigned
head_count_tok(const struct head *h, enum token tok)
{
	unsigned	i, n = 0;

	for (i = 0; i < h->n; i++)
		n += h->v[i].tok == tok;
	return (n);
}

static bool
list_has(struct sp list, struct sp member)
{
	while (list.n != 0)
		if (sp_ieq(sp_trim(sp_split(list, ',', &list)), member))
			return (true);
	return (false);
}

bool
head_lists(const struct head *h, enum token tok, struct sp member)
{
	int	i = -1;

	while ((i = head_find_tok(h, tok, (unsigned)(i + 1))) != -1)
		if (list_has(field_value(&h->v[i]), member))
			return (true);
	return (false);
}

bool
head_has_member(const struct head *h, enum token tok, const char *member)
{
	return (head_lists(h, tok, sp_of(member)));
}

bool
head_parse_length(struct sp v, bool lenient, uint64_t *n)
{
	uint64_t	len;

	if (sp_u64(v, &len) == -1 || len > INT64_MAX ||
	    (!lenient && v.n > 1 && v.p[0] == '0'))
		return (false);
	*n = len;
	return (true);
}

void
head_reserve(struct head *h, unsigned n)
{
	struct field	*v = h->within ? NULL : h->v;

	if (n <= h->cap)
		return;
	v = xrealloc(v, n, sizeof(*v));
	if (h->within)
		memcpy(v, h->v, h->n * sizeof(*v));
	h->v = v;
	h->cap = n;
	h->within = false;
}

static struct field *
head_grow(struct head *h)
{
	if (h->n == h->cap)
		head_reserve(h, h->cap != 0 ? h->cap * 2 :
		    HEAD_FIELDS_FIRST);
	return (&h->v[h->n++]);
}

/* "name: value CRLF" in the arena, so that it needs no care on its way
 * out. Longer than the wire could carry is cut rather than wrapped. */
static struct field
head_make(struct head *h, struct sp name, struct sp value)
{
	struct field	 f;
	unsigned char	*p;

	name = sp_cut(name, 0, UINT16_MAX);
	value = sp_cut(value, 0, UINT32_MAX - UINT16_MAX - 4);
	p = arena_alloc(&h->arena, name.n + value.n + 4);
	f.p = p;
	f.tok = (uint16_t)token_of(name);
	f.name_len = (uint16_t)name.n;
	f.value_off = (uint32_t)name.n + 2;
	f.value_len = (uint32_t)value.n;
	f.line_len = 0;
	if (name.n != 0)
		memcpy(p, name.p, name.n);
	memcpy(p + name.n, ": ", 2);
	if (value.n != 0)
		memcpy(p + f.value_off, value.p, value.n);
	memcpy(p + f.value_off + value.n, "\r\n", 2);
	return (f);
}

void
head_add(struct head *h, struct sp name, struct sp value)
{
	struct field	f = head_make(h, name, value);

	*head_grow(h) = f;
}

void
head_insert(struct head *h, unsigned at, struct sp name, struct sp value)
{
	struct field	f = head_make(h, name, value);

	(void)head_grow(h);
	if (at > h->n - 1)
		at = h->n - 1;
	memmove(h->v + at + 1, h->v + at, (h->n - 1 - at) * sizeof(*h->v));
	h->v[at] = f;
}

void
head_set_at(struct head *h, unsigned at, struct sp name, struct sp value)
{
	if (sp_eq(field_name(&h->v[at]), name) &&
	    sp_eq(field_value(&h->v[at]), value))
		return;
	h->v[at] = head_make(h, name, value);
}

void
head_set(struct head *h, struct sp name, struct sp value)
{
	int	i = head_find(h, name, 0), next;

	if (i == -1) {
		head_add(h, name, value);
		return;
	}
	head_set_at(h, (unsigned)i, field_name(&h->v[i]), value);
	while ((next = head_find(h, name, (unsigned)i + 1)) != -1)
		head_drop_at(h, (unsigned)next);
}

void
head_drop_at(struct head *h, unsigned at)
{
	h->n--;
	memmove(h->v + at, h->v + at + 1, (h->n - at) * sizeof(*h->v));
}

unsigned
head_drop(struct head *h, struct sp name)
{
	unsigned	n = 0;
	int		i = 0;

	while ((i = head_find(h, name, (unsigned)i)) != -1) {
		head_drop_at(h, (unsigned)i);
		n++;
	}
	return (n);
}

unsigned
head_drop_tok(struct head *h, enum token tok)
{
	return (head_drop(h, sp_of(token_name(tok))));
}

void
head_clear(struct head *h)
{
	h->n = 0;
}

static void
head_set_part(struct head *h, struct sp *part, struct sp value)
{
	if (sp_eq(*part, value))
		return;
	*part = arena_dup(&h->arena, value);
	h->line = SPNIL;
}

void
head_set_method(struct head *h, struct sp method)
{
	head_set_part(h, &h->method, method);
}

void
head_set_target(struct head *h, struct sp target)
{
	head_set_part(h, &h->target, target);
}

void
head_set_version(struct head *h, struct sp version)
{
	head_set_part(h, &h->version, version);
}

void
head_set_status(struct head *h, int status)
{
	if (h->status == status)
		return;
	h->status = status;
	h->line = SPNIL;
}

void
head_set_reason(struct head *h, struct sp reason)
{
	head_set_part(h, &h->reason, reason);
}

/* Parts of the target stand in our arena: millions of heads are kept. */
static struct sp
head_keep(struct head *h, struct sp s)
{
	return (arena_owns(&h->arena, s) ? s : arena_dup(&h->arena, s));
}

void
head_set_url(struct head *h, struct sp scheme, struct sp authority,
    struct sp host, uint16_t port, struct sp path)
{
	h->scheme = head_keep(h, scheme);
	h->authority = head_keep(h, authority);
	h->host = head_keep(h, host);
	h->path = head_keep(h, path);
	h->port = port;
}

void
head_add_line(struct head *h, struct sp line, size_t name_len,
    size_t value_off, size_t value_len)
{
	struct field	*f = head_grow(h);

	f->p = line.p;
	f->name_len = (uint16_t)name_len;
	f->value_off = (uint32_t)value_off;
	f->value_len = (uint32_t)value_len;
	f->line_len = (uint32_t)line.n;
	f->tok = (uint16_t)token_of(sp_mem(line.p, name_len));
}

/* A message from HTTP/2 or 3 goes out as 1.1. */
static struct sp
head_wire_version(const struct head *h)
{
	return (sp_starts(h->version, "HTTP/1.") ? h->version :
	    SP("HTTP/1.1"));
}

static void
head_put_line(const struct head *h, struct str *out)
{
	if (h->line.n != 0)
		str_add(out, h->line);
	else if (h->kind == HEAD_REQUEST) {
		str_add(out, h->method);
		str_putc(out, ' ');
		str_add(out, h->target);
		str_putc(out, ' ');
		str_add(out, head_wire_version(h));
		str_puts(out, "\r\n");
	} else if (h->kind == HEAD_RESPONSE) {
		str_add(out, head_wire_version(h));
		str_printf(out, " %03d ", h->status);
		str_add(out, h->reason);
		str_puts(out, "\r\n");
	}
}

/* Neighbours in memory, as the parser leaves them, go out in one copy. */
void
head_put(const struct head *h, struct str *out)
{
	struct sp	run = SPNIL;
	unsigned	i;

	head_put_line(h, out);
	for (i = 0; i < h->n; i++) {
		if (run.n != 0 && run.p + run.n == h->v[i].p) {
			run.n += field_len(&h->v[i]);
			continue;
		}
		str_add(out, run);
		run = sp_mem(h->v[i].p, field_len(&h->v[i]));
	}
	str_add(out, run);
	str_puts(out, "\r\n");
}

static bool
is_token(struct sp s)
{
	return (s.n != 0 && token_len(s) == s.n);
}

static bool
breaks_lines(struct sp s)
{
	return (sp_find(s, '\r') != -1 || sp_find(s, '\n') != -1 ||
	    sp_find(s, '\0') != -1);
}

static int
head_line_is_sane(const struct head *h, struct why *why)
{
	if (h->line.n != 0 || h->kind == HEAD_TRAILERS)
		return (0);
	if (h->kind == HEAD_RESPONSE) {
		if (h->status < 100 || h->status > 999)
			return (fail(why, ERR_H1_LINE,
			    "invalid status code %d", h->status));
		if (breaks_lines(h->reason))
			return (fail(why, ERR_H1_LINE,
			    "line break or NUL in the reason phrase"));
		return (0);
	}
	if (!is_token(h->method))
		return (fail(why, ERR_H1_LINE, "the method is no token"));
	if (h->target.n == 0 || breaks_lines(h->target) ||
	    sp_find(h->target, ' ') != -1)
		return (fail(why, ERR_H1_TARGET,
		    "empty target, or blank, line break or NUL in it"));
	return (0);
}

int
head_is_sane(const struct head *h, struct why *why)
{
	const struct field	*f;
	unsigned		 i;

	if (head_line_is_sane(h, why) == -1)
		return (-1);
	for (i = 0; i < h->n; i++) {
		f = &h->v[i];
		if (f->line_len != 0)
			continue;
		if (!is_token(field_name(f)))
			return (fail(why, ERR_H1_FIELD,
			    "header name \"%.*s\" is no token",
			    SPF(sp_cut(field_name(f), 0, 60))));
		if (breaks_lines(field_value(f)))
			return (fail(why, ERR_H1_FIELD,
			    "line break or NUL in the value of %.*s",
			    SPF(sp_cut(field_name(f), 0, 60))));
	}
	return (0);
}

bool
head_is_11(const struct head *h)
{
	return (sp_cmp(h->version, SP("HTTP/1.1")) >= 0);
}

static const struct {
	int		 status;
	const char	*phrase;
} head_phrases[] = {
	{ 100, "Continue" },
	{ 101, "Switching Protocols" },
	{ 102, "Processing" },
	{ 103, "Early Hints" },
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 203, "Non-Authoritative Information" },
	{ 204, "No Content" },
	{ 205, "Reset Content" },
	{ 206, "Partial Content" },
	{ 207, "Multi-Status" },
	{ 208, "Already Reported" },
	{ 226, "IM Used" },
	{ 300, "Multiple Choices" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 305, "Use Proxy" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 407, "Proxy Authentication Required" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" },
	{ 417, "Expectation Failed" },
	{ 418, "I'm a teapot" },
	{ 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" },
	{ 423, "Locked" },
	{ 424, "Failed Dependency" },
	{ 425, "Too Early" },
	{ 426, "Upgrade Required" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 451, "Unavailable For Legal Reasons" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
	{ 506, "Variant Also Negotiates" },
	{ 507, "Insufficient Storage" },
	{ 508, "Loop Detected" },
	{ 510, "Not Extended" },
	{ 511, "Network Authentication Required" },
};

const char *
head_phrase(int status)
{
	size_t	i;

	for (i = 0; i < nitems(head_phrases); i++)
		if (head_phrases[i].status == status)
			return (head_phrases[i].phrase);
	return ("");
}
