/*
 * playrun - plays conversations from text files against an exchange, with
 * no sockets: bytes from client and server in, bytes to both out.
 *
 *	client "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n"
 *	opened				the server is there (or: failed "why")
 *	to-server "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
 *	server "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
 *	to-client "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
 *	done				the exchange is over
 *
 *	wants request response		hooks that somebody subscribed to
 *	asked request			it is asked; then one of
 *	go | kill | respond 403 "no" | set-body "x" | stream
 *	lost client | lost server | stale
 *	error "text" | no-error | opens 2 | aborted | kept "body" | dropped
 *	limit 10			body_size_limit
 *
 * Bodies are compared without their chunking, since that depends on how
 * the bytes came. Each play runs whole, byte by byte and at random splits;
 * what is living afterwards fails it.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "codec/h1.h"
#include "proxy/exch.h"
#include "proxy/put.h"
#include "proxy/target.h"

#define SPLITS	32

struct play {
	const char	*file;
	unsigned	 line;
	unsigned	 seed;		/* 0: whole, 1: bytes, else random */
	struct cfg	*cfg;
	struct hooks	 hooks;
	struct exch	*x;
	struct h1	 client, server;
	bool		 client_more, server_more, server_up;
	struct put	 to_server, to_client;
	struct str	 server_out, client_out;
	size_t		 server_seen, client_seen;
	struct str	 client_in, server_in;	/* not used yet */
	struct flow	*flow;
	enum hook	 asked;
	bool		 is_asked, done, aborted;
	unsigned	 opens;
};

static void
die(const struct play *p, const char *what, struct sp got)
{
	struct str	s;

	str_init(&s, STR_MAX);
	str_escape(&s, got);
	(void)fprintf(stderr, "%s:%u: (seed %u) %s: %s\n", p->file, p->line,
	    p->seed, what, str_c(&s));
	if (p->x != NULL) {
		str_clear(&s);
		exch_trace(p->x, &s);
		(void)fprintf(stderr, "trace: %s\n", str_c(&s));
	}
	exit(1);
}

/* --- the world's verbs --------------------------------------------------- */

static void
out_ask(void *arg, enum hook h)
{
	struct play	*p = arg;

	if (!hook_may_hold(h))
		return;
	p->asked = h;
	p->is_asked = true;
}

static void
out_open(void *arg, bool fresh)
{
	struct play	*p = arg;

	(void)fresh;
	p->opens++;
	p->server_up = false;
	h1_init(&p->server, true);
	str_clear(&p->server_in);
}

static void
out_req_head(void *arg, const struct msg *m)
{
	struct play	*p = arg;

	h1_expect(&p->server, m->head->method);
	put_request(&p->to_server, m);
}

static void
out_req_data(void *arg, struct sp d, struct blob *b)
{
	put_data(&((struct play *)arg)->to_server, d, b);
}

static void
out_req_end(void *arg, const struct head *t)
{
	put_end(&((struct play *)arg)->to_server, t);
}

static void
out_res_head(void *arg, const struct msg *m)
{
	struct play	*p = arg;

	(void)put_response(&p->to_client, m, p->x->flow->request->head);
}

static void
out_res_data(void *arg, struct sp d, struct blob *b)
{
	put_data(&((struct play *)arg)->to_client, d, b);
}

static void
out_res_end(void *arg, const struct head *t)
{
	put_end(&((struct play *)arg)->to_client, t);
}

static void
out_res_interim(void *arg, const struct head *h)
{
	put_head(&((struct play *)arg)->to_client, h);
}

static void
out_res_abort(void *arg)
{
	((struct play *)arg)->aborted = true;
}

static void
out_nothing(void *arg)
{
	(void)arg;
}

static void
out_done(void *arg)
{
	((struct play *)arg)->done = true;
}

static const struct exch_out play_out = {
	.ask = out_ask, .open = out_open, .req_head = out_req_head,
	.req_data = out_req_data, .req_end = out_req_end,
	.res_head = out_res_head, .res_data = out_res_data,
	.res_end = out_res_end, .res_interim = out_res_interim,
	.res_abort = out_res_abort, .server_abort = out_nothing,
	.upgrade = out_nothing, .changed = out_nothing, .done = out_done,
};

static void
write_str(void *arg, struct sp b)
{
	str_add(arg, b);
}

/* --- feeding ------------------------------------------------------------- */

static bool
has_body(const struct h1 *h)
{
	return (h->framing.kind != H1_NONE &&
	    !(h->framing.kind == H1_LENGTH && h->framing.length == 0));
}

static void
client_event(struct play *p, struct h1_ev *ev)
{
	struct target_ctx	ctx = { .scheme = "http" };
	struct exch_in		in = { .head = ev->head, .data = ev->data };
	struct why		why;

	if (ev->kind == H1_HEAD) {
		if (target_resolve(ev->head, &ctx, &why) == -1)
			die(p, "target", sp_of(why.text));
		p->client_more = in.more = has_body(&p->client);
		in.kind = IN_REQ_HEAD;
	} else if (ev->kind == H1_DATA)
		in.kind = IN_REQ_DATA;
	else if (ev->kind == H1_TRAILERS)
		in.kind = IN_REQ_TRAILERS;
	else if (ev->kind == H1_END && p->client_more)
		in.kind = IN_REQ_END;
	else
		return;
	exch_input(p->x, &in);
}

static void
server_event(struct play *p, struct h1_ev *ev)
{
	struct exch_in	in = { .head = ev->head, .data = ev->data };

	if (ev->kind == H1_HEAD) {
		p->server_more = in.more = has_body(&p->server);
		in.kind = IN_RES_HEAD;
	} else if (ev->kind == H1_DATA)
		in.kind = IN_RES_DATA;
	else if (ev->kind == H1_TRAILERS)
		in.kind = IN_RES_TRAILERS;
	else if (ev->kind == H1_END && p->server_more)
		in.kind = IN_RES_END;
	else
		return;
	exch_input(p->x, &in);
}

static bool
may_feed(const struct play *p, bool client)
{
	if (p->x->over)
		return (false);
	if (!client)
		return (p->server_up && exch_takes_response(p->x));
	return (p->x->flow->request == NULL || !p->client_more ||
	    exch_takes_request(p->x));
}

/* Everything that can be used of what has come; bytes in a heap copy of
 * their exact size, so that a sanitizer guards the last one. */
static void
pump(struct play *p, bool client)
{
	struct str	*in = client ? &p->client_in : &p->server_in;
	struct h1_ev	 ev = { .kind = H1_DATA };
	struct why	 why;
	struct sp	 all;
	size_t		 at = 0;
	ssize_t		 n;
	char		*copy;

	all = str_sp(in);
	copy = xmalloc(all.n);
	if (all.n != 0)
		memcpy(copy, all.p, all.n);
	while (ev.kind != H1_MORE && may_feed(p, client)) {
		n = h1_feed(client ? &p->client : &p->server,
		    sp_mem(copy + at, all.n - at), &ev, &why);
		if (n == -1) {
			exch_fail(p->x, &why);
			break;
		}
		if (client)
			client_event(p, &ev);
		else
			server_event(p, &ev);
		at += (size_t)n;
	}
	str_clear(in);
	str_add(in, sp_mem(copy + at, all.n - at));
	free(copy);
}

static void
pump_both(struct play *p)
{
	pump(p, false);
	pump(p, true);
}

static size_t
piece(struct play *p, size_t left)
{
	size_t	n;

	if (p->seed == 0)
		return (left);
	if (p->seed == 1)
		return (1);
	n = 1 + (size_t)rand() % 16;
	return (n < left ? n : left);
}

static void
feed(struct play *p, bool client, struct sp b)
{
	size_t	n;

	while (b.n != 0) {
		n = piece(p, b.n);
		str_add(client ? &p->client_in : &p->server_in,
		    sp_cut(b, 0, n));
		b = sp_skip(b, n);
		pump(p, client);
	}
}

/* --- what came out, without chunking ------------------------------------- */

static void
normalise(struct sp raw, bool response, const struct head *request,
    struct str *out)
{
	struct h1	h;
	struct h1_ev	ev = { .kind = H1_DATA };
	ssize_t		n;

	h1_init(&h, response);
	if (response && request != NULL)
		h1_expect(&h, request->method);
	while (ev.kind != H1_MORE) {
		n = h1_feed(&h, raw, &ev, NULL);
		if (n == -1) {
			str_puts(out, "<bad>");
			return;
		}
		raw = sp_skip(raw, (size_t)n);
		if (ev.kind == H1_HEAD || ev.kind == H1_TRAILERS) {
			head_put(ev.head, out);
			head_unref(ev.head);
		} else if (ev.kind == H1_DATA)
			str_add(out, ev.data);
	}
	str_add(out, raw);
}

static void
expect_out(struct play *p, bool client, struct sp want)
{
	struct str	*all = client ? &p->client_out : &p->server_out;
	size_t		*seen = client ? &p->client_seen : &p->server_seen;
	struct sp	 raw = sp_skip(str_sp(all), *seen);
	struct str	 got, norm;

	str_init(&got, STR_MAX);
	str_init(&norm, STR_MAX);
	normalise(raw, client, p->x->flow->request != NULL ?
	    p->x->flow->request->head : NULL, &got);
	normalise(want, client, p->x->flow->request != NULL ?
	    p->x->flow->request->head : NULL, &norm);
	if (!sp_eq(str_sp(&got), str_sp(&norm)))
		die(p, client ? "to-client got" : "to-server got", raw);
	*seen = all->n;
	str_fini(&got);
	str_fini(&norm);
}

/* --- the script ---------------------------------------------------------- */

static void
answer(struct play *p, unsigned verdict, struct msg *response,
    struct sp body)
{
	struct exch_in	 in = { .kind = IN_DECIDED };
	struct hookcall	*c;
	struct msg	*m;

	if (!p->is_asked)
		die(p, "nothing was asked", SPNIL);
	p->is_asked = false;
	c = hookcall_new(p->asked, flow_dup(p->x->flow, true));
	c->verdict = verdict;
	if (response != NULL)
		flow_set_response(c->flow, response);
	if (body.p != NULL && p->asked == HOOK_request) {
		m = msg_dup(c->flow->request);
		msg_set_body(m, body);
		flow_set_request(c->flow, m);
	} else if (body.p != NULL) {
		m = msg_dup(c->flow->response);
		msg_set_body(m, body);
		flow_set_response(c->flow, m);
	}
	in.call = c;
	exch_input(p->x, &in);
	hookcall_free(c);
	pump_both(p);
}

static void
lost(struct play *p, enum exch_kind kind, bool stale)
{
	struct exch_in	in = { .kind = kind, .stale = stale };
	struct why	why;

	(void)fail(&why, kind == IN_REQ_LOST ? ERR_CLIENT_LOST :
	    ERR_SERVER_LOST, "%s", kind == IN_REQ_LOST ?
	    "client disconnected" : "server closed connection");
	in.why = &why;
	exch_input(p->x, &in);
}

static void
opened(struct play *p, const char *error)
{
	struct exch_in	in = { .kind = IN_OPENED };
	struct why	why;

	if (error != NULL) {
		(void)fail(&why, ERR_CONNECT, "%s", error);
		in.kind = IN_OPEN_FAILED;
		in.why = &why;
	}
	p->server_up = error == NULL;
	exch_input(p->x, &in);
	pump_both(p);
}

static void
want_hooks(struct play *p, char *names)
{
	uint32_t	 mask = 0;
	char		*save, *w;
	int		 h;

	for (w = strtok_r(names, " ", &save); w != NULL;
	    w = strtok_r(NULL, " ", &save))
		for (h = 0; h < HOOK_N; h++)
			if (strcmp(hook_name((enum hook)h), w) == 0)
				mask |= HOOK_BIT(h);
	hooks_want(&p->hooks, DECIDE_SCRIPT, mask);
}

static void
on_take(void *arg, struct hookcall *c)
{
	(void)arg;
	(void)c;
}

/* A quoted word with \r \n \t \0 \\ \" \xHH, in its place. */
static struct sp
unquote(char *s)
{
	char	*from = s, *to = s, hex[3] = "";
	char	 last;

	if (*from == '"')
		from++;
	while (*from != '\0' && *from != '"') {
		if (*from != '\\') {
			*to++ = *from++;
			continue;
		}
		from++;
		if (*from == 'x') {
			memcpy(hex, from + 1, 2);
			*to++ = (char)strtol(hex, NULL, 16);
			from += 3;
			continue;
		}
		last = *from == 'r' ? '\r' : *from == 'n' ? '\n' :
		    *from == 't' ? '\t' : *from == '0' ? '\0' : *from;
		*to++ = last;
		from++;
	}
	return (sp_mem(s, (size_t)(to - s)));
}

static void
check(const struct play *p, bool holds, const char *what, struct sp got)
{
	if (!holds)
		die(p, what, got);
}

struct words3 {
	struct sp	 arg;		/* unquoted */
	int		 n;		/* a number in front */
};

static void
w_client(struct play *p, const struct words3 *w)
{
	feed(p, true, w->arg);
}

static void
w_server(struct play *p, const struct words3 *w)
{
	feed(p, false, w->arg);
}

static void
w_to_server(struct play *p, const struct words3 *w)
{
	expect_out(p, false, w->arg);
}

static void
w_to_client(struct play *p, const struct words3 *w)
{
	expect_out(p, true, w->arg);
}

static void
w_opened(struct play *p, const struct words3 *w)
{
	(void)w;
	opened(p, NULL);
}

static void
w_failed(struct play *p, const struct words3 *w)
{
	(void)w;
	opened(p, "connection refused");
}

static void
w_asked(struct play *p, const struct words3 *w)
{
	check(p, p->is_asked && sp_is(w->arg, hook_name(p->asked)),
	    "not asked", w->arg);
}

static void
w_go(struct play *p, const struct words3 *w)
{
	(void)w;
	answer(p, 0, NULL, SPNIL);
}

static void
w_stream(struct play *p, const struct words3 *w)
{
	(void)w;
	answer(p, HV_STREAM, NULL, SPNIL);
}

static void
w_kill(struct play *p, const struct words3 *w)
{
	(void)w;
	answer(p, HV_KILL, NULL, SPNIL);
}

static void
w_respond(struct play *p, const struct words3 *w)
{
	answer(p, HV_RESPONSE, msg_response(w->n, SP("text/plain"), w->arg),
	    SPNIL);
}

static void
w_set_body(struct play *p, const struct words3 *w)
{
	answer(p, p->asked == HOOK_request ? HV_REQUEST : HV_RESPONSE, NULL,
	    w->arg);
}

static void
w_lost(struct play *p, const struct words3 *w)
{
	lost(p, sp_is(w->arg, "client") ? IN_REQ_LOST : IN_RES_LOST, false);
}

static void
w_stale(struct play *p, const struct words3 *w)
{
	(void)w;
	lost(p, IN_RES_LOST, true);
}

static void
w_done(struct play *p, const struct words3 *w)
{
	check(p, p->done, "not done", w->arg);
}

static void
w_running(struct play *p, const struct words3 *w)
{
	check(p, !p->done, "done too early", w->arg);
}

static void
w_error(struct play *p, const struct words3 *w)
{
	const char	*e = p->x->flow->error;

	check(p, e != NULL && sp_search(sp_of(e), w->arg) >= 0, "error is",
	    sp_of(e));
}

static void
w_no_error(struct play *p, const struct words3 *w)
{
	(void)w;
	check(p, p->x->flow->error == NULL, "error is",
	    sp_of(p->x->flow->error));
}

static void
w_opens(struct play *p, const struct words3 *w)
{
	check(p, p->opens == (unsigned)w->n, "opens are not", w->arg);
}

static void
w_aborted(struct play *p, const struct words3 *w)
{
	check(p, p->aborted, "not aborted", w->arg);
}

static void
w_limit(struct play *p, const struct words3 *w)
{
	p->cfg->body_size_limit = (uint64_t)w->n;
}

static void
w_kept(struct play *p, const struct words3 *w)
{
	struct blob	*b = msg_body(p->x->flow->response);

	check(p, sp_eq(blob_sp(b), w->arg), "kept body is", blob_sp(b));
	blob_unref(b);
}

static const struct {
	const char	*name;
	void		(*run)(struct play *, const struct words3 *);
} words[] = {
	{ "client", w_client }, { "server", w_server },
	{ "to-client", w_to_client }, { "to-server", w_to_server },
	{ "opened", w_opened }, { "failed", w_failed },
	{ "asked", w_asked }, { "go", w_go }, { "kill", w_kill },
	{ "stream", w_stream }, { "respond", w_respond },
	{ "set-body", w_set_body }, { "lost", w_lost }, { "stale", w_stale },
	{ "done", w_done }, { "running", w_running }, { "error", w_error },
	{ "no-error", w_no_error }, { "opens", w_opens },
	{ "aborted", w_aborted }, { "limit", w_limit }, { "kept", w_kept },
};

static void
say(struct play *p, const char *verb, char *rest)
{
	char		*text = strchr(rest, '"');
	struct words3	 w = { .n = (int)strtol(rest, NULL, 10) };
	size_t		 i;

	if (strcmp(verb, "wants") == 0) {
		want_hooks(p, rest);
		return;
	}
	w.arg = unquote(text != NULL ? text : rest);
	for (i = 0; i < nitems(words); i++)
		if (strcmp(words[i].name, verb) == 0) {
			words[i].run(p, &w);
			return;
		}
	die(p, "unknown word", sp_of(verb));
}

static void
play_begin(struct play *p, const char *file, unsigned seed)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	memset(p, 0, sizeof(*p));
	p->file = file;
	p->seed = seed;
	srand(seed);
	hooks_init(&p->hooks);
	hooks_set(&p->hooks, DECIDE_SCRIPT, "play", on_take, NULL);
	p->cfg = cfg_new();
	p->cfg->hooks = &p->hooks;
	p->x = exch_new(&play_out, p, p->cfg, f);
	flow_unref(f);
	h1_init(&p->client, false);
	h1_init(&p->server, true);
	str_init(&p->client_in, STR_MAX);
	str_init(&p->server_in, STR_MAX);
	str_init(&p->client_out, STR_MAX);
	str_init(&p->server_out, STR_MAX);
	p->to_server.write = p->to_client.write = write_str;
	p->to_server.arg = &p->server_out;
	p->to_client.arg = &p->client_out;
}

static void
play_end(struct play *p)
{
	exch_free(p->x);
	p->x = NULL;
	cfg_unref(p->cfg);
	str_fini(&p->client_in);
	str_fini(&p->server_in);
	str_fini(&p->client_out);
	str_fini(&p->server_out);
	check(p, obj_total() == 0, "objects still alive", SPNIL);
}

/* A play ends at the end of the file or at a line of dashes. */
static void
play_once(const char *file, unsigned seed, unsigned *nplays)
{
	struct play	 p;
	FILE		*in = fopen(file, "r");
	char		*line = NULL, *verb, *rest;
	size_t		 cap = 0;
	unsigned	 at = 0;

	if (in == NULL) {
		perror(file);
		exit(1);
	}
	play_begin(&p, file, seed);
	*nplays = 1;
	while (getline(&line, &cap, in) != -1) {
		p.line = ++at;
		line[strcspn(line, "\n")] = '\0';
		for (verb = line; isspace((unsigned char)*verb); verb++)
			;
		if (*verb == '\0' || *verb == '#')
			continue;
		if (strncmp(verb, "---", 3) == 0) {
			play_end(&p);
			play_begin(&p, file, seed);
			++*nplays;
			continue;
		}
		rest = verb + strcspn(verb, " \t");
		if (*rest != '\0')
			*rest++ = '\0';
		say(&p, verb, rest);
	}
	play_end(&p);
	free(line);
	(void)fclose(in);
}

int
main(int argc, char **argv)
{
	unsigned	seed, n = 0;
	int		i;

	for (i = 1; i < argc; i++) {
		for (seed = 0; seed < 2 + SPLITS; seed++)
			play_once(argv[i], seed, &n);
		(void)printf("%s: %u plays, each %d ways: passed\n", argv[i],
		    n, 2 + SPLITS);
	}
	return (0);
}
