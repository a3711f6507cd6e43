#include "proxy/errpage.h"
#include "proxy/session_int.h"

/* The client's end under HTTP/2: its streams, each an exchange. */

void
client_start_h2(struct session *s)
{
	struct h2_cfg	cfg = {
		.lenient = !s->cfg->validate, .extended = true,
		.cased = s->cfg->cased,
		.write = to_wire, .blob = blob_to_wire, .arg = s->client
	};

	s->h2 = h2_new(&cfg);
	s->step = S_HTTP;
}

static struct stream *
client_stream_of(struct session *s, int32_t id)
{
	struct stream	*st;

	LIST_FOREACH(st, &s->streams, link)
		if (st->id == id)
			return (st);
	return (NULL);
}

static void
refuse(struct session *s, int32_t id, struct head *h, uint32_t code,
    const struct why *why)
{
	struct msg	*page;
	unsigned	 i;

	session_log(s, LOG_WARN, "Bad request refused: %s", why->text);
	if (h != NULL)
		client_show_refused(s, h, why);
	if (code != H2_NO_ERROR)
		return;			/* the codec has reset it */
	page = errpage(err_status(why->code) != 0 ? err_status(why->code) :
	    400, why->text);
	h2_respond(s->h2, id, page->head);
	for (i = 0; i < page->body.n; i++)
		(void)h2_data(s->h2, id, chain_at(&page->body, i), NULL);
	h2_end(s->h2, id, NULL);
	h2_reset(s->h2, id, H2_NO_ERROR);
	msg_unref(page);
}

static void
begin(struct session *s, struct arrival *a)
{
	(void)stream_begin_h2(s, a);
}

static void
on_head(struct session *s, struct h2_ev *ev)
{
	struct arrival		a = {
		.head = ev->head, .id = ev->id, .more = !ev->end
	};
	struct target_ctx	ctx = {
		.scheme = session_scheme(s),
		.host = s->host, .port = s->port
	};
	struct why		why;

	cfg_unref(s->cfg);
	s->cfg = cfg_ref(s->node->cfg);
	if (sp_is(ev->head->method, "CONNECT")) {
		if (tunnel_begin(s, ev->id, ev->head, &why) == 0) {
			head_unref(ev->head);
			return;
		}
	} else if (target_resolve(ev->head, &ctx, &why) == 0) {
		session_fit_host(s, ev->head);
		(void)arrival_settle(s, &a, begin);
		return;
	}
	refuse(s, ev->id, ev->head, H2_NO_ERROR, &why);
}

/* At once if nothing waits in front and it can be taken. */
static void
on_data(struct session *s, struct stream *st, struct sp data)
{
	struct exch_in	in = { .kind = IN_REQ_DATA, .data = data };

	if (inbox_has_data(&st->req_in) || !exch_takes_request(st->x) ||
	    stream_server_is_full(st)) {
		chain_append(&st->req_in.data, data);
		return;
	}
	exch_input(st->x, &in);
	h2_consumed(s->h2, st->id, data.n);
}

static void
on_gone(struct stream *st)
{
	st->gone = true;
	stream_lose_client(st);
}

static void
client_event(struct session *s, struct h2_ev *ev)
{
	struct stream	*st = client_stream_of(s, ev->id);

	s->again = true;
	if (tunnel_event(s, ev) || arrival_event(s, ev))
		return;
	switch (ev->kind) {
	case H2_HEAD:
		on_head(s, ev);
		return;
	case H2_REFUSED:
		if (st != NULL)
			on_gone(st);
		refuse(s, ev->id, ev->head, ev->code, ev->why);
		return;
	case H2_LOST:
		session_log(s, LOG_WARN, "HTTP/2 with the client ended: %s",
		    ev->why->text);
		session_close(s);
		return;
	case H2_TRAILERS:
		if (st == NULL)
			head_unref(ev->head);
		else
			st->req_in.trailers = ev->head;
		return;
	default:
		break;
	}
	if (st == NULL)
		return;
	if (ev->kind == H2_DATA)
		on_data(s, st, ev->data);
	else if (ev->kind == H2_END)
		st->req_in.end = true;
	else if (ev->kind == H2_RESET)
		on_gone(st);
	else if (ev->kind == H2_ROOM && st->sv != NULL &&
	    st->sv->wire != NULL)
		wire_resume(st->sv->wire, PAUSE_FULL);
}

static void
client_events(struct session *s)
{
	struct h2_ev	ev;

	while (h2_next(s->h2, &ev))
		client_event(s, &ev);
}

/* What is to go out, as far as the wire has room. */
void
client_h2_pump(struct session *s)
{
	while (wire_out_len(s->client) < WIRE_HIGH &&
	    h2_pump(s->h2, H2_TURN))
		;
	client_events(s);
}

void
client_h2(struct session *s)
{
	struct sp	b;

	client_events(s);
	while (s->step != S_CLOSING && !node_is_behind(s->node) &&
	    (b = wire_front(s->client)).n != 0) {
		h2_feed(s->h2, b);
		client_events(s);
		wire_drain(s->client, b.n);
	}
	if ((wire_eof(s->client) && wire_in_len(s->client) == 0) ||
	    h2_is_over(s->h2))
		session_close(s);
}
