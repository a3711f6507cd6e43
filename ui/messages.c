#include "ui/messages.h"

#include <stdio.h>

#include "ui/draw.h"

const char *
messages_way(const struct frame *fr)
{
	return (fr->from_client ? "to server" : "to client");
}

void
messages_put_one(const struct flow *f, struct sp bytes, const char *mode,
    struct cv_out *o)
{
	char	was[sizeof(o->title)];

	memcpy(was, o->title, sizeof(was));
	o->title[0] = '\0';
	cv_bytes(f, bytes, mode, o);
	if (was[0] != '\0' && strcmp(was, o->title) != 0)
		(void)snprintf(o->title, sizeof(o->title), "Messages");
}

/* From which on all of them fit: lines are counted from the last back. */
static size_t
first_shown(const struct flow *f, const struct frames *v, const char *mode,
    size_t max)
{
	struct cv_out	o;
	size_t		i;

	if (max == 0)
		return (0);
	cv_out_init(&o, max);
	for (i = v->n; i > 0; i--) {
		messages_put_one(f, blob_sp(frames_at(v, i - 1)->data), mode,
		    &o);
		/* one line is for what is said of those before */
		if (o.cut || (o.nlines >= max && i > 1))
			break;
	}
	cv_out_fini(&o);
	return (i == v->n && i > 0 ? i - 1 : i);
}

static void
put_frame(const struct term *t, const struct flow *f, const struct frame *fr,
    const char *mode, struct cv_out *o)
{
	(void)cv_printf(o, fr->from_client ? CV_NUMBER : CV_ERROR, "%s ",
	    sign_text(t, fr->from_client ? SIGN_RIGHT : SIGN_LEFT));
	messages_put_one(f, blob_sp(fr->data), mode, o);
	if (f->held && fr->held) {
		(void)cv_printf(o, CV_HIGHLIGHT, "(held, %s: e edits, a lets"
		    " it go, X drops it)", messages_way(fr));
		(void)cv_newline(o);
	}
	if (fr->dropped) {
		(void)cv_puts(o, CV_COMMENT, "(dropped)");
		(void)cv_newline(o);
	}
}

static void
put_end(const struct websocket *ws, struct cv_out *o)
{
	(void)cv_newline(o);
	(void)cv_printf(o, ws->close_code == 1000 || ws->close_code == 1001 ||
	    ws->close_code == 1005 ? CV_KEYWORD : CV_ERROR,
	    "Connection closed by %s: %d %s", ws->closed_by_client ?
	    "client" : "server", ws->close_code, ws->close_reason != NULL ?
	    ws->close_reason : "");
}

static void
put_from(const struct term *t, struct flow *f, size_t i, const char *mode,
    struct cv_out *body, struct cv_out *foot)
{
	const struct frames	*v = flow_messages(f);

	for (; i < v->n && !body->cut; i++)
		put_frame(t, f, frames_at(v, i), mode, body);
	if (f->websocket != NULL && f->websocket->close_code != 0)
		put_end(f->websocket, foot);
}

void
messages_put_more(const struct term *t, struct flow *f, const char *mode,
    const struct frames *known, struct cv_out *body, struct cv_out *foot)
{
	put_from(t, f, known->n, mode, body, foot);
}

void
messages_put(const struct term *t, struct flow *f, const char *mode,
    struct cv_out *body, struct cv_out *foot)
{
	const struct frames	*v = flow_messages(f);
	size_t			 from = first_shown(f, v, mode,
	    body->max_lines);

	if (from > 0) {
		(void)cv_printf(body, CV_HIGHLIGHT, "(%zu before these - "
		    "press f for all)", from);
		(void)cv_newline(body);
	}
	put_from(t, f, from, mode, body, foot);
	body->cut |= from > 0;
	if (v->n == 0)
		(void)cv_puts(body, CV_TEXT, "No messages yet.");
}
