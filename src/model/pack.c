/*
 *	struct pack | slices of both bodies | flow | request | response
 *
 * What follows the slices are numbers (num.h), times and texts.
 */
#include "model/pack.h"

#include <stdlib.h>

#include "base/num.h"
#include "codec/head_pack.h"

/* What there is of it, and how it is. */
#define HAS_REQUEST	0x0001u
#define HAS_RESPONSE	0x0002u
#define HAS_ERROR	0x0004u
#define HAS_MARKED	0x0008u
#define HAS_COMMENT	0x0010u
#define IS_KILLED	0x0020u
#define IS_FROM_FILE	0x0040u
#define IS_SHELVED	0x0080u
#define IS_MARKS_FRESH	0x0100u

/* The same of a message. */
#define HAS_BODY	0x01u
#define HAS_TRAILERS	0x02u
#define IS_COMPLETE	0x04u

#define USUAL_BYTES	4096	/* on the stack */

#define FLOW_NUMS	5
#define MSG_NUMS	2

struct pack {
	atomic_uint		 refs;
	uint32_t		 changes;
	const struct conn	*client, *server;	/* references */
	unsigned		 nrequest, nresponse;	/* slices */
	struct slice		 v[];		/* references to blobs */
};

/* ---- into it ---- */

static unsigned char *
put_bytes(unsigned char *to, const void *p, size_t n)
{
	memcpy(to, p, n);
	return (to + n);
}

/* With its NUL, as it is looked at in place. */
static unsigned char *
put_text(unsigned char *to, const char *s)
{
	size_t	n;

	if (s == NULL)
		return (to);
	n = strlen(s) + 1;
	return (put_bytes(num_put(to, n), s, n));
}

static size_t
text_room(const char *s)
{
	return (s != NULL ? NUM_MAX + strlen(s) + 1 : 0);
}

static size_t
msg_room(const struct msg *m)
{
	size_t	n;

	if (m == NULL)
		return (0);
	n = MSG_NUMS * NUM_MAX + 2 * sizeof(double) + head_pack_room(m->head);
	return (m->trailers != NULL ? n + head_pack_room(m->trailers) : n);
}

static size_t
flow_room(const struct flow *f)
{
	return (FLOW_NUMS * NUM_MAX + sizeof(f->uuid) + 2 * sizeof(double) +
	    text_room(f->error) + text_room(f->marked) +
	    text_room(f->comment) + msg_room(f->request) +
	    msg_room(f->response));
}

static unsigned
flow_flags(const struct flow *f)
{
	return ((f->request != NULL ? HAS_REQUEST : 0) |
	    (f->response != NULL ? HAS_RESPONSE : 0) |
	    (f->error != NULL ? HAS_ERROR : 0) |
	    (f->marked != NULL ? HAS_MARKED : 0) |
	    (f->comment != NULL ? HAS_COMMENT : 0) |
	    (f->killed ? IS_KILLED : 0) |
	    (f->from_file ? IS_FROM_FILE : 0) |
	    (f->shelved ? IS_SHELVED : 0) |
	    (f->marks_fresh ? IS_MARKS_FRESH : 0));
}

static unsigned char *
put_msg(unsigned char *to, const struct msg *m)
{
	to = num_put(to, (m->has_body ? HAS_BODY : 0) |
	    (m->trailers != NULL ? HAS_TRAILERS : 0) |
	    (m->complete ? IS_COMPLETE : 0));
	to = num_put(to, m->body_len);
	to = put_bytes(to, &m->t_start, sizeof(m->t_start));
	to = put_bytes(to, &m->t_end, sizeof(m->t_end));
	to = head_pack(m->head, to);
	return (m->trailers != NULL ? head_pack(m->trailers, to) : to);
}

static unsigned char *
put_flow(unsigned char *to, const struct flow *f)
{
	to = num_put(to, flow_flags(f));
	to = num_put(to, f->id);
	to = num_put(to, f->replay);
	to = num_put(to, f->shard);
	to = num_put(to, f->shown);
	to = put_bytes(to, f->uuid, sizeof(f->uuid));
	to = put_bytes(to, &f->t_created, sizeof(f->t_created));
	if (f->error != NULL)
		to = put_bytes(to, &f->t_error, sizeof(f->t_error));
	to = put_text(to, f->error);
	to = put_text(to, f->marked);
	to = put_text(to, f->comment);
	if (f->request != NULL)
		to = put_msg(to, f->request);
	return (f->response != NULL ? put_msg(to, f->response) : to);
}

static unsigned
body_slices(const struct msg *m)
{
	return (m != NULL ? m->body.n : 0);
}

static void
take_body(struct slice *to, const struct msg *m)
{
	unsigned	i;

	for (i = 0; i < body_slices(m); i++) {
		to[i] = m->body.v[i];
		(void)blob_ref(to[i].blob);
	}
}

bool
pack_refuses(const struct flow *f)
{
	return (f->type != FLOW_HTTP || f->websocket != NULL ||
	    f->frames.n != 0 || f->meta != NULL || f->backup != NULL);
}

/* What others hold would be there twice. */
static bool
is_free(const struct flow *f)
{
	return (!f->live && !f->held && !flow_is_shared(f) &&
	    !msg_is_shared(f->request) && !msg_is_shared(f->response));
}

struct pack *
pack_new(const struct flow *f)
{
	unsigned char	 usual[USUAL_BYTES], *room = usual;
	struct pack	*p;
	size_t		 len;
	unsigned	 nrequest = body_slices(f->request);
	unsigned	 nresponse = body_slices(f->response);
	size_t		 n = sizeof(*p) + ((size_t)nrequest + nresponse) *
			    sizeof(struct slice);

	if (pack_refuses(f) || !is_free(f))
		return (NULL);
	if (flow_room(f) > sizeof(usual))
		room = xmalloc(flow_room(f));
	len = (size_t)(put_flow(room, f) - room);
	p = xmalloc(n + len);
	atomic_init(&p->refs, 1);
	p->changes = f->changes;
	p->client = conn_ref(f->client);
	p->server = conn_ref(f->server);
	p->nrequest = nrequest;
	p->nresponse = nresponse;
	take_body(p->v, f->request);
	take_body(p->v + nrequest, f->response);
	memcpy((unsigned char *)p + n, room, len);
	if (room != usual)
		free(room);
	obj_born(OBJ_pack);
	return (p);
}

struct pack *
pack_ref(struct pack *p)
{
	atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
	return (p);
}

void
pack_unref(struct pack *p)
{
	unsigned	i;

	if (p == NULL || atomic_fetch_sub_explicit(&p->refs, 1,
	    memory_order_acq_rel) != 1)
		return;
	conn_unref(p->client);
	conn_unref(p->server);
	for (i = 0; i < p->nrequest + p->nresponse; i++)
		blob_unref(p->v[i].blob);
	obj_gone(OBJ_pack);
	free(p);
}

/* ---- and out again ---- */

static void
get_bytes(void *to, const unsigned char **from, size_t n)
{
	memcpy(to, *from, n);
	*from += n;
}

/* It is only looked at. */
static char *
get_text(const unsigned char **from)
{
	size_t	n = (size_t)num_get(from);
	char	*s = (char *)(uintptr_t)*from;

	*from += n;
	return (s);
}

static void
look_body(struct chain *c, const struct slice *v, unsigned n)
{
	unsigned	i;

	c->v = (struct slice *)(uintptr_t)v;
	c->n = c->cap = n;
	for (c->len = 0, i = 0; i < n; i++)
		c->len += v[i].n;
}

static void
look_msg(struct msg *m, struct head heads[2], const unsigned char **from)
{
	unsigned	flags = (unsigned)num_get(from);

	m->has_body = (flags & HAS_BODY) != 0;
	m->complete = (flags & IS_COMPLETE) != 0;
	m->body_len = num_get(from);
	get_bytes(&m->t_start, from, sizeof(m->t_start));
	get_bytes(&m->t_end, from, sizeof(m->t_end));
	m->head = &heads[0];
	*from = head_look(m->head, *from);
	m->trailers = NULL;
	if ((flags & HAS_TRAILERS) == 0)
		return;
	m->trailers = &heads[1];
	*from = head_look(m->trailers, *from);
}

static void
look_flags(struct flow *f, unsigned flags)
{
	f->killed = (flags & IS_KILLED) != 0;
	f->from_file = (flags & IS_FROM_FILE) != 0;
	f->shelved = (flags & IS_SHELVED) != 0;
	f->marks_fresh = (flags & IS_MARKS_FRESH) != 0;
}

static void
look_texts(struct flow *f, unsigned flags, const unsigned char **from)
{
	if ((flags & HAS_ERROR) != 0) {
		get_bytes(&f->t_error, from, sizeof(f->t_error));
		f->error = get_text(from);
	}
	if ((flags & HAS_MARKED) != 0)
		f->marked = get_text(from);
	if ((flags & HAS_COMMENT) != 0)
		f->comment = get_text(from);
}

const struct flow *
pack_look(const struct pack *p, struct pack_look *l)
{
	const unsigned char	*from;
	struct flow		*f = &l->flow;
	unsigned		 flags;

	from = (const unsigned char *)(p->v + p->nrequest + p->nresponse);
	flags = (unsigned)num_get(&from);
	*f = (struct flow){ .refs = 1, .magic = FLOW_MAGIC,
	    .type = FLOW_HTTP, .client = p->client, .server = p->server,
	    .changes = p->changes };
	look_flags(f, flags);
	f->id = num_get(&from);
	f->replay = (enum flow_replay)num_get(&from);
	f->shard = (uint16_t)num_get(&from);
	f->shown = (uint32_t)num_get(&from);
	get_bytes(f->uuid, &from, sizeof(f->uuid));
	get_bytes(&f->t_created, &from, sizeof(f->t_created));
	look_texts(f, flags, &from);
	if ((flags & HAS_REQUEST) != 0) {
		look_msg(&l->request, &l->heads[0], &from);
		look_body(&l->request.body, p->v, p->nrequest);
		f->request = &l->request;
	}
	if ((flags & HAS_RESPONSE) != 0) {
		look_msg(&l->response, &l->heads[2], &from);
		look_body(&l->response.body, p->v + p->nrequest,
		    p->nresponse);
		f->response = &l->response;
	}
	return (f);
}

void
pack_look_fini(struct pack_look *l)
{
	size_t	i;

	for (i = 0; i < nitems(l->heads); i++)
		head_look_fini(&l->heads[i]);
}

struct flow *
pack_open(const struct pack *p)
{
	struct pack_look	 l = { .flow = { 0 } };
	struct flow		*f;

	(void)pack_look(p, &l);
	/* What is looked at has no count: these are real. */
	if (l.flow.request != NULL)
		l.flow.request = msg_dup(l.flow.request);
	if (l.flow.response != NULL)
		l.flow.response = msg_dup(l.flow.response);
	f = flow_dup(&l.flow, true);
	f->shelved = l.flow.shelved;
	f->shown = l.flow.shown;
	f->changes = l.flow.changes;
	msg_unref(l.flow.request);
	msg_unref(l.flow.response);
	pack_look_fini(&l);
	return (f);
}
