#include "ui/flowrow.h"

#include <stdio.h>
#include <time.h>

#include "base/utf8.h"
#include "codec/dnsdata.h"
#include "cv/dns.h"
#include "model/marker.h"

#define W_TIME		10	/* with the focus mark */
#define W_SCHEME	5
#define METHOD_COLS	120	/* from this width on, it has 7 and not 4 */
#define W_STATUS	3
#define W_SIZE		5
#define W_SPAN		5
#define W_MARKS		3

void
flowrow_size(uint64_t n, char out[16])
{
	static const char	units[] = "bkmgt";
	double			v = (double)n;
	size_t			u = 0;

	while (v >= 1023.5 && u + 2 < sizeof(units)) {
		v /= 1024;
		u++;
	}
	(void)snprintf(out, 16, u == 0 || v >= 99.95 ? "%.0f%c" : "%.1f%c", v,
	    units[u]);
}

void
flowrow_span(double s, char out[16])
{
	if (s < 0)
		s = 0;			/* clocks jump */
	if (s < 0.9995)
		(void)snprintf(out, 16, "%.0fms", s * 1000);
	else
		(void)snprintf(out, 16, s < 9.995 ? "%.2fs" : s < 99.95 ?
		    "%.1fs" : "%.0fs", s > 999999 ? 999999 : s);
}

static void
clock_text(double t, bool full, char out[32])
{
	time_t		s = (time_t)t;
	struct tm	tm;
	size_t		n = 0;

	if (localtime_r(&s, &tm) != NULL)
		n = full ? strftime(out, 32, "%Y-%m-%d %H:%M:%S", &tm) :
		    strftime(out, 32, "%H:%M:%S", &tm);
	if (n == 0)
		(void)snprintf(out, 32, "--:--:--");
}

const char *
flowrow_mark(const struct term *t, const struct flow *f)
{
	const char	*text;

	if (f->marked == NULL || f->marked[0] == '\0')
		return ("");
	if (strcmp(f->marked, ":default:") == 0)
		return (sign_text(t, SIGN_MARK));
	if (f->marked[0] != ':')
		return (f->marked);
	text = term_utf8(t) ? marker_text(f->marked) : NULL;
	return (text != NULL ? text : sign_text(t, SIGN_MARK));
}

static int
method_style(struct sp m)
{
	static const struct {
		const char	*name;
		int		 style;
	} rows[] = {
		{ "GET", ST_method_get }, { "POST", ST_method_post },
		{ "PUT", ST_method_put }, { "DELETE", ST_method_delete },
		{ "HEAD", ST_method_head },
	};
	size_t	i;

	for (i = 0; i < nitems(rows); i++)
		if (sp_is(m, rows[i].name))
			return (rows[i].style);
	return (ST_method_other);
}

static int
code_style(int code)
{
	static const int	styles[] = { ST_code_other, ST_code_other,
	    ST_code_200, ST_code_300, ST_code_400, ST_code_500 };

	return (code >= 100 && code < 600 ? styles[code / 100] :
	    ST_code_other);
}

static int
type_style(struct sp t)
{
	struct sp	rest, main = sp_split(t, '/', &rest);

	if (sp_is(rest, "javascript"))
		return (ST_content_script);
	if (sp_is(rest, "json") || sp_is(rest, "xml"))
		return (ST_content_data);
	if (sp_is(main, "text"))
		return (ST_content_text);
	if (sp_is(main, "image") || sp_is(main, "video") ||
	    sp_is(main, "font") || sp_is(main, "media"))
		return (ST_content_media);
	return (sp_is(main, "application") ? ST_content_raw :
	    ST_content_other);
}

/* What is said of a flow that is not (yet) what it is about. */
struct facts {
	struct sp	 method, host, path, type;
	const char	*none;		/* why there is no body, or NULL */
	const char	*scheme;
	int		 scheme_style;
	int		 status;	/* 0: none yet */
	bool		 answered;
	bool		 held, to_server;	/* and where it would go */
	uint64_t	 size;
	double		 span;		/* -1: not known */
	int		 q_style, a_style; /* ST_N: by what it is */
	char		 count[32];	/* what type may point to */
};

static bool
shows_host(struct model *m)
{
	return (opts_find(m->opts, "showhost") != NULL &&
	    opts_bool(m->opts, "showhost"));
}

static void
facts_response(const struct flow *f, struct facts *o)
{
	const struct msg	*r = f->response;
	struct sp		 rest;

	o->answered = true;
	o->status = r->head->status;
	o->type = sp_trim(sp_split(head_get(r->head, "content-type"), ';',
	    &rest));
	o->size = r->body_len;
	/* The body is what is shown when there is none: why. */
	if (!r->has_body && !flow_awaits(f, r))
		o->none = "[content missing]";
	else if (r->body_len == 0 && r->complete)
		o->none = "[no content]";
	if (r->t_end > 0 && f->request != NULL)
		o->span = r->t_end - f->request->t_start;
}

/* An answer of 101 has no content: its messages are what there is. */
static void
facts_messages(const struct frames *fs, struct facts *o)
{
	o->none = NULL;
	o->size = frames_bytes(fs);
	(void)snprintf(o->count, sizeof(o->count), "%zu message%s", fs->n,
	    fs->n == 1 ? "" : "s");
	o->type = sp_of(o->count);
}

static double
stream_span(const struct flow *f)
{
	double	start = f->client != NULL ? f->client->t_start : 0;

	if (f->frames.n == 0)
		return (-1);
	return (frames_last(&f->frames)->time -
	    (start > 0 ? start : frames_at(&f->frames, 0)->time));
}

/* What is held, if something is: a message, or else the request or the
 * response. */
static bool
to_server(const struct flow *f)
{
	const struct frame	*fr = flow_held_message(f);

	return (fr != NULL ? fr->from_client : f->response == NULL);
}

static void
facts_of(struct model *m, const struct flow *f, struct facts *o)
{
	const struct head	*h;
	bool			 ws = f->websocket != NULL, tls;

	memset(o, 0, sizeof(*o));
	o->span = -1;
	o->q_style = o->a_style = ST_N;
	o->scheme = "";
	if (f->held && f->response == NULL)
		o->q_style = ST_intercept;
	else if (f->held)
		o->a_style = ST_intercept;
	o->held = f->held;
	o->to_server = to_server(f);
	if (f->response != NULL)
		facts_response(f, o);
	if (ws)
		facts_messages(&f->websocket->frames, o);
	else if (f->type == FLOW_TCP || f->type == FLOW_UDP) {
		facts_messages(&f->frames, o);
		o->span = stream_span(f);
	}
	if (f->request == NULL)
		return;
	if (f->response == NULL && flow_awaits(f, f->request) &&
	    f->request->body_len > 0) {
		o->size = f->request->body_len;
		o->none = "[sending]";
	}
	h = f->request->head;
	tls = sp_iis(h->scheme, "https");
	o->scheme = ws ? (tls ? "WSS" : "WS") : tls ? "HTTPS" : "HTTP";
	o->scheme_style = ws ? (tls ? ST_scheme_wss : ST_scheme_ws) :
	    tls ? ST_scheme_https : ST_scheme_http;
	o->method = h->method;
	o->host = shows_host(m) ? msg_pretty_host(f->request) : h->host;
	o->path = h->path.n != 0 ? h->path : h->target;
}

static int
style_or(int forced, int style)
{
	return (forced != ST_N ? forced : style);
}

/* A path with its parts in their styles; the same cells as plain text. */
static void
path_draw(const struct area *col, struct sp s, int forced)
{
	size_t	i, from = 0, name = 0;
	bool	query = false, value = false, ext = false;
	int	x = 0, style;

	for (i = 0; i < s.n && s.p[i] != '?'; i++)
		if (s.p[i] == '/')
			name = i;
	for (i = 0; i <= s.n && x < col->w; i++) {
		if (i < s.n && (query ? strchr("=&", s.p[i]) == NULL :
		    strchr("/.?", s.p[i]) == NULL))
			continue;
		style = query ? (value ? ST_url_query_value :
		    ST_url_query_key) : ext && from > name ?
		    ST_url_extension : from > name ? ST_url_filename :
		    ST_url_domain;
		x += draw_text(col, 0, x, style_or(forced, style),
		    sp_cut(s, from, i - from));
		if (i == s.n)
			return;
		x += draw_text(col, 0, x, style_or(forced,
		    ST_url_punctuation), sp_cut(s, i, 1));
		value = query ? s.p[i] == '=' : false;
		query |= s.p[i] == '?';
		ext = s.p[i] == '.';
		from = i + 1;
	}
}

static void
path_column(const struct area *a, int x, int w, struct sp s, int forced)
{
	struct area	col = area_cut(a, 0, x, 1, w);
	const char	*more = sign_text(a->term, SIGN_MORE);

	if (w < 1)
		return;
	s = sp_cut(s, 0, s.n < 4 * (size_t)w + 16 ? s.n : 4 * (size_t)w + 16);
	if (utf8_cells(s) <= (size_t)w) {
		path_draw(&col, s, forced);
		return;
	}
	col.w--;
	path_draw(&col, s, forced);
	(void)draw_puts(a, 0, x + w - 1, style_or(forced, ST_text), more);
}

static int
text_column(const struct area *a, int x, int w, enum fit fit, int style,
    const char *s)
{
	return (x + draw_column(a, 0, x, w, fit, style, sp_of(s)) + 1);
}

/* Replay and mark, at the right edge. */
static void
marks_draw(const struct area *a, int y, const struct flow *f)
{
	int	x = a->w - W_MARKS;

	if (x < 0)
		return;
	if (f->replay != REPLAY_NO)
		(void)draw_puts(a, y, x, ST_replay,
		    sign_text(a->term, SIGN_REPLAY));
	(void)draw_puts(a, y, x + 1, ST_mark, flowrow_mark(a->term, f));
}

/* "⇒ held": and where it would go. */
static int
held_draw(const struct area *a, int y, int x, bool server)
{
	return (draw_printf(a, y, x, ST_intercept, "%s held",
	    sign_text(a->term, server ? SIGN_RIGHT : SIGN_LEFT)));
}

/* Of "what: how: why" as much of the end as there is room for: what it was
 * about, the row says itself. */
static struct sp
error_part(const char *error, int w)
{
	struct sp	s = sp_of(error);
	size_t		cells = utf8_cells(s);
	ssize_t		i;

	while (cells > (size_t)(w > 0 ? w : 0) &&
	    (i = sp_search(s, SP(": "))) != -1) {
		cells -= utf8_cells(sp_cut(s, 0, (size_t)i + 2));
		s = sp_skip(s, (size_t)i + 2);
	}
	return (s);
}

/* Status, type, size and span of the table. */
static void
answer_columns(const struct flow *f, const struct facts *o,
    const struct area *a, int x, int w_type)
{
	char	buf[16] = "";
	int	wide = w_type + W_SIZE + W_SPAN + 2;

	if (o->answered)
		(void)snprintf(buf, sizeof(buf), "%3d", o->status);
	else if (f->error != NULL)
		(void)snprintf(buf, sizeof(buf), "err");
	x = text_column(a, x, W_STATUS, FIT_LEFT, style_or(o->a_style,
	    f->error != NULL && !o->answered ? ST_error :
	    code_style(o->status)), buf);
	if (f->error != NULL) {
		(void)draw_column(a, 0, x, wide, FIT_LEFT, ST_error,
		    error_part(f->error, wide));
		return;
	}
	if (o->held) {
		(void)held_draw(a, 0, x, o->to_server);
		x += w_type + 1;
	} else
		x += draw_column(a, 0, x, w_type, FIT_CUT_FRONT,
		    style_or(o->a_style, o->none != NULL ? ST_content_none :
		    type_style(o->type)), o->none != NULL ? sp_of(o->none) :
		    o->type) + 1;
	flowrow_size(o->size, buf);
	x = text_column(a, x, W_SIZE, FIT_RIGHT, style_or(o->a_style,
	    style_of_size(o->size)), o->size > 0 ? buf : "");
	if (o->span < 0)
		return;
	flowrow_span(o->span, buf);
	(void)text_column(a, x, W_SPAN, FIT_RIGHT, style_or(o->a_style,
	    style_of_span(o->span)), buf);
}

/* Widths of the columns that take what the others leave. */
struct widths {
	int	method, host, path, type;
};

static struct widths
widths_of(int w)
{
	struct widths	c = { .method = w < METHOD_COLS ? 4 : 7 };
	int		flex = w - W_TIME - W_SCHEME - c.method - W_STATUS -
			    W_SIZE - W_SPAN - W_MARKS - 9;

	c.type = flex / 5 < 16 ? (flex < 45 ? 10 : 16) : flex / 5;
	c.type = c.type > 24 ? 24 : c.type;
	c.host = flex / 4 < 40 ? flex / 4 : 40;
	c.path = flex - c.host - c.type;
	return (c);
}

static void
http_table(struct model *m, const struct flow *f, const struct area *a, int x)
{
	struct facts	o;
	struct widths	c = widths_of(a->w);

	facts_of(m, f, &o);
	x = text_column(a, x, W_SCHEME, FIT_LEFT, style_or(o.q_style,
	    o.scheme_style), o.scheme);
	x += draw_column(a, 0, x, c.method, FIT_LEFT, style_or(o.q_style,
	    method_style(o.method)), o.method) + 1;
	x += draw_column(a, 0, x, c.host, FIT_CUT_FRONT, style_or(o.q_style,
	    ST_url_domain), o.host) + 1;
	path_column(a, x, c.path, o.path, o.q_style);
	x += c.path + 1;
	answer_columns(f, &o, a, x, c.type);
}

/* --- names of the columns ------------------------------------------------- */

/* A column of the table: its name, and which order it can have; VIEW_ORDER_N:
 * none. */
struct column {
	const char	*name;
	int		 w;
	enum fit	 fit;
	enum view_order	 order;
};

#define COLUMNS	9

static void
columns_of(int w, struct column v[COLUMNS])
{
	struct widths	c = widths_of(w);
	struct column	all[COLUMNS] = {
		{ "  Time", W_TIME, FIT_LEFT, VIEW_TIME },
		{ "Proto", W_SCHEME, FIT_LEFT, VIEW_ORDER_N },
		{ "Meth", c.method, FIT_LEFT, VIEW_METHOD },
		{ "Host", c.host, FIT_RIGHT, VIEW_URL },
		{ "Path", c.path, FIT_LEFT, VIEW_URL },
		{ "Res", W_STATUS, FIT_LEFT, VIEW_ORDER_N },
		{ "Type", c.type, FIT_RIGHT, VIEW_ORDER_N },
		{ "Size", W_SIZE, FIT_RIGHT, VIEW_SIZE },
		{ "Took", W_SPAN, FIT_RIGHT, VIEW_ORDER_N },
	};

	memcpy(v, all, sizeof(all));
}

void
flowrow_names(const struct area *a, enum view_order order, bool reversed)
{
	struct column	v[COLUMNS];
	struct area	col;
	char		name[16];
	int		i, x = 0, style;

	draw_fill(a, ST_heading_inactive);
	columns_of(a->w, v);
	for (i = 0; i < COLUMNS; i++) {
		style = v[i].order == order ? ST_heading : ST_heading_inactive;
		(void)snprintf(name, sizeof(name), "%s%s", v[i].name,
		    v[i].order != order ? "" : sign_text(a->term, reversed ?
		    SIGN_FALLS : SIGN_RISES));
		/* The sign may stand between two columns. */
		col = area_cut(a, 0, x, 1, v[i].w + (v[i].fit == FIT_LEFT));
		(void)draw_column(&col, 0, 0, col.w, v[i].fit, style,
		    sp_of(name));
		x += v[i].w + 1;
	}
}

enum view_order
flowrow_order_at(int w, int x)
{
	struct column	v[COLUMNS];
	int		i;

	columns_of(w, v);
	for (i = 0; i < COLUMNS; i++) {
		if (x < v[i].w)
			return (v[i].order);
		x -= v[i].w + 1;
	}
	return (VIEW_ORDER_N);
}

/* --- conversations that are not HTTP -------------------------------------- */

static void
put_place(struct str *s, const struct place *p)
{
	if (p->host == NULL)
		str_puts(s, "?");
	else if (strchr(p->host, ':') != NULL)
		str_printf(s, "[%s]:%u", p->host, p->port);
	else
		str_printf(s, "%s:%u", p->host, p->port);
}

static void
put_client(const struct flow *f, struct str *s)
{
	if (f->client != NULL)
		put_place(s, &f->client->peer);
}

static void
put_server(const struct flow *f, struct str *s)
{
	str_puts(s, "<-> ");
	if (f->server != NULL)
		put_place(s, f->server->address.host != NULL ?
		    &f->server->address : &f->server->peer);
}

/* The first message of that direction, empty when there is none. */
static struct sp
dns_message(const struct flow *f, bool query)
{
	size_t	i;

	for (i = 0; i < f->frames.n; i++)
		if (frames_at(&f->frames, i)->from_client == query)
			return (blob_sp(frames_at(&f->frames, i)->data));
	return (SPNIL);
}

/* HTTP's codes, for their colours. */
static int
dns_style(unsigned code)
{
	static const int	codes[] = { 200, 400, 500, 404, 501, 403 };

	return (code_style(code < nitems(codes) ? codes[code] : 500));
}

/* "name (A) = 8.8.8.8, 8.8.4.4" */
static void
put_dns(const struct flow *f, struct str *s)
{
	struct sp		query = dns_message(f, true);
	struct sp		answer = dns_message(f, false);
	struct dnsmsg_rr	r;
	size_t			was;

	if (dnsmsg_question(query, &r, NULL) == 0) {
		str_printf(s, "%s (", r.name);
		dnsdata_put_type(s, r.type);
		str_puts(s, ") = ");
	}
	was = s->n;
	if (answer.n == 0)
		str_puts(s, "...");
	else
		dns_put_answers(s, answer);
	if (s->n == was)
		str_putc(s, '?');
}

static double
dns_span(const struct flow *f)
{
	return (f->frames.n < 2 ? 0 : frames_last(&f->frames)->time -
	    frames_at(&f->frames, 0)->time);
}

static void
dns_table(const struct flow *f, const struct area *a, int x)
{
	struct sp	answer = dns_message(f, false);
	int		w = a->w - W_MARKS - W_SPAN - 23 - x;
	struct str	s;
	struct dnsmsg	d;
	char		buf[16];

	x = text_column(a, x, 10, FIT_LEFT, f->held ? ST_intercept :
	    ST_scheme_dns, "DNS QUERY");
	str_init(&s, 4096);
	put_dns(f, &s);
	if (f->error != NULL)
		str_printf(&s, "  %s", f->error);
	x += draw_column(a, 0, x, w, FIT_LEFT, f->error != NULL ? ST_error :
	    ST_text, str_sp(&s)) + 1;
	str_clear(&s);
	if (dnsmsg_open(&d, answer, NULL) == 0) {
		dns_put_code(&s, DNSMSG_CODE(d.flags));
		x = text_column(a, x, 9, FIT_LEFT,
		    dns_style(DNSMSG_CODE(d.flags)), str_c(&s));
		flowrow_span(dns_span(f), buf);
		(void)text_column(a, x, W_SPAN, FIT_RIGHT,
		    style_of_span(dns_span(f)), buf);
	}
	str_fini(&s);
}

/* Under the names of the columns: who began where the method and the host
 * are, and where to instead of the path. */
static void
stream_table(struct model *m, const struct flow *f, const struct area *a,
    int x)
{
	struct widths	c = widths_of(a->w);
	int		w = c.method + 1 + c.host, both = w + c.path, needed;
	struct facts	o;
	struct str	s;

	facts_of(m, f, &o);
	x = text_column(a, x, W_SCHEME, FIT_LEFT, style_or(o.q_style,
	    f->type == FLOW_UDP ? ST_scheme_udp : ST_scheme_tcp),
	    f->type == FLOW_UDP ? "UDP" : "TCP");
	str_init(&s, 1024);
	put_client(f, &s);
	needed = (int)utf8_cells(str_sp(&s));
	if (needed > w)
		w = needed < both / 2 ? needed : both / 2;
	x += draw_column(a, 0, x, w, FIT_CUT_FRONT, style_or(o.q_style,
	    ST_text), str_sp(&s)) + 1;
	str_clear(&s);
	put_server(f, &s);
	x += draw_column(a, 0, x, both - w, FIT_LEFT, style_or(o.q_style,
	    ST_text), str_sp(&s)) + 1;
	str_fini(&s);
	answer_columns(f, &o, a, x, c.type);
}

void
flowrow_table(struct model *m, const struct flow *f, const struct area *a,
    bool focus)
{
	char	when[32];
	int	x;

	clock_text(flow_start(f), false, when);
	(void)draw_puts(a, 0, 0, focus ? ST_focus : ST_text,
	    focus ? ">>" : "  ");
	x = text_column(a, 2, W_TIME - 2, FIT_LEFT, f->held ? ST_intercept :
	    ST_text, when);
	if (f->type == FLOW_HTTP)
		http_table(m, f, a, x);
	else if (f->type == FLOW_DNS)
		dns_table(f, a, x);
	else
		stream_table(m, f, a, x);
	marks_draw(a, 0, f);
}

/* --- two lines ------------------------------------------------------------ */

static void
answer_line(const struct flow *f, const struct facts *o,
    const struct area *a, int x, bool extended)
{
	char	buf[16];

	if (f->error == NULL && !o->answered && o->size == 0 && !o->held)
		return;
	if (o->held)
		x += held_draw(a, 1, x, o->to_server) + 1;
	else
		x += draw_printf(a, 1, x, f->error == NULL || o->answered ?
		    style_or(o->a_style, ST_text) : ST_error, "%s ",
		    sign_text(a->term, SIGN_ARROW));
	if (o->answered) {
		x += draw_printf(a, 1, x, style_or(o->a_style,
		    code_style(o->status)), "%d ", o->status);
		if (extended && f->response->head->reason.n != 0) {
			x += draw_text(a, 1, x, style_or(o->a_style,
			    code_style(o->status)),
			    f->response->head->reason);
			x++;
		}
		x += draw_text(a, 1, x, style_or(o->a_style,
		    type_style(o->type)), o->type) + (o->type.n != 0);
	}
	if (o->none != NULL)
		x += draw_puts(a, 1, x, style_or(o->a_style,
		    ST_content_none), o->none) + 1;
	if (o->size > 0) {
		flowrow_size(o->size, buf);
		x += draw_puts(a, 1, x, style_or(o->a_style,
		    style_of_size(o->size)), buf) + 1;
	}
	if (o->span >= 0) {
		flowrow_span(o->span, buf);
		x += draw_puts(a, 1, x, style_or(o->a_style,
		    style_of_span(o->span)), buf) + 1;
	}
	if (f->error != NULL)
		(void)draw_column(a, 1, x, a->w - x, FIT_LEFT, ST_error,
		    error_part(f->error, a->w - x));
}

/* What came of a conversation that is not HTTP. */
static void
talk_line(const struct flow *f, const struct area *a, int x)
{
	struct dnsmsg	d;
	struct str	s;
	char		buf[16];
	double		span = stream_span(f);

	if (f->type == FLOW_DNS) {
		if (dnsmsg_open(&d, dns_message(f, false), NULL) == 0) {
			str_init(&s, 64);
			dns_put_code(&s, DNSMSG_CODE(d.flags));
			x += draw_text(a, 1, x, dns_style(DNSMSG_CODE(d.flags)),
			    str_sp(&s)) + 1;
			str_fini(&s);
		}
		span = dns_span(f);
	} else {
		if (f->held)
			x += held_draw(a, 1, x, to_server(f)) + 1;
		x += draw_printf(a, 1, x, ST_text, "%zu message%s",
		    f->frames.n, f->frames.n == 1 ? "" : "s") + 1;
		flowrow_size(flow_size(f), buf);
		x += draw_puts(a, 1, x, style_of_size(flow_size(f)), buf) + 1;
	}
	if (span > 0) {
		flowrow_span(span, buf);
		x += draw_puts(a, 1, x, style_of_span(span), buf) + 1;
	}
	if (f->error != NULL)
		(void)draw_column(a, 1, x, a->w - x, FIT_LEFT, ST_error,
		    error_part(f->error, a->w - x));
}

static void
request_line(struct model *m, const struct flow *f, const struct facts *o,
    const struct area *a, int x)
{
	struct area	line = area_cut(a, 0, 0, 1, a->w - W_MARKS - 1);
	struct sp	version;
	struct str	s;

	str_init(&s, 65536);
	if (f->request != NULL) {
		x += draw_text(&line, 0, x, style_or(o->q_style,
		    method_style(o->method)), o->method) + 1;
		msg_url(f->request, shows_host(m), &s);
		version = f->request->head->version;
		if (!sp_is(version, "HTTP/1.1") && !sp_is(version, "HTTP/1.0"))
			str_printf(&s, " %.*s", SPF(version));
	} else if (f->type == FLOW_DNS) {
		str_puts(&s, "DNS QUERY ");
		put_dns(f, &s);
	} else {
		put_client(f, &s);
		str_putc(&s, ' ');
		put_server(f, &s);
	}
	(void)draw_column(&line, 0, x, line.w - x, FIT_LEFT,
	    style_or(o->q_style, o->answered || f->error != NULL ? ST_text :
	    ST_title), str_sp(&s));
	str_fini(&s);
}

void
flowrow_list(struct model *m, const struct flow *f, const struct area *a,
    bool focus, bool extended)
{
	struct facts	o;
	char		when[32];
	int		x = 3;

	facts_of(m, f, &o);
	if (extended) {
		clock_text(flow_start(f), true, when);
		x = draw_puts(a, 0, 0, ST_text, when) + 1;
	} else
		(void)draw_puts(a, 0, 0, focus ? ST_focus : ST_text,
	    focus ? ">>" : "  ");
	request_line(m, f, &o, a, x);
	marks_draw(a, 0, f);
	if (f->type != FLOW_HTTP)
		talk_line(f, a, x);
	else
		answer_line(f, &o, a, x, extended);
}
