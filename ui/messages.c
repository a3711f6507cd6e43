#include "ui/messages.h"

#include <stdio.h>

#include "base/limits.h"
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
    size_t max, const struct cv_more *more)
{
	struct cv_out	o;
	size_t		i;

	if (max == 0)
		return (0);
	cv_out_init(&o, max);
	o.more = more;
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
put_frame(struct messages_how how, const struct flow *f,
    const struct frame *fr, const char *mode, struct cv_out *o)
{
	(void)cv_printf(o, fr->from_client ? CV_NUMBER : CV_ERROR, "%s ",
	    fr->from_client ? how.to_server : how.to_client);
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
put_close(const struct websocket *ws, struct cv_out *o)
{
	if (ws == NULL || ws->close_code == 0)
		return;
	(void)cv_newline(o);
	(void)cv_printf(o, ws->close_code == 1000 || ws->close_code == 1001 ||
	    ws->close_code == 1005 ? CV_KEYWORD : CV_ERROR,
	    "Connection closed by %s: %d %s", ws->closed_by_client ?
	    "client" : "server", ws->close_code, ws->close_reason != NULL ?
	    ws->close_reason : "");
	(void)cv_newline(o);
}

void
messages_put_end(const struct flow *f, struct cv_out *o)
{
	const struct frames	*v = f->websocket != NULL ?
	    &f->websocket->frames : &f->frames;
	size_t			 max = f->websocket != NULL ?
	    limit_of(WS_MESSAGES) : limit_of(TCP_FRAMES);

	if (v->n == max) {
		(void)cv_printf(o, CV_HIGHLIGHT, "(no more than the first "
		    "%zu are kept)", max);
		(void)cv_newline(o);
	}
	put_close(f->websocket, o);
}

struct messages_how
messages_how(const struct term *t)
{
	return ((struct messages_how){ sign_text(t, SIGN_RIGHT),
	    sign_text(t, SIGN_LEFT), 0, 0 });
}

size_t
messages_settled(struct flow *f)
{
	return (flow_held_message(f) != NULL ? flow_held_index(f) :
	    flow_messages(f)->n);
}

/* As many of the last ones as there is room for. */
static size_t
put_before(const struct flow *f, const struct frames *v, const char *mode,
    struct cv_out *o)
{
	size_t	from = first_shown(f, v, mode, o->max_lines, o->more);

	if (from > 0) {
		(void)cv_printf(o, CV_HIGHLIGHT, "(%zu before these - "
		    "press f for all)", from);
		(void)cv_newline(o);
	}
	if (v->n == 0)
		(void)cv_puts(o, CV_TEXT, "No messages yet.");
	return (from);
}

void
messages_put(struct messages_how how, struct flow *f, const char *mode,
    struct cv_out *o)
{
	const struct frames	*v = flow_messages(f);
	bool			 last = how.to == 0;
	size_t			 i = how.from, to = last ? v->n : how.to;

	if (last)
		i = how.from = put_before(f, v, mode, o);
	for (; i < to && !o->cut; i++)
		put_frame(how, f, frames_at(v, i), mode, o);
	o->cut |= how.from > 0 && last;
}

void
messages_put_dns(const struct flow *f, bool from_client, const char *mode,
    struct cv_out *o)
{
	const struct frame	*fr;
	size_t			 i;

	for (i = 0; i < f->frames.n && !o->cut; i++) {
		fr = frames_at(&f->frames, i);
		if (fr->from_client == from_client)
			messages_put_one(f, blob_sp(fr->data), mode, o);
	}
}
