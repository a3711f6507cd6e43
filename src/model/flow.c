#include "model/flow.h"

#include <stdlib.h>

#include "base/date.h"
#include "model/pack.h"

/* The one counter of the program: ids are unique across threads. */
static _Atomic uint64_t	 flow_last_id;

void
flow_renumber(struct flow *f)
{
	f->id = atomic_fetch_add_explicit(&flow_last_id, 1,
	    memory_order_relaxed) + 1;
}

uint64_t
flow_ids(size_t n)
{
	return (atomic_fetch_add_explicit(&flow_last_id, n,
	    memory_order_relaxed) + 1);
}

bool
flow_is_shared(const struct flow *f)
{
	return (f->refs > 1);
}

/* Without a name: for copies that get the other's. */
static struct flow *
flow_alloc(enum flow_type type)
{
	struct flow	*f = xcalloc(1, sizeof(*f));

	f->refs = 1;
	f->magic = FLOW_MAGIC;
	f->type = type;
	obj_born(OBJ_flow);
	return (f);
}

struct flow *
flow_new(enum flow_type type)
{
	struct flow	*f = flow_alloc(type);

	f->id = atomic_fetch_add_explicit(&flow_last_id, 1,
	    memory_order_relaxed) + 1;
	uuid_make(f->uuid);
	f->t_created = date_now();
	return (f);
}

struct flow *
flow_ref(struct flow *f)
{
	f->refs++;
	return (f);
}

static void
meta_free(struct meta *m)
{
	struct meta	*next;

	for (; m != NULL; m = next) {
		next = m->next;
		free(m->key);
		free(m->value);
		free(m);
	}
}

static void
backup_free(struct flow_backup *b)
{
	if (b == NULL)
		return;
	msg_unref(b->request);
	msg_unref(b->response);
	free(b->error);
	free(b->marked);
	free(b->comment);
	frames_fini(&b->frames);
	free(b);
}

static void
websocket_free(struct websocket *ws)
{
	if (ws == NULL)
		return;
	frames_fini(&ws->frames);
	free(ws->close_reason);
	free(ws);
}

void
flow_unref(struct flow *f)
{
	if (f == NULL || --f->refs != 0)
		return;
	conn_unref(f->client);
	conn_unref(f->server);
	msg_unref(f->request);
	msg_unref(f->response);
	websocket_free(f->websocket);
	frames_fini(&f->frames);
	free(f->error);
	free(f->marked);
	free(f->comment);
	meta_free(f->meta);
	backup_free(f->backup);
	pack_unref(f->pack);
	obj_gone(OBJ_flow);
	free(f);
}

/* Those from the i-th on. */
static void
frames_append(struct frames *dst, const struct frames *src, size_t i)
{
	struct frame	fr;

	for (; i < src->n; i++) {
		fr = *frames_at(src, i);
		(void)blob_ref(fr.data);
		frames_add(dst, fr);
	}
}

/* Deciders may have changed what was there before. But what is held here is
 * being changed by the user, and so is what was added here. */
static void
flow_copy_frames(struct frames *dst, const struct frames *src, bool held)
{
	struct frames	now = { 0 };
	size_t		i;

	frames_share(&now, src);
	for (i = held ? 0 : now.n; i < now.n && i < dst->n; i++) {
		if (!frames_at(dst, i)->held)
			continue;
		frames_decide(&now, i, frames_at(dst, i));
		frames_edit(&now, i)->held = true;
	}
	frames_append(&now, dst, i);
	frames_fini(dst);
	*dst = now;
}

static char *
dup_text(const char *s)
{
	return (s != NULL ? xstrdup(s) : NULL);
}

static void
flow_copy_websocket(struct flow *dst, const struct websocket *src)
{
	struct websocket	*ws;

	if (src == NULL)
		return;
	ws = flow_websocket(dst);
	flow_copy_frames(&ws->frames, &src->frames, dst->held);
	ws->closed_by_client = src->closed_by_client;
	ws->close_code = src->close_code;
	ws->t_end = src->t_end;
	conn_set(&ws->close_reason, src->close_reason);
}

static void
set_msg(const struct msg **at, const struct msg *m)
{
	const struct msg	*old = *at;

	*at = m;
	msg_unref(old);
}

/* What comes in after an edit is not of the edit: "revert" keeps it. */
static void
backup_late(struct flow *dst, const struct flow *src)
{
	struct flow_backup	*b = dst->backup;

	if (b == NULL || src->replay != REPLAY_NO)
		return;
	if (b->response == dst->response)
		set_msg(&b->response, msg_ref(src->response));
	if (b->error == NULL && dst->error == NULL) {
		b->error = dup_text(src->error);
		b->t_error = src->t_error;
	}
}

/* An edit made aside is the user's; the shard knows nothing of it. But what
 * is replayed is the user's doing, too, and later. */
static void
messages_take(struct flow *dst, const struct flow *src)
{
	struct flow_backup	*b = dst->backup;
	bool	aside = b != NULL && b->aside && src->replay == REPLAY_NO;
	bool	request = aside && dst->request != b->request;
	bool	response = aside && dst->response != b->response;

	backup_late(dst, src);
	set_msg(request ? &b->request : &dst->request,
	    msg_ref(src->request));
	set_msg(response ? &b->response : &dst->response,
	    msg_ref(src->response));
}

void
flow_take_facts(struct flow *dst, const struct flow *src)
{
	messages_take(dst, src);
	dst->type = src->type;
	dst->replay = src->replay;
	dst->live = src->live;
	dst->killed = src->killed;
	dst->shard = src->shard;
	dst->t_created = src->t_created;
	flow_set_client(dst, conn_ref(src->client));
	flow_set_server(dst, conn_ref(src->server));
	flow_copy_websocket(dst, src->websocket);
	flow_copy_frames(&dst->frames, &src->frames, dst->held);
	flow_set_error(dst, src->error);
	dst->t_error = src->t_error;
	dst->changes++;
}

static void
flow_copy_backup(struct flow *dst, const struct flow_backup *src)
{
	struct flow_backup	*b;

	if (src == NULL)
		return;
	b = dst->backup = xcalloc(1, sizeof(*b));
	b->request = msg_ref(src->request);
	b->response = msg_ref(src->response);
	b->error = dup_text(src->error);
	b->t_error = src->t_error;
	b->marked = dup_text(src->marked);
	b->comment = dup_text(src->comment);
	b->replay = src->replay;
	frames_share(&b->frames, &src->frames);
}

void
flow_take_marks(struct flow *dst, const struct flow *src)
{
	const struct meta	*m;

	flow_set_marked(dst, src->marked);
	flow_set_comment(dst, src->comment);
	for (m = src->meta; m != NULL; m = m->next)
		flow_set_meta(dst, m->key, m->value);
	if (dst->backup == NULL)
		flow_copy_backup(dst, src->backup);
}

struct flow *
flow_dup(const struct flow *f, bool same_id)
{
	/* A new name costs a system call: not for every report. */
	struct flow	*d = same_id ? flow_alloc(f->type) : flow_new(f->type);

	if (same_id) {
		d->id = f->id;
		memcpy(d->uuid, f->uuid, sizeof(d->uuid));
	}
	flow_take_facts(d, f);
	d->held = f->held;
	d->from_file = f->from_file;
	d->marks_fresh = f->marks_fresh;
	flow_take_marks(d, f);
	return (d);
}

static void
set_conn(const struct conn **at, const struct conn *c)
{
	const struct conn	*old = *at;

	*at = c;
	conn_unref(old);
}

void
flow_set_request(struct flow *f, const struct msg *m)
{
	set_msg(&f->request, m);
}

void
flow_set_response(struct flow *f, const struct msg *m)
{
	set_msg(&f->response, m);
}

void
flow_set_client(struct flow *f, const struct conn *c)
{
	set_conn(&f->client, c);
}

void
flow_set_server(struct flow *f, const struct conn *c)
{
	set_conn(&f->server, c);
}

void
flow_set_error(struct flow *f, const char *s)
{
	conn_set(&f->error, s);
	f->t_error = s != NULL ? date_now() : 0;
}

void
flow_set_marked(struct flow *f, const char *s)
{
	conn_set(&f->marked, s != NULL && s[0] != '\0' ? s : NULL);
}

void
flow_set_comment(struct flow *f, const char *s)
{
	conn_set(&f->comment, s != NULL && s[0] != '\0' ? s : NULL);
}

void
flow_set_meta(struct flow *f, const char *key, const char *json)
{
	struct meta	**mp, *m;

	for (mp = &f->meta; *mp != NULL; mp = &(*mp)->next)
		if (strcmp((*mp)->key, key) == 0)
			break;
	if (*mp == NULL) {
		m = *mp = xcalloc(1, sizeof(*m));
		m->key = xstrdup(key);
	}
	conn_set(&(*mp)->value, json);
}

const char *
flow_get_meta(const struct flow *f, const char *key)
{
	const struct meta	*m;

	for (m = f->meta; m != NULL; m = m->next)
		if (strcmp(m->key, key) == 0)
			return (m->value);
	return (NULL);
}

struct frames *
flow_messages(struct flow *f)
{
	return (f->websocket != NULL ? &f->websocket->frames : &f->frames);
}

static const struct frames *
messages_of(const struct flow *f)
{
	return (f->websocket != NULL ? &f->websocket->frames : &f->frames);
}

/* Each as it was when the first edit after it began. */
static void
backup_frames(struct flow *f)
{
	struct frames		*to = &f->backup->frames;
	const struct frames	*fs = flow_messages(f);

	if (to->n == 0)
		frames_share(to, fs);
	else
		frames_append(to, fs, to->n);
}

void
flow_backup(struct flow *f)
{
	struct flow_backup	*b;

	if (f->backup != NULL) {
		f->backup->aside |= f->live && !f->held;
		backup_frames(f);
		return;
	}
	b = f->backup = xcalloc(1, sizeof(*b));
	b->aside = f->live && !f->held;
	b->request = msg_ref(f->request);
	b->response = msg_ref(f->response);
	b->error = dup_text(f->error);
	b->t_error = f->t_error;
	b->marked = dup_text(f->marked);
	b->comment = dup_text(f->comment);
	b->replay = f->replay != REPLAY_NO;
	backup_frames(f);
}

bool
flow_is_modified(const struct flow *f)
{
	return (f->backup != NULL);
}

/* What has come since stays, and held is what is held, dropped what was
 * dropped. True: some differ still. */
static bool
revert_frames(struct frames *fs, const struct frames *was, bool only_held)
{
	struct blob	*data;
	bool		 left = false;
	size_t		 i;

	for (i = 0; i < was->n && i < fs->n; i++) {
		data = frames_at(was, i)->data;
		if (frames_at(fs, i)->data == data)
			continue;
		if (only_held && !frames_at(fs, i)->held)
			left = true;
		else
			frames_set_data(fs, i, blob_ref(data));
	}
	frames_append(fs, was, i);
	return (left);
}

void
flow_messages_before(const struct flow *f, struct frames *out)
{
	frames_share(out, messages_of(f));
	if (f->backup != NULL)
		(void)revert_frames(out, &f->backup->frames, false);
}

void
flow_revert(struct flow *f)
{
	struct flow_backup	*b = f->backup;

	if (b == NULL)
		return;
	f->backup = NULL;
	flow_set_request(f, msg_ref(b->request));
	flow_set_response(f, msg_ref(b->response));
	flow_set_error(f, b->error);
	f->t_error = b->t_error;
	flow_set_marked(f, b->marked);
	flow_set_comment(f, b->comment);
	if (!b->replay)
		f->replay = REPLAY_NO;
	if (revert_frames(flow_messages(f), &b->frames, f->live &&
	    f->type != FLOW_DNS))
		f->backup = b;
	else
		backup_free(b);
	f->changes++;
}

bool
flow_awaits(const struct flow *f, const struct msg *m)
{
	return (f->live && !m->complete && m->t_end == 0);
}

void
flow_hold_message(struct flow *f, size_t i)
{
	struct frames	*fs = flow_messages(f);

	if (i < fs->n)
		frames_edit(fs, i)->held = true;
}

size_t
flow_held_index(const struct flow *f)
{
	const struct frames	*fs = messages_of(f);
	size_t			 i = f->held ? 0 : fs->n;

	while (i < fs->n && !frames_at(fs, i)->held)
		i++;
	return (i);
}

const struct frame *
flow_held_message(const struct flow *f)
{
	const struct frames	*fs = messages_of(f);
	size_t			 i = flow_held_index(f);

	return (i < fs->n ? frames_at(fs, i) : NULL);
}

void
flow_set_message(struct flow *f, size_t i, struct blob *data)
{
	frames_set_data(flow_messages(f), i, data);
}

bool
flow_drop_message(struct flow *f)
{
	struct frame	*fr = frames_edit(flow_messages(f),
	    flow_held_index(f));

	fr->dropped = true;
	fr->held = false;
	return (flow_held_message(f) == NULL);
}

void
flow_unhold(struct flow *f)
{
	struct frames	*fs = flow_messages(f);
	size_t		 i;

	while ((i = flow_held_index(f)) < fs->n)
		frames_edit(fs, i)->held = false;
	f->held = false;
}

struct websocket *
flow_websocket(struct flow *f)
{
	if (f->websocket == NULL)
		f->websocket = xcalloc(1, sizeof(*f->websocket));
	return (f->websocket);
}

double
flow_start(const struct flow *f)
{
	if (f->request != NULL)
		return (f->request->t_start);
	/* Its client may have asked for long before. */
	if (f->type == FLOW_DNS && f->frames.n != 0)
		return (frames_at(&f->frames, 0)->time);
	return (f->client != NULL ? f->client->t_start : f->t_created);
}

double
flow_end(const struct flow *f)
{
	if (f->response != NULL && f->response->t_end > 0)
		return (f->response->t_end);
	return (f->error != NULL ? f->t_error : 0);
}

uint64_t
flow_size(const struct flow *f)
{
	uint64_t	n = frames_bytes(&f->frames);

	if (f->websocket != NULL)
		n += frames_bytes(&f->websocket->frames);
	if (f->request != NULL && f->request->has_body)
		n += f->request->body.len;
	if (f->response != NULL && f->response->has_body)
		n += f->response->body.len;
	return (n);
}
