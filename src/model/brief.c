#include "model/brief.h"

#include "codec/dnsmsg.h"
#include "codec/token.h"

/* A DNS flow's answer is its first frame from the server. */
static bool
is_answered(const struct flow *f)
{
	size_t	i;

	for (i = 0; i < f->frames.n; i++)
		if (!frames_at(&f->frames, i)->from_client)
			return (true);
	return (false);
}

static unsigned
type_flags(const struct flow *f)
{
	switch (f->type) {
	case FLOW_HTTP:
		return (BRIEF_HTTP | (f->response != NULL ? BRIEF_ANSWERED :
		    BRIEF_ASKED));
	case FLOW_TCP:
		return (BRIEF_TCP);
	case FLOW_UDP:
		return (BRIEF_UDP);
	case FLOW_DNS:
		break;
	}
	return (BRIEF_DNS | (is_answered(f) ? BRIEF_ANSWERED : BRIEF_ASKED));
}

unsigned
brief_flags(const struct flow *f)
{
	unsigned	flags = type_flags(f);

	if (f->websocket != NULL)
		flags |= BRIEF_WEBSOCKET;
	if (f->error != NULL)
		flags |= BRIEF_ERROR;
	if (f->marked != NULL)
		flags |= BRIEF_MARKED;
	if (f->replay == REPLAY_REQUEST)
		flags |= BRIEF_REPLAYQ;
	else if (f->replay == REPLAY_RESPONSE)
		flags |= BRIEF_REPLAYS;
	return (flags);
}

/* The name a DNS query asks for (RFC 1035 4.1.2), without a last dot. */
static void
put_dns_name(const struct flow *f, struct str *out)
{
	struct dnsmsg_rr	r;

	if (f->frames.n != 0 && dnsmsg_question(
	    blob_sp(frames_at(&f->frames, 0)->data), &r, NULL) == 0)
		str_puts(out, r.name);
}

bool
brief_url(const struct flow *f, struct str *out)
{
	if (f->type == FLOW_DNS)
		put_dns_name(f, out);
	else if (f->request != NULL)
		msg_url(f->request, true, out);
	else
		return (false);
	return (true);
}

/* A second one is not told of. */
static struct sp
media_type(const struct msg *m, unsigned *flags)
{
	int	i;

	i = m != NULL ? head_find_tok(m->head, TOK_content_type, 0) : -1;
	if (i == -1)
		return (SPNIL);
	if (head_find_tok(m->head, TOK_content_type, (unsigned)i + 1) != -1)
		*flags |= BRIEF_VAGUE;
	return (field_value(&m->head->v[i]));
}

void
brief_of(const struct flow *f, struct brief *b, struct str *text)
{
	*b = (struct brief){ .flags = brief_flags(f),
	    .t_created = f->t_created, .size = flow_size(f) };
	memcpy(b->uuid, f->uuid, sizeof(b->uuid));
	if (f->request != NULL) {
		b->method = f->request->head->method;
		b->host = f->request->head->host;
		b->pretty_host = msg_pretty_host(f->request);
	}
	if (f->response != NULL)
		b->status = f->response->head->status;
	b->type_q = media_type(f->request, &b->flags);
	b->type_s = media_type(f->response, &b->flags);
	str_clear(text);
	if (brief_url(f, text))
		b->url = sp_mem(str_c(text), text->n);
	if (text->full)
		b->flags |= BRIEF_VAGUE;
}

/* Its body has only a size. */
static struct msg *
standin_answer(const struct brief *b)
{
	struct msg	*m = msg_response(b->status, b->type_s, SPNIL);

	m->body_len = b->size;
	return (m);
}

static enum flow_type
type_of(unsigned flags)
{
	return (flags & BRIEF_TCP ? FLOW_TCP : flags & BRIEF_UDP ? FLOW_UDP :
	    flags & BRIEF_DNS ? FLOW_DNS : FLOW_HTTP);
}

struct flow *
brief_standin(const struct brief *b, uint64_t id)
{
	struct flow	*f = flow_new(type_of(b->flags));
	struct msg	*m = NULL;

	f->id = id;
	f->t_created = b->t_created;
	f->from_file = true;
	if (b->flags & BRIEF_MARKED)
		flow_set_marked(f, ":default:");
	if (b->flags & BRIEF_HTTP)
		m = msg_request(b->method, b->url, NULL);
	if (m == NULL)
		return (f);
	if (b->status == 0)
		m->body_len = b->size;
	flow_set_request(f, m);
	if (b->status != 0)
		flow_set_response(f, standin_answer(b));
	return (f);
}
