/*
 * One flow as lines of text.
 */
#include "app/dump.h"

#include <stdio.h>

#include "base/date.h"
#include "base/utf8.h"
#include "codec/uri.h"
#include "cv/cv.h"
#include "cv/dns.h"

#define GREEN	"32"
#define YELLOW	"33"
#define RED	"31"
#define BLUE	"34"
#define MAGENTA	"35"
#define CYAN	"36"
#define BOLD	"1"
#define DIM	"2"
#define BLINK	"31;5"

#define URL_COLUMNS_LEAST	50
#define URL_COLUMNS_LEFT	25	/* for what stands beside a URL */

struct paper {
	const struct dump_look	*look;
	const struct flow	*flow;
	struct str		*out;
};

/* Text from outside: escaped, in a colour where there are some. */
static void
put(struct paper *p, const char *colour, struct sp text)
{
	bool	painted = p->look->colour && colour != NULL && text.n != 0;

	if (painted)
		str_printf(p->out, "\033[%sm", colour);
	str_escape(p->out, text);
	if (painted)
		str_puts(p->out, "\033[0m");
}

static void
puts_(struct paper *p, const char *colour, const char *text)
{
	put(p, colour, sp_of(text));
}

/* Line ends are ours; those from outside are escaped. */
static void
end_line(struct paper *p)
{
	str_putc(p->out, '\n');
}

/* "host:port", IPv6 in brackets (RFC 3986 3.2.2). */
static void
put_place(struct str *out, const struct place *at)
{
	const char	*host = at->host != NULL ? at->host : "?";

	str_printf(out, strchr(host, ':') != NULL ? "[%s]:%u" : "%s:%u",
	    host, (unsigned)at->port);
}

/* Who asked, or that we did. */
static void
client_text(const struct flow *f, struct str *out)
{
	if (f->replay == REPLAY_REQUEST)
		str_puts(out, "[replay]");
	else if (f->client != NULL)
		put_place(out, &f->client->peer);
	else
		str_puts(out, "[no client]");
}

/* The name that was asked for says more than the address it has. */
static void
server_text(const struct flow *f, struct str *out)
{
	if (f->server == NULL)
		str_puts(out, "[no server]");
	else if (f->server->address.host != NULL)
		put_place(out, &f->server->address);
	else
		put_place(out, &f->server->peer);
}

/* Versions are worth a word unless both sides speak HTTP/1. */
static bool
shows_versions(const struct flow *f)
{
	return (!sp_starts(f->request->head->version, "HTTP/1") ||
	    (f->response != NULL &&
	    !sp_starts(f->response->head->version, "HTTP/1")));
}

/* --- heads and bodies --- */

/* In their order, with the case they came in. */
static void
put_fields(struct paper *p, const struct head *h)
{
	unsigned	i;

	for (i = 0; i < h->n; i++) {
		str_puts(p->out, "    ");
		put(p, BLUE, field_name(&h->v[i]));
		str_puts(p->out, ": ");
		put(p, NULL, field_value(&h->v[i]));
		end_line(p);
	}
}

static const char *const style_colours[CV_STYLE_N] = {
	[CV_HEADER] = BOLD, [CV_HIGHLIGHT] = BOLD, [CV_OFFSET] = DIM,
	[CV_KEY] = CYAN, [CV_STRING] = GREEN, [CV_NUMBER] = BLUE,
	[CV_BOOLEAN] = MAGENTA, [CV_NULL] = MAGENTA, [CV_TAG] = CYAN,
	[CV_ATTR] = BLUE, [CV_COMMENT] = DIM, [CV_KEYWORD] = MAGENTA,
	[CV_ERROR] = RED,
};

/* The view has escaped what it gives. */
static void
put_run(struct paper *p, const struct cv_out *o, const struct cv_run *run)
{
	const char	*colour = p->look->colour ?
	    style_colours[run->style] : NULL;

	if (colour != NULL)
		str_printf(p->out, "\033[%sm", colour);
	str_add(p->out, sp_cut(str_sp(&o->text), run->from, run->len));
	if (colour != NULL)
		str_puts(p->out, "\033[0m");
}

static void
put_rendering(struct paper *p, const struct cv_out *o)
{
	/* The view's own last line, of keys to press, is not for paper. */
	size_t		n = o->cut ? o->nlines - 1 : o->nlines, i;
	uint32_t	r;

	for (i = 0; i < n; i++) {
		if (o->lines[i].nruns != 0)
			str_puts(p->out, "    ");
		for (r = 0; r < o->lines[i].nruns; r++)
			put_run(p, o, &o->runs[o->lines[i].run + r]);
		end_line(p);
	}
	if (o->cut) {
		str_puts(p->out, "    ");
		puts_(p, BOLD, "(cut off)");
		end_line(p);
	}
	end_line(p);
}

static size_t
max_lines(const struct paper *p)
{
	return (p->look->detail >= 4 ? 0 : p->look->max_lines);
}

/* Empty bodies are not worth a line, missing ones are. */
static bool
has_something(const struct msg *m, bool request)
{
	return (!m->has_body || m->body.len != 0 ||
	    (request && uri_query(m->head->path).n != 0));
}

/* What follows the first line of a message. */
static void
put_message(struct paper *p, const struct msg *m, bool request)
{
	struct cv_out	o;

	if (p->look->detail < 2)
		return;
	put_fields(p, m->head);
	end_line(p);
	if (p->look->detail >= 3 && has_something(m, request)) {
		cv_out_init(&o, max_lines(p));
		o.more = p->look->more;
		cv_message(p->flow, m, request, p->look->view, &o);
		put_rendering(p, &o);
		cv_out_fini(&o);
	}
	if (m->trailers == NULL || m->trailers->n == 0)
		return;
	str_puts(p->out, "    ");
	puts_(p, MAGENTA, "--- HTTP Trailers");
	end_line(p);
	put_fields(p, m->trailers);
	end_line(p);
}

/* What one frame carried. */
static void
put_bytes(struct paper *p, struct sp bytes)
{
	struct cv_out	o;

	if (p->look->detail < 3)
		return;
	end_line(p);
	cv_out_init(&o, max_lines(p));
	o.more = p->look->more;
	cv_bytes(p->flow, bytes, p->look->view, &o);
	put_rendering(p, &o);
	cv_out_fini(&o);
}

/* --- HTTP --- */

static const char *
method_colour(struct sp method)
{
	if (sp_is(method, "GET"))
		return (GREEN);
	return (sp_is(method, "DELETE") ? RED : MAGENTA);
}

static const char *
status_colour(int status)
{
	if (status == 418)		/* RFC 2324 2.3.2 */
		return (BLINK);
	if (status >= 400)
		return (RED);
	return (status >= 300 ? MAGENTA : status >= 200 ? GREEN : NULL);
}

/* The URL in its own colour, cut where one line is all there is. */
static void
put_url(struct paper *p)
{
	struct str	raw, url;
	struct sp	shown;
	size_t		cells, room = URL_COLUMNS_LEAST;

	str_init(&raw, STR_MAX);
	str_init(&url, STR_MAX);
	msg_url(p->flow->request, p->look->showhost, &raw);
	str_escape(&url, str_sp(&raw));
	shown = str_sp(&url);
	if (p->look->width > URL_COLUMNS_LEAST + URL_COLUMNS_LEFT)
		room = p->look->width - URL_COLUMNS_LEFT;
	if (p->look->detail == 1 && utf8_cells(shown) > room) {
		shown = utf8_fit(shown, room, &cells);
		put(p, BOLD, shown);
		str_puts(p->out, "…");
	} else
		put(p, BOLD, shown);
	str_fini(&url);
	str_fini(&raw);
}

static void
put_request(struct paper *p, struct sp client)
{
	const struct head	*h = p->flow->request->head;

	put(p, YELLOW, client);
	str_puts(p->out, ": ");
	put(p, method_colour(h->method), h->method);
	str_putc(p->out, ' ');
	put_url(p);
	if (shows_versions(p->flow)) {
		str_putc(p->out, ' ');
		put(p, NULL, h->version);
	}
	end_line(p);
	put_message(p, p->flow->request, true);
}

/* " << 200 OK 1.2k", under the end of the client's name at detail 1. */
static void
put_status(struct paper *p, const struct msg *m, size_t client_cells)
{
	const struct head	*h = m->head;
	/* HTTP/2 has none: the standard one says more than nothing. */
	struct sp		 reason = sp_starts(h->version, "HTTP/2") ?
	    sp_of(head_phrase(h->status)) : h->reason;
	char			 code[16], size[16];
	size_t			 taken = 2;

	if (shows_versions(p->flow))
		taken += h->version.n + 1;
	if (p->flow->replay == REPLAY_RESPONSE)
		taken += strlen("[replay]");
	if (p->look->detail == 1 && client_cells > taken)
		str_printf(p->out, "%*s", (int)(client_cells - taken), "");
	if (p->flow->replay == REPLAY_RESPONSE)
		puts_(p, YELLOW, "[replay]");
	str_puts(p->out, " << ");
	if (shows_versions(p->flow)) {
		put(p, NULL, h->version);
		str_putc(p->out, ' ');
	}
	(void)snprintf(code, sizeof(code), "%d", h->status);
	puts_(p, status_colour(h->status), code);
	str_puts(p->out, reason.n != 0 ? " " : "");
	put(p, status_colour(h->status), reason);
	date_size(m->body.len, size);
	str_putc(p->out, ' ');
	if (m->has_body)
		puts_(p, BOLD, size);
	else
		puts_(p, RED, "(content missing)");
	end_line(p);
}

static void
put_error(struct paper *p, const char *error)
{
	str_puts(p->out, " << ");
	puts_(p, RED, error);
	end_line(p);
}

/* "a -> WebSocket text message -> b/path", or the other way. */
static void
put_frame(struct paper *p, const struct frame *fr, struct sp what,
    struct sp path)
{
	const char	*arrow = fr->from_client ? "->" : "<-";
	struct str	 client, server;

	str_init(&client, 1024);
	str_init(&server, 1024);
	client_text(p->flow, &client);
	server_text(p->flow, &server);
	put(p, YELLOW, str_sp(&client));
	str_printf(p->out, " %s ", arrow);
	put(p, NULL, what);
	str_printf(p->out, " %s ", arrow);
	put(p, NULL, str_sp(&server));
	put(p, NULL, path);
	if (fr->dropped)
		puts_(p, RED, " (dropped)");
	end_line(p);
	str_fini(&client);
	str_fini(&server);
	put_bytes(p, blob_sp(fr->data));
}

static void
put_websocket(struct paper *p, const struct websocket *ws)
{
	const struct frame	*fr;
	size_t			 i = p->look->from;

	for (i -= i != 0; i < ws->frames.n; i++) {
		fr = frames_at(&ws->frames, i);
		put_frame(p, fr, sp_of(fr->opcode == 1 ?
		    "WebSocket text message" : "WebSocket binary message"),
		    p->flow->request->head->path);
	}
	if (ws->close_code == 0 || p->flow->live || p->look->goes_on)
		return;
	str_printf(p->out, "WebSocket connection closed by %s: %d ",
	    ws->closed_by_client ? "client" : "server", ws->close_code);
	puts_(p, NULL, ws->close_reason != NULL ? ws->close_reason : "");
	end_line(p);
}

/* Everything there is, an error last: it may have come after a response
 * had begun. */
static void
put_http(struct paper *p)
{
	const struct flow	*f = p->flow;
	struct str		 client;

	if (f->websocket != NULL && p->look->from != 0) {
		put_websocket(p, f->websocket);
		if (f->error != NULL && !p->look->goes_on)
			put_error(p, f->error);
		return;
	}
	str_init(&client, 1024);
	client_text(f, &client);
	if (f->request != NULL) {
		put_request(p, str_sp(&client));
		if (f->response != NULL) {
			put_status(p, f->response, utf8_cells(
			    str_sp(&client)));
			put_message(p, f->response, false);
		}
		if (f->websocket != NULL)
			put_websocket(p, f->websocket);
	}
	if (f->error != NULL && !p->look->goes_on)
		put_error(p, f->error);
	str_fini(&client);
}

/* --- the other kinds --- */

/* TCP and UDP: each message as it went, then how it ended. */
static void
put_stream(struct paper *p, const char *proto, const char *name)
{
	const struct flow	*f = p->flow;
	struct str		 server;
	size_t			 i;

	for (i = p->look->from; i < f->frames.n; i++)
		put_frame(p, frames_at(&f->frames, i), sp_of(proto), SPNIL);
	if (f->error == NULL || p->look->goes_on)
		return;
	str_init(&server, 1024);
	server_text(f, &server);
	str_printf(p->out, "Error in %s connection to ", name);
	put(p, NULL, str_sp(&server));
	str_puts(p->out, ": ");
	puts_(p, RED, f->error);
	end_line(p);
	str_fini(&server);
}

/* The question and the answers in a line each. */
static void
put_dns(struct paper *p)
{
	const struct flow	*f = p->flow;
	struct str		 text;

	str_init(&text, STR_MAX);
	client_text(f, &text);
	put(p, YELLOW, str_sp(&text));
	str_puts(p->out, ": DNS QUERY ");
	str_clear(&text);
	if (f->frames.n > 0)
		dns_put_question(&text,
		    blob_sp(frames_at(&f->frames, 0)->data));
	put(p, BOLD, str_sp(&text));
	end_line(p);
	str_clear(&text);
	if (f->frames.n > 1) {
		dns_put_answers(&text, blob_sp(frames_at(&f->frames, 1)->data));
		/* of a zone */
		if (f->frames.n > 2)
			str_printf(&text, ", and %zu messages more",
			    f->frames.n - 2);
		str_puts(p->out, " << ");
		put(p, GREEN, str_sp(&text));
		end_line(p);
	}
	if (f->error != NULL)
		put_error(p, f->error);
	str_fini(&text);
}

void
dump_put_flow(const struct dump_look *look, const struct flow *f,
    struct str *out)
{
	struct paper	p = { look, f, out };

	if (look->detail <= 0)
		return;
	switch (f->type) {
	case FLOW_HTTP:
		put_http(&p);
		break;
	case FLOW_TCP:
		put_stream(&p, "tcp", "TCP");
		break;
	case FLOW_UDP:
		put_stream(&p, "udp", "UDP");
		break;
	case FLOW_DNS:
		put_dns(&p);
		break;
	}
}
