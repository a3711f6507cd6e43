/*
 *	struct pack | slices of both bodies | flow | request | response
 *
 * What follows the slices are numbers (num.h), times and texts. A small
 * body stands behind its message; then there is no slice of it.
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
#define IS_INSIDE	0x08u	/* the body */

#define FLOW_NUMS	5
#define MSG_NUMS	3

/* Bodies up to this are copied: a blob costs more than that. */
#define INSIDE_MAX	4096

/* So many bytes of packs are one piece of memory; none has more than a
 * small part of it. */
#define PAGE_BYTES	65000
#define PAGE_SHARE	(PAGE_BYTES / 8)

/* Goes when its packs and its packer have gone. */
struct pack_page {
	atomic_uint		 refs;
	size_t			 used;	/* the packer's */
	unsigned char		 own[] __attribute__((aligned(8)));
};

struct pack {
	atomic_uint		 refs;
	uint32_t		 changes;
	const struct conn	*client, *server;	/* references */
	struct pack_page	*page;	/* NULL: on its own */
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

/* What a file has is not to be in memory. */
static bool
is_inside(const struct msg *m)
{
	unsigned	i;

	for (i = 0; i < m->body.n; i++)
		if (blob_is_mapped(m->body.v[i].blob))
			return (false);
	return (m->body.n != 0 && m->body.len <= INSIDE_MAX);
}

static size_t
msg_room(const struct msg *m)
{
	size_t	n;

	if (m == NULL)
		return (0);
	n = MSG_NUMS * NUM_MAX + 2 * sizeof(double) + head_pack_room(m->head);
	if (is_inside(m))
		n += (size_t)m->body.len;
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
put_body(unsigned char *to, const struct chain *c)
{
	to = num_put(to, c->len);
	return (to + chain_peek(c, 0, to, (size_t)c->len));
}

static unsigned char *
put_msg(unsigned char *to, const struct msg *m)
{
	bool	inside = is_inside(m);

	to = num_put(to, (m->has_body ? HAS_BODY : 0) |
	    (m->trailers != NULL ? HAS_TRAILERS : 0) |
	    (m->complete ? IS_COMPLETE : 0) | (inside ? IS_INSIDE : 0));
	to = num_put(to, m->body_len);
	to = put_bytes(to, &m->t_start, sizeof(m->t_start));
	to = put_bytes(to, &m->t_end, sizeof(m->t_end));
	to = head_pack(m->head, to);
	if (inside)
		to = put_body(to, &m->body);
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
	return (m != NULL && !is_inside(m) ? m->body.n : 0);
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

static void
page_unref(struct pack_page *pg)
{
	if (pg != NULL && atomic_fetch_sub_explicit(&pg->refs, 1,
	    memory_order_acq_rel) == 1)
		free(pg);
}

/* Where there are so many bytes. */
static struct pack_page *
page_for(struct packer *pr, size_t n)
{
	struct pack_page	*pg = pr->page;

	if (pg != NULL && PAGE_BYTES - pg->used >= n)
		return (pg);
	page_unref(pg);
	pg = pr->page = xmalloc(sizeof(*pg) + PAGE_BYTES);
	atomic_init(&pg->refs, 1);
	pg->used = 0;
	return (pg);
}

/* Returns where it ends. */
static unsigned char *
pack_fill(struct pack *p, const struct flow *f)
{
	atomic_init(&p->refs, 1);
	p->changes = f->changes;
	p->client = conn_ref(f->client);
	p->server = conn_ref(f->server);
	p->nrequest = body_slices(f->request);
	p->nresponse = body_slices(f->response);
	take_body(p->v, f->request);
	take_body(p->v + p->nrequest, f->response);
	obj_born(OBJ_pack);
	return (put_flow((unsigned char *)(p->v + p->nrequest +
	    p->nresponse), f));
}

static size_t
pack_room(const struct flow *f)
{
	return (sizeof(struct pack) + flow_room(f) + sizeof(struct slice) *
	    ((size_t)body_slices(f->request) + body_slices(f->response)));
}

/* On its own, as many bytes as it has. */
static struct pack *
pack_alone(const struct flow *f, size_t room)
{
	struct pack	*p = xmalloc(room);

	p->page = NULL;
	return (xrealloc(p, (size_t)(pack_fill(p, f) - (unsigned char *)p),
	    1));
}

static struct pack *
pack_make(struct packer *pr, const struct flow *f)
{
	struct pack_page	*pg;
	struct pack		*p;
	size_t			 room = pack_room(f);

	if (room > PAGE_SHARE)
		return (pack_alone(f, room));
	pg = page_for(pr, room);
	p = (struct pack *)(void *)(pg->own + pg->used);
	atomic_fetch_add_explicit(&pg->refs, 1, memory_order_relaxed);
	p->page = pg;
	pg->used = (size_t)(pack_fill(p, f) - pg->own + 7) & ~(size_t)7;
	return (p);
}

void
packer_fini(struct packer *pr)
{
	page_unref(pr->page);
	pr->page = NULL;
}

struct pack *
pack_new(const struct flow *f)
{
	return (pack_refuses(f) || !is_free(f) ? NULL :
	    pack_alone(f, pack_room(f)));
}

void
pack_add(struct packer *pr, struct flow *f)
{
	if (!pack_refuses(f) && !f->live && !f->held)
		f->pack = pack_make(pr, f);
}

struct pack *
pack_of(const struct flow *f)
{
	return (f->pack != NULL && f->pack->changes == f->changes ?
	    pack_ref(f->pack) : NULL);
}

struct pack *
pack_take(struct flow *f)
{
	struct pack	*p = f->pack;

	f->pack = NULL;
	if (p != NULL && p->changes == f->changes)
		return (p);
	pack_unref(p);
	return (NULL);
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
	if (p->page != NULL)
		page_unref(p->page);
	else
		free(p);
}

uint64_t
pack_bytes(const struct pack *p)
{
	uint64_t	n = 0;
	unsigned	i;

	for (i = 0; i < p->nrequest + p->nresponse; i++)
		n += p->v[i].n;
	return (n);
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

/* Blobs that borrow what they have, one look after the other. */
static void
look_inside(struct chain *c, struct blob **body, const unsigned char **from)
{
	size_t	n = (size_t)num_get(from);

	if (*body == NULL)
		*body = blob_new(0);
	(*body)->data = (unsigned char *)(uintptr_t)*from;
	(*body)->n = n;
	c->one = (struct slice){ *body, 0, n };
	c->v = &c->one;
	c->n = c->cap = 1;
	c->len = n;
	*from += n;
}

/* The body has its slices, unless it is inside. */
static void
look_msg(struct msg *m, struct head heads[2], struct blob **body,
    const unsigned char **from)
{
	unsigned	flags = (unsigned)num_get(from);

	m->has_body = (flags & HAS_BODY) != 0;
	m->complete = (flags & IS_COMPLETE) != 0;
	m->body_len = num_get(from);
	get_bytes(&m->t_start, from, sizeof(m->t_start));
	get_bytes(&m->t_end, from, sizeof(m->t_end));
	m->head = &heads[0];
	*from = head_look(m->head, *from);
	if ((flags & IS_INSIDE) != 0)
		look_inside(&m->body, body, from);
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
		look_body(&l->request.body, p->v, p->nrequest);
		look_msg(&l->request, &l->heads[0], &l->bodies[0], &from);
		f->request = &l->request;
	}
	if ((flags & HAS_RESPONSE) != 0) {
		look_body(&l->response.body, p->v + p->nrequest,
		    p->nresponse);
		look_msg(&l->response, &l->heads[2], &l->bodies[1], &from);
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
	for (i = 0; i < nitems(l->bodies); i++) {
		blob_unref(l->bodies[i]);
		l->bodies[i] = NULL;
	}
}

/* What is looked at has no count: this one is real. */
static const struct msg *
msg_own(const struct msg *look, const struct blob *body)
{
	struct msg	*m;

	if (look == NULL)
		return (NULL);
	m = msg_dup(look);
	if (body != NULL && m->body.n == 1 && m->body.v[0].blob == body) {
		chain_fini(&m->body);
		chain_append(&m->body, blob_sp(body));
	}
	return (m);
}

struct flow *
pack_open(const struct pack *p)
{
	struct pack_look	 l = { .flow = { 0 } };
	struct flow		*f;

	(void)pack_look(p, &l);
	l.flow.request = msg_own(l.flow.request, l.bodies[0]);
	l.flow.response = msg_own(l.flow.response, l.bodies[1]);
	f = flow_dup(&l.flow, true);
	f->shelved = l.flow.shelved;
	f->shown = l.flow.shown;
	f->changes = l.flow.changes;
	msg_unref(l.flow.request);
	msg_unref(l.flow.response);
	pack_look_fini(&l);
	return (f);
}
