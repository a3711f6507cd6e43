#include "codec/h1_parse.h"

#include "base/limits.h"
#include "codec/h1.h"
#include "codec/h2c.h"

/* Room in the arena for what its resolver adds to a request (head_set_url),
 * so that a usual head stays one block. */
#define HEAD_SPARE	64

#define ONES	UINT64_C(0x0101010101010101)
#define HIGHS	UINT64_C(0x8080808080808080)

/* The parts of a start line. */
struct start {
	struct sp	method, target, version, reason;
	int		status;
};

size_t
h1_find_end(struct sp in, size_t *scanned)
{
	const unsigned char	*lf;
	size_t			 at = *scanned, next;

	while (at < in.n &&
	    (lf = memchr(in.p + at, '\n', in.n - at)) != NULL) {
		next = (size_t)(lf - in.p) + 1;
		if (next - at == 1 || (next - at == 2 && in.p[at] == '\r'))
			return (next);
		at = next;
	}
	*scanned = at;
	return (0);
}

static bool
is_blank(int c)
{
	return (c == ' ' || c == '\t');
}

/* Length of the front without control bytes, eight at a time. */
static size_t
plain_len(struct sp s)
{
	uint64_t	w, del;
	size_t		i;

	for (i = 0; i + sizeof(w) <= s.n; i += sizeof(w)) {
		memcpy(&w, s.p + i, sizeof(w));
		del = w ^ (ONES * 0x7f);
		if (((((w - ONES * 0x20) & ~w) | ((del - ONES) & ~del)) &
		    HIGHS) != 0)
			break;
	}
	while (i < s.n && s.p[i] >= 0x20 && s.p[i] != 0x7f)
		i++;
	return (i);
}

/* RFC 9112 2.3: "HTTP/1.1", with its case. */
static int
check_version(struct sp v, struct why *why)
{
	if (sp_is(v, "HTTP/1.1") || sp_is(v, "HTTP/1.0"))
		return (0);
	if (v.n == 8 && sp_starts(v, "HTTP/") && v.p[6] == '.')
		return (fail(why, ERR_H1_VERSION,
		    "HTTP version not supported: %.*s", SPF(v)));
	return (fail(why, ERR_H1_LINE,
	    "malformed start line: no HTTP version where it must be"));
}

/* RFC 9112 3.2: no blanks, no controls, nothing beyond ASCII. */
static int
check_target(struct sp t, bool lenient, struct why *why)
{
	size_t	i;

	if (t.n == 0)
		return (fail(why, ERR_H1_LINE,
		    "malformed request line: no target"));
	if (t.n > limit_of(URI_BYTES))
		return (fail(why, ERR_H1_URI_SIZE,
		    "request target longer than %llu bytes",
		    limit_of(URI_BYTES)));
	if (lenient)
		return (0);
	for (i = 0; i < t.n; i++)
		if (t.p[i] <= 0x20 || t.p[i] >= 0x7f)
			return (fail(why, ERR_H1_TARGET, "invalid byte "
			    "0x%02x in the request target", t.p[i]));
	return (0);
}

/* RFC 9112 3: method SP target SP version, one blank each time. */
static int
parse_request_line(struct sp line, bool lenient, struct start *st,
    struct why *why)
{
	struct sp	rest;

	st->method = sp_split(line, ' ', &rest);
	if (st->method.n == 0 ||
	    (!lenient && token_len(st->method) != st->method.n))
		return (fail(why, ERR_H1_LINE,
		    "malformed request line: the method is no token"));
	st->target = sp_split(rest, ' ', &st->version);
	if (check_version(st->version, why) == -1)
		return (-1);
	return (check_target(st->target, lenient, why));
}

static int
parse_status(struct sp s, int *status, struct why *why)
{
	uint64_t	n;

	if (s.n != 3 || sp_u64(s, &n) == -1 || n < 100)
		return (fail(why, ERR_H1_LINE,
		    "malformed status line: invalid status code"));
	*status = (int)n;
	return (0);
}

/* RFC 9112 4. The blank behind the code may be missing when there is no
 * reason: everybody reads that the same way. */
static int
parse_status_line(struct sp line, bool lenient, struct start *st,
    struct why *why)
{
	struct sp	rest, code;
	size_t		i;

	st->version = sp_split(line, ' ', &rest);
	if (check_version(st->version, why) == -1)
		return (-1);
	code = sp_split(rest, ' ', &st->reason);
	if (parse_status(code, &st->status, why) == -1)
		return (-1);
	for (i = plain_len(st->reason); i < st->reason.n && !lenient; i++)
		if ((st->reason.p[i] < 0x20 && st->reason.p[i] != '\t') ||
		    st->reason.p[i] == 0x7f)
			return (fail(why, ERR_H1_LINE, "malformed status "
			    "line: byte 0x%02x in the reason",
			    st->reason.p[i]));
	return (0);
}

/*
 * The line without its end. RFC 9112 2.2 lets a lone LF pass for an end;
 * programs differ in whether they do, so strictly it is none.
 */
static int
cut_line_end(struct sp line, bool lenient, struct sp *out, struct why *why)
{
	line.n--;
	if (line.n != 0 && line.p[line.n - 1] == '\r')
		line.n--;
	else if (!lenient)
		return (fail(why, ERR_H1_LINE,
		    "malformed head: a line ends in LF without CR"));
	*out = line;
	return (0);
}

static int
parse_start(struct sp line, bool response, bool lenient, struct start *st,
    struct why *why)
{
	memset(st, 0, sizeof(*st));
	if (cut_line_end(line, lenient, &line, why) == -1)
		return (-1);
	if (sp_find(line, '\r') != -1)
		return (fail(why, ERR_H1_LINE,
		    "malformed start line: CR inside"));
	if (response)
		return (parse_status_line(line, lenient, st, why));
	return (parse_request_line(line, lenient, st, why));
}

int
h1_check_start(struct sp in, bool response, bool lenient, bool whole,
    struct why *why)
{
	struct start	st;

	if (whole)
		return (parse_start(sp_cut(in, 0,
		    (size_t)sp_find(in, '\n') + 1), response, lenient, &st,
		    why));
	if (response && !sp_eq(sp_cut(in, 0, 5), sp_cut(SP("HTTP/"), 0,
	    in.n)))
		return (fail(why, ERR_H1_LINE, "malformed status line: %s",
		    h2c_is_greeting(in) == 1 ? "this is HTTP/2" :
		    "this is not HTTP"));
	if (!response && !lenient && in.n != 0 && in.p[0] != '\r' &&
	    !token_is_tchar(in.p[0]))
		return (fail(why, ERR_H1_LINE,
		    "malformed request line: this is not HTTP"));
	return (0);
}

/* Bytes of the next field with its continuation lines (RFC 9112 5.2). */
static size_t
field_extent(struct sp in)
{
	size_t	n = (size_t)sp_find(in, '\n') + 1;

	while (n < in.n && is_blank(in.p[n]))
		n += (size_t)sp_find(sp_skip(in, n), '\n') + 1;
	return (n);
}

/*
 * RFC 9110 5.5: no control bytes but HTAB. A fold may stand there, as long
 * as the line it leads to has something on it: a line of blanks ends the
 * head for some.
 */
static int
check_value(struct sp name, struct sp v, struct why *why)
{
	size_t	i = 0;

	while ((i += plain_len(sp_skip(v, i))) < v.n) {
		if (v.p[i] == '\t') {
			i++;
			continue;
		}
		if (v.n - i < 3 || v.p[i] != '\r' || v.p[i + 1] != '\n')
			return (fail(why, ERR_H1_FIELD,
			    "invalid byte 0x%02x in the value of header %.*s",
			    v.p[i], SPF(sp_cut(name, 0, 60))));
		for (i += 2; i < v.n && is_blank(v.p[i]); i++)
			continue;
		if (i == v.n || v.p[i] == '\r')
			return (fail(why, ERR_H1_FIELD,
			    "malformed header %.*s: a line of blanks",
			    SPF(sp_cut(name, 0, 60))));
	}
	return (0);
}

static int
no_name(struct sp line, size_t n, struct why *why)
{
	if (is_blank(line.p[0]))	/* RFC 9112 2.2 */
		return (fail(why, ERR_H1_FIELD, "malformed header section: "
		    "blank before the first header"));
	if (line.p[n] == ':' || line.p[n] == '\r' || line.p[n] == '\n')
		return (fail(why, ERR_H1_FIELD, n == 0 ?
		    "malformed header line: no name" :
		    "malformed header line: no colon"));
	if (is_blank(line.p[n]))	/* RFC 9112 5.1 */
		return (fail(why, ERR_H1_FIELD,
		    "malformed header line: blank in or after the name %.*s",
		    SPF(sp_cut(line, 0, n < 60 ? n : 60))));
	return (fail(why, ERR_H1_FIELD,
	    "invalid byte 0x%02x in a header name", line.p[n]));
}

/* Length of the name; *colon is where the colon stands. -1: none. */
static ssize_t
parse_name(struct sp line, bool lenient, size_t *colon, struct why *why)
{
	size_t	n = token_len(line);
	ssize_t	at;

	if (n != 0 && n < line.n && line.p[n] == ':') {
		*colon = n;
		return ((ssize_t)n);
	}
	at = sp_find(line, ':');
	if (!lenient || at <= 0 || is_blank(line.p[0]) ||
	    sp_find(line, '\n') < at)
		return (no_name(line, n, why));
	*colon = (size_t)at;
	while (is_blank(line.p[at - 1]))
		at--;
	return (at);
}

static bool
is_value_edge(int c)
{
	return (is_blank(c) || c == '\r' || c == '\n');
}

static int
parse_field(struct head *h, struct sp line, bool lenient, struct why *why)
{
	struct sp	body;
	size_t		colon = 0, from;
	ssize_t		name_len;

	if (cut_line_end(line, lenient, &body, why) == -1)
		return (-1);
	name_len = parse_name(line, lenient, &colon, why);
	if (name_len == -1)
		return (-1);
	from = colon + 1;
	if (!lenient && check_value(sp_cut(line, 0, (size_t)name_len),
	    sp_skip(body, from), why) == -1)
		return (-1);
	while (from < body.n && is_value_edge(body.p[from]))
		from++;
	while (body.n > from && is_value_edge(body.p[body.n - 1]))
		body.n--;
	head_add_line(h, line, (size_t)name_len, from, body.n - from);
	return (0);
}

static int
parse_fields(struct head *h, struct sp in, bool lenient, struct why *why)
{
	size_t	n;

	while (in.n != 0) {
		if (h->n >= limit_of(HEAD_FIELDS))
			return (fail(why, ERR_H1_HEAD_SIZE,
			    "more than %llu header fields",
			    limit_of(HEAD_FIELDS)));
		n = field_extent(in);
		if (parse_field(h, sp_cut(in, 0, n), lenient, why) == -1)
			return (-1);
		in = sp_skip(in, n);
	}
	return (0);
}

/* As many fields as there can be: many heads are kept, so their tables are
 * not made larger than they have to be. */
static unsigned
count_lines(struct sp all)
{
	unsigned	n = 0;
	size_t		i;

	for (i = 0; i < all.n; i++)
		n += all.p[i] == '\n';
	return (n > limit_of(HEAD_FIELDS) + 1 ?
	    (unsigned)limit_of(HEAD_FIELDS) + 1 : n);
}

static struct head *
new_head(enum head_kind kind, struct sp in)
{
	return (head_new_for(kind, count_lines(in), in.n + 1 +
	    (kind == HEAD_REQUEST ? HEAD_SPARE : 0)));
}

/* Copies the head; *fields gets what stands between its first line and the
 * empty one. The empty line has its CR or, leniently, not. */
static int
copy_head(struct head *h, struct sp in, bool lenient, struct sp *fields,
    struct why *why)
{
	struct sp	all, last;
	size_t		end = in.n >= 2 && in.p[in.n - 2] == '\r' ? 2 : 1;

	all = arena_dup(&h->arena, in);
	*fields = sp_cut(all, 0, all.n - end);
	return (cut_line_end(sp_skip(all, all.n - end), lenient, &last, why));
}

static int
parse_all(struct head *h, struct sp in, bool lenient, struct why *why)
{
	struct start	st;
	struct sp	fields;

	if (copy_head(h, in, lenient, &fields, why) == -1)
		return (-1);
	if (h->kind == HEAD_TRAILERS)
		return (parse_fields(h, fields, lenient, why));
	if (fields.n == 0)
		return (fail(why, ERR_H1_LINE,
		    "malformed start line: it is empty"));
	h->line = sp_cut(fields, 0, (size_t)sp_find(fields, '\n') + 1);
	if (parse_start(h->line, h->kind == HEAD_RESPONSE, lenient, &st,
	    why) == -1)
		return (-1);
	h->method = st.method;
	h->target = st.target;
	h->version = st.version;
	h->reason = st.reason;
	h->status = st.status;
	return (parse_fields(h, sp_skip(fields, h->line.n), lenient, why));
}

static struct head *
parse_kind(enum head_kind kind, struct sp in, bool lenient, struct why *why)
{
	struct head	*h = new_head(kind, in);

	if (parse_all(h, in, lenient, why) == 0)
		return (h);
	head_unref(h);
	return (NULL);
}

struct head *
h1_parse_head(struct sp in, bool response, bool lenient, struct why *why)
{
	return (parse_kind(response ? HEAD_RESPONSE : HEAD_REQUEST, in,
	    lenient, why));
}

struct head *
h1_parse_trailers(struct sp in, bool lenient, struct why *why)
{
	return (parse_kind(HEAD_TRAILERS, in, lenient, why));
}

static struct sp
cut_any_end(struct sp line)
{
	while (line.n != 0 && is_value_edge(line.p[line.n - 1]))
		line.n--;
	return (line);
}

static void
salvage_start(struct head *h, struct sp line)
{
	struct sp	rest, text = cut_any_end(line);
	uint64_t	code;

	h->line = line;
	if (h->kind == HEAD_REQUEST) {
		h->method = sp_split(text, ' ', &rest);
		h->target = sp_split(sp_trim(rest), ' ', &rest);
		if (sp_starts(rest, "HTTP/"))
			h->version = rest;
		return;
	}
	if (sp_starts(text, "HTTP/"))
		h->version = sp_split(text, ' ', &rest);
	else
		rest = text;
	if (sp_u64(sp_split(rest, ' ', &h->reason), &code) == 0 &&
	    code <= 999)
		h->status = (int)code;
}

static void
salvage_field(struct head *h, struct sp line)
{
	struct sp	body = cut_any_end(line);
	ssize_t		colon = sp_find(body, ':');
	size_t		from;

	if (colon == -1)
		return;
	from = (size_t)colon + 1;
	while (from < body.n && is_value_edge(body.p[from]))
		from++;
	head_add_line(h, line, (size_t)colon < UINT16_MAX ? (size_t)colon :
	    UINT16_MAX, from, body.n - from);
}

struct head *
h1_salvage(struct sp in, bool response)
{
	struct head	*h = head_new(response ? HEAD_RESPONSE :
			    HEAD_REQUEST);
	struct sp	 line;
	size_t		 scanned = 0, end;

	while (in.n != 0 && (in.p[0] == '\r' || in.p[0] == '\n'))
		in = sp_skip(in, 1);
	in = sp_cut(in, 0, limit_of(HEAD_BYTES));
	end = h1_find_end(in, &scanned);
	in = arena_dup(&h->arena, sp_cut(in, 0, end != 0 ? end : in.n));
	while (in.n != 0 && h->n < limit_of(HEAD_FIELDS)) {
		line = sp_cut(in, 0, (size_t)sp_find(in, '\n') + 1);
		if (line.n == 0)
			line = in;	/* the last one is cut short */
		if (h->line.n == 0)
			salvage_start(h, line);
		else
			salvage_field(h, line);
		in = sp_skip(in, line.n);
	}
	return (h);
}
