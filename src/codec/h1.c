#include "codec/h1.h"

#include "base/limits.h"
#include "codec/h1_parse.h"

/*
 *	      +-- no body -----------------------------------+
 *	      |                                              v
 *	HEAD -+-- content-length --> LENGTH --left is 0--> END --> HEAD
 *	  ^   |                                              ^ |
 *	  |   +-- chunked --> CHUNKS --last--> TRAILERS -----+ +-> TUNNEL
 *	  |   |
 *	  |   +-- neither (responses) --> CLOSE --the peer closes--> over
 *
 * TUNNEL is what follows a 101 or a 2xx to CONNECT: no longer HTTP.
 */
enum h1_step { HEAD, LENGTH, CHUNKS, TRAILERS, CLOSE, END, TUNNEL };

#define H1_BLANKS	8	/* empty lines before a request, RFC 9112 2.2 */
#define H1_LINE_SPARE	64	/* of a request line, beside its target */

/* What a transfer-encoding says. */
enum te { TE_NONE, TE_CHUNKED, TE_OTHER };

void
h1_init(struct h1 *h, bool response)
{
	memset(h, 0, sizeof(*h));
	h->response = response;
}

void
h1_expect(struct h1 *h, struct sp method)
{
	h->no_body = sp_is(method, "HEAD");
	h->tunnel = sp_is(method, "CONNECT");
}

/* The line break may stand before the value's first byte, too. */
static bool
is_folded(const struct field *f)
{
	struct sp	line = field_line(f);

	if (line.n == 0)
		return (sp_find(field_value(f), '\n') != -1);
	return (sp_find(line, '\n') != (ssize_t)line.n - 1);
}

static bool
is_coding(struct sp s)
{
	static const char *const	names[] = {
		"gzip", "x-gzip", "deflate", "compress", "x-compress", "br",
		"zstd"
	};
	size_t				i;

	for (i = 0; i < nitems(names); i++)
		if (sp_iis(s, names[i]))
			return (true);
	return (false);
}

/* RFC 9112 6.1: chunked once and last. An empty member, a parameter or a
 * coding nobody knows make somebody see no chunked there. */
static int
te_parse(struct sp value, enum te *te, struct why *why)
{
	struct sp	rest = value, s;

	if (value.n != 0 && value.p[value.n - 1] == ',')
		return (fail(why, ERR_H1_TE,
		    "invalid transfer-encoding: nothing after a comma"));
	do {
		s = sp_trim(sp_split(rest, ',', &rest));
		if (*te == TE_CHUNKED)
			return (fail(why, ERR_H1_FRAMING,
			    "invalid transfer-encoding: chunked not last"));
		if (sp_iis(s, "chunked"))
			*te = TE_CHUNKED;
		else if (is_coding(s) || sp_iis(value, "identity"))
			*te = TE_OTHER;
		else
			return (fail(why, ERR_H1_TE,
			    "invalid transfer-encoding: \"%.*s\"",
			    SPF(sp_cut(value, 0, 60))));
	} while (rest.n != 0);
	return (0);
}

static int
te_of(const struct head *head, bool lenient, enum te *te, struct why *why)
{
	int	i = head_find_tok(head, TOK_transfer_encoding, 0);

	*te = TE_NONE;
	if (i == -1)
		return (0);
	/* RFC 9112 6.1: a 1.0 recipient ignores it, so who is who? */
	if (!lenient && !head_is_11(head))
		return (fail(why, ERR_H1_FRAMING,
		    "invalid: transfer-encoding in an HTTP/1.0 message"));
	if (!lenient && head_find_tok(head, TOK_transfer_encoding,
	    (unsigned)i + 1) != -1)
		return (fail(why, ERR_H1_FRAMING,
		    "invalid: more than one transfer-encoding header"));
	do {
		if (is_folded(&head->v[i]))
			return (fail(why, ERR_H1_FRAMING,
			    "invalid: transfer-encoding on several lines"));
		if (te_parse(field_value(&head->v[i]), te, why) == -1)
			return (-1);
		i = head_find_tok(head, TOK_transfer_encoding,
		    (unsigned)i + 1);
	} while (i != -1);
	return (0);
}

/* RFC 9112 6.3 would let "5, 5" and repetitions pass; not everybody reads
 * them alike. */
static int
length_of(const struct head *head, bool lenient, uint64_t *len,
    struct why *why)
{
	int		i = head_find_tok(head, TOK_content_length, 0), j;
	struct sp	v = field_value(&head->v[i]);

	for (j = i; (j = head_find_tok(head, TOK_content_length,
	    (unsigned)j + 1)) != -1; )
		if (!lenient || !sp_eq(v, field_value(&head->v[j])))
			return (fail(why, ERR_H1_FRAMING,
			    "invalid: more than one content-length header"));
	if (is_folded(&head->v[i]) || !head_parse_length(v, lenient, len))
		return (fail(why, ERR_H1_FRAMING,
		    "invalid content-length: \"%.*s\"",
		    SPF(sp_cut(v, 0, 60))));
	return (0);
}

/* What the head says of its length, whatever its kind. */
static int
framing_of(const struct head *head, bool lenient, enum te *te,
    struct h1_framing *out, struct why *why)
{
	out->kind = H1_NONE;
	out->length = 0;
	if (te_of(head, lenient, te, why) == -1)
		return (-1);
	if (*te == TE_CHUNKED)
		out->kind = H1_CHUNKED;
	if (head_find_tok(head, TOK_content_length, 0) == -1)
		return (0);
	/* RFC 9112 6.3: "ought to be handled as an error". */
	if (*te != TE_NONE)
		return (lenient ? 0 : fail(why, ERR_H1_FRAMING, "invalid: "
		    "both transfer-encoding and content-length"));
	out->kind = H1_LENGTH;
	return (length_of(head, lenient, &out->length, why));
}

static int
framing_request(const struct head *head, bool lenient,
    struct h1_framing *out, struct why *why)
{
	enum te	te;

	if (framing_of(head, lenient, &te, out, why) == -1)
		return (-1);
	if (te == TE_OTHER)	/* RFC 9112 6.3: its end cannot be found */
		return (fail(why, ERR_H1_FRAMING,
		    "invalid transfer-encoding: a request without chunked"));
	/* RFC 9110 9.3.6: what follows is the tunnel's. */
	if (!sp_is(head->method, "CONNECT"))
		return (0);
	if (!lenient && (te != TE_NONE || out->length != 0))
		return (fail(why, ERR_H1_FRAMING,
		    "invalid: CONNECT with a body"));
	out->kind = H1_NONE;
	return (0);
}

/* RFC 9112 6.3, in its order. */
static int
framing_response(const struct head *head, bool no_body, bool tunnel,
    bool lenient, struct h1_framing *out, struct why *why)
{
	int	status = head->status;
	bool	early = status < 200 || status == 204;
	enum te	te;

	if (framing_of(head, lenient, &te, out, why) == -1)
		return (-1);
	if (early && te != TE_NONE && !lenient)	/* RFC 9112 6.1 */
		return (fail(why, ERR_H1_FRAMING, "invalid: "
		    "transfer-encoding in a %d response", status));
	if (no_body || early || status == 304 || (tunnel && status < 300))
		*out = (struct h1_framing){ H1_NONE, 0 };
	else if (out->kind == H1_NONE)
		out->kind = H1_CLOSE;
	return (0);
}

int
h1_framing_request(const struct head *head, struct h1_framing *out,
    struct why *why)
{
	return (framing_request(head, false, out, why));
}

int
h1_framing_response(const struct head *head, struct sp method,
    struct h1_framing *out, struct why *why)
{
	return (framing_response(head, sp_is(method, "HEAD"),
	    sp_is(method, "CONNECT"), false, out, why));
}

bool
h1_keeps_alive(const struct head *head, const struct h1_framing *framing)
{
	if (framing->kind == H1_CLOSE ||
	    head_has_member(head, TOK_connection, "close"))
		return (false);
	return (head_is_11(head) ||
	    head_has_member(head, TOK_connection, "keep-alive"));
}

/*
 * RFC 9112 3.2: exactly one Host. Where the target names the place itself
 * it decides nothing, and its absence is let pass.
 */
static int
check_host(const struct head *head, struct why *why)
{
	unsigned	n = head_count_tok(head, TOK_host);

	if (n > 1)
		return (fail(why, ERR_H1_HOST,
		    "invalid: more than one Host header"));
	if (n == 1 && is_folded(&head->v[head_find_tok(head, TOK_host, 0)]))
		return (fail(why, ERR_H1_HOST,
		    "invalid: Host on several lines"));
	if (n == 0 && head_is_11(head) && !sp_is(head->method, "CONNECT") &&
	    sp_search(head->target, SP("://")) == -1)
		return (fail(why, ERR_H1_HOST,
		    "invalid: HTTP/1.1 request without a Host header"));
	return (0);
}

/* RFC 9110 6.5.1: what decided framing or routing cannot come afterwards. */
static int
check_trailers(const struct head *head, struct why *why)
{
	static const enum token	never[] = {
		TOK_content_length, TOK_transfer_encoding, TOK_host
	};
	size_t			i;

	for (i = 0; i < nitems(never); i++)
		if (head_find_tok(head, never[i], 0) != -1)
			return (fail(why, ERR_H1_FIELD,
			    "invalid: %s among the trailers",
			    token_name(never[i])));
	return (0);
}

/* RFC 9112 2.2: some clients end a body with a line too many. */
static size_t
skip_blanks(struct h1 *h, struct sp in)
{
	size_t	n = 0;

	if (h->response || h->scanned != 0)
		return (0);
	while (h->blanks < H1_BLANKS && in.n - n >= 2 &&
	    in.p[n] == '\r' && in.p[n + 1] == '\n') {
		n += 2;
		h->blanks++;
	}
	return (n);
}

static int
head_too_large(struct why *why)
{
	return (fail(why, ERR_H1_HEAD_SIZE,
	    "header section larger than %llu bytes", limit_of(HEAD_BYTES)));
}

/* The head has not ended: it may be too long already, or none at all. */
static int
check_partial(struct h1 *h, struct sp in, size_t before, struct why *why)
{
	bool	whole = before == 0 && h->scanned != 0;

	if (!h->response && h->scanned == 0 &&
	    in.n > limit_of(URI_BYTES) + H1_LINE_SPARE)
		return (fail(why, ERR_H1_URI_SIZE,
		    "request line longer than %llu bytes",
		    limit_of(URI_BYTES)));
	if (in.n > limit_of(HEAD_BYTES))
		return (head_too_large(why));
	if (h->scanned != 0 && !whole)
		return (0);
	return (h1_check_start(in, h->response, h->lenient, whole, why));
}

static int
take_head(struct h1 *h, const struct head *head, struct why *why)
{
	static const unsigned char	steps[] = {
		[H1_NONE] = END, [H1_LENGTH] = LENGTH, [H1_CHUNKED] = CHUNKS,
		[H1_CLOSE] = CLOSE
	};
	int				rv;

	if (h->response)
		rv = framing_response(head, h->no_body, h->tunnel,
		    h->lenient, &h->framing, why);
	else if (!h->lenient && check_host(head, why) == -1)
		rv = -1;
	else
		rv = framing_request(head, h->lenient, &h->framing, why);
	if (rv == -1)
		return (-1);
	/* After a 1xx the answer is still to come (RFC 9110 15.2); after a
	 * refused CONNECT there is no tunnel. */
	if (h->response && head->status == 101)
		h->tunnel = true;
	else if (h->response && head->status >= 200) {
		h->tunnel = h->tunnel && head->status < 300;
		h->no_body = false;
	}
	h->interim = h->response && head->status < 200 &&
	    head->status != 101;
	h->left = h->framing.length;
	h->step = steps[h->framing.kind];
	chunk_start(&h->chunk);
	return (0);
}

static ssize_t
feed_head(struct h1 *h, struct sp in, struct h1_ev *ev, struct why *why)
{
	size_t		 skip = skip_blanks(h, in), before = h->scanned, n;
	struct head	*head;

	in = sp_skip(in, skip);
	n = h1_find_end(in, &h->scanned);
	if (n > limit_of(HEAD_BYTES))
		return (head_too_large(why));
	if (n == 0) {
		if (check_partial(h, in, before, why) == -1)
			return (-1);
		return ((ssize_t)skip);
	}
	head = h1_parse_head(sp_cut(in, 0, n), h->response, h->lenient, why);
	if (head == NULL)
		return (-1);
	if (take_head(h, head, why) == -1) {
		head_unref(head);
		return (-1);
	}
	h->scanned = 0;
	h->blanks = 0;
	ev->kind = H1_HEAD;
	ev->head = head;
	return ((ssize_t)(skip + n));
}

static ssize_t
give_data(struct h1_ev *ev, struct sp data)
{
	if (data.n != 0) {
		ev->kind = H1_DATA;
		ev->data = data;
	}
	return ((ssize_t)data.n);
}

static ssize_t
feed_length(struct h1 *h, struct sp in, struct h1_ev *ev,
    struct why *why unused)
{
	if (in.n > h->left)
		in.n = (size_t)h->left;
	h->left -= in.n;
	if (h->left == 0)
		h->step = END;
	return (give_data(ev, in));
}

static ssize_t
feed_close(struct h1 *h unused, struct sp in, struct h1_ev *ev,
    struct why *why unused)
{
	return (give_data(ev, in));
}

static ssize_t
feed_chunks(struct h1 *h, struct sp in, struct h1_ev *ev, struct why *why)
{
	struct sp	data;
	ssize_t		n = chunk_feed(&h->chunk, in, &data, why);

	if (n == -1)
		return (-1);
	(void)give_data(ev, data);
	if (chunk_done(&h->chunk))
		h->step = TRAILERS;
	return (n);
}

static ssize_t
feed_trailers(struct h1 *h, struct sp in, struct h1_ev *ev,
    struct why *why)
{
	size_t		 n = h1_find_end(in, &h->scanned);
	struct head	*head;

	if (n > limit_of(TRAILER_BYTES) ||
	    (n == 0 && in.n > limit_of(TRAILER_BYTES)))
		return (fail(why, ERR_H1_HEAD_SIZE,
		    "trailer section larger than %llu bytes",
		    limit_of(TRAILER_BYTES)));
	if (n == 0)
		return (0);
	h->scanned = 0;
	h->step = END;
	if (n == 2)
		return (2);
	head = h1_parse_trailers(sp_cut(in, 0, n), h->lenient, why);
	if (head == NULL)
		return (-1);
	if (!h->lenient && check_trailers(head, why) == -1) {
		head_unref(head);
		return (-1);
	}
	ev->kind = H1_TRAILERS;
	ev->head = head;
	return ((ssize_t)n);
}

static ssize_t
feed_end(struct h1 *h, struct sp in unused, struct h1_ev *ev,
    struct why *why unused)
{
	h->step = h->tunnel && !h->interim && h->framing.kind == H1_NONE ?
	    TUNNEL : HEAD;
	ev->kind = H1_END;
	return (0);
}

static ssize_t
feed_tunnel(struct h1 *h unused, struct sp in unused,
    struct h1_ev *ev unused, struct why *why unused)
{
	return (0);
}

static ssize_t (*const h1_steps[])(struct h1 *, struct sp, struct h1_ev *,
    struct why *) = {
	[HEAD] = feed_head,
	[LENGTH] = feed_length,
	[CHUNKS] = feed_chunks,
	[TRAILERS] = feed_trailers,
	[CLOSE] = feed_close,
	[END] = feed_end,
	[TUNNEL] = feed_tunnel,
};

/* A step that leads on without an event is followed at once. */
ssize_t
h1_feed(struct h1 *h, struct sp in, struct h1_ev *ev, struct why *why)
{
	size_t	used = 0;
	ssize_t	n;
	int	step;

	memset(ev, 0, sizeof(*ev));
	do {
		step = h->step;
		n = h1_steps[step](h, sp_skip(in, used), ev, why);
		if (n == -1)
			return (-1);
		used += (size_t)n;
	} while (ev->kind == H1_MORE && h->step != step);
	return ((ssize_t)used);
}

int
h1_eof(struct h1 *h, struct sp rest, struct h1_ev *ev, struct why *why)
{
	memset(ev, 0, sizeof(*ev));
	if (h->step == CLOSE || h->step == END) {
		h->step = HEAD;
		ev->kind = H1_END;
		return (0);
	}
	if (h->step == TUNNEL || (h->step == HEAD && rest.n == 0))
		return (0);
	return (fail(why, ERR_H1_EOF,
	    "connection closed in the middle of a message %s",
	    h->step == HEAD ? "head" : "body"));
}

bool
h1_has_body(const struct h1 *h)
{
	return (h->framing.kind != H1_NONE &&
	    !(h->framing.kind == H1_LENGTH && h->framing.length == 0));
}

size_t
h1_chunk_line(char to[20], size_t n)
{
	static const char	digits[] = "0123456789abcdef";
	size_t			len = 1, i;

	while (len < 16 && n >> (4 * len) != 0)
		len++;
	for (i = 0; i < len; i++)
		to[i] = digits[n >> (4 * (len - 1 - i)) & 15];
	to[len] = '\r';
	to[len + 1] = '\n';
	return (len + 2);
}
