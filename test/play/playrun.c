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
 *	error "text" | no-error | opens 2 | aborted | quits | upgraded
 *	kept "body" | kept-request "body" | dropped | trailers "X: 1\r\n\r\n"
 *	limit 10			body_size_limit
 *	keep 10 | spill			keep_max; what is more goes to a file
 *	stream-above 10 | forget	stream_large_bodies, not stored
 *	as-it-comes			about streaming: not with hooks held
 *
 * Bodies are compared without their chunking, since that depends on how
 * the bytes came. Each play runs
 *	whole, byte by byte and at random splits;
 *	with every hook held once: what goes out must be the same;
 *	as far as each of its lines, and the middle of those that bring
 *	bytes, where the client goes, or the server: it must end.
 * What is living afterwards fails it.
 */
#include "play/stage.h"

#include <ctype.h>

#define SPLITS	32

/* A play as it stands in its file. */
struct script {
	const char	*file;
	struct {
		unsigned	 no;
		char		*text;
	}		 lines[100];
	unsigned	 n;
};

/* --- words --------------------------------------------------------------- */

static void
want_hooks(struct play *p, const char *names)
{
	struct sp	rest = sp_of(names), w;
	int		h;

	while (rest.n != 0) {
		w = sp_split(rest, ' ', &rest);
		for (h = 0; h < HOOK_N; h++)
			if (sp_is(w, hook_name((enum hook)h)))
				p->wants |= HOOK_BIT(h);
	}
	if (!p->holds)
		hooks_want(&p->hooks, DECIDE_SCRIPT, p->wants);
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
	if (p->checks && !holds)
		die(p, what, got);
}

static void
expect_out(struct play *p, bool client, struct sp want)
{
	struct str		*all = client ? &p->client_out :
	    &p->server_out;
	size_t			*seen = client ? &p->client_seen :
	    &p->server_seen;
	struct sp		 raw = sp_skip(str_sp(all), *seen);
	const struct msg	*q = p->x->flow->request;
	struct str		 got, norm;

	str_init(&got, STR_MAX);
	str_init(&norm, STR_MAX);
	normalise(raw, client, q != NULL ? q->head : NULL, &got);
	normalise(want, client, q != NULL ? q->head : NULL, &norm);
	check(p, sp_eq(str_sp(&got), str_sp(&norm)), client ?
	    "to-client got" : "to-server got", raw);
	*seen = all->n;
	str_fini(&got);
	str_fini(&norm);
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

/* Held hooks let it be opened later than the script says. */
static void
w_opened(struct play *p, const struct words3 *w)
{
	(void)w;
	check(p, p->opening || p->holds, "nothing is opened", SPNIL);
	p->open_is = "";
}

static void
w_failed(struct play *p, const struct words3 *w)
{
	(void)w;
	check(p, p->opening || p->holds, "nothing is opened", SPNIL);
	p->open_is = "connection refused";
}

static void
w_asked(struct play *p, const struct words3 *w)
{
	check(p, p->is_asked && sp_is(w->arg, hook_name(p->asked)),
	    "not asked", w->arg);
}

/* In a play that was cut short nothing may be asked any more. */
static void
say_answer(struct play *p, unsigned verdict, struct msg *response,
    struct sp body)
{
	check(p, p->is_asked && !p->is_ours, "nothing was asked", SPNIL);
	if (p->is_asked)
		answer(p, verdict, response, body);
	else
		msg_unref(response);
}

static void
w_go(struct play *p, const struct words3 *w)
{
	(void)w;
	say_answer(p, 0, NULL, SPNIL);
}

static void
w_stream(struct play *p, const struct words3 *w)
{
	(void)w;
	say_answer(p, HV_STREAM, NULL, SPNIL);
}

static void
w_kill(struct play *p, const struct words3 *w)
{
	(void)w;
	say_answer(p, HV_KILL, NULL, SPNIL);
}

static void
w_respond(struct play *p, const struct words3 *w)
{
	say_answer(p, HV_RESPONSE, msg_response(w->n, SP("text/plain"),
	    w->arg), SPNIL);
}

static void
w_set_body(struct play *p, const struct words3 *w)
{
	say_answer(p, p->asked == HOOK_request ? HV_REQUEST : HV_RESPONSE,
	    NULL, w->arg);
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
	check(p, p->done && p->x->over && !p->x->flow->live, "not done",
	    w->arg);
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
w_quits(struct play *p, const struct words3 *w)
{
	check(p, p->quits, "the server is not left", w->arg);
}

static void
w_upgraded(struct play *p, const struct words3 *w)
{
	check(p, p->upgraded, "not upgraded", w->arg);
}

static void
w_limit(struct play *p, const struct words3 *w)
{
	p->cfg->body_size_limit = (uint64_t)w->n;
}

static void
w_keep(struct play *p, const struct words3 *w)
{
	p->cfg->keep_max = (uint64_t)w->n;
}

static void
w_spill(struct play *p, const struct words3 *w)
{
	(void)w;
	p->cfg->spills = true;
}

static void
w_stream_above(struct play *p, const struct words3 *w)
{
	p->cfg->stream_above = (uint64_t)w->n;
}

static void
w_forget(struct play *p, const struct words3 *w)
{
	(void)w;
	p->cfg->keep_streamed = false;
}

static void
w_as_it_comes(struct play *p, const struct words3 *w)
{
	(void)w;
	p->as_it_comes = true;
}

static void
expect_kept(const struct play *p, const struct msg *m, struct sp want)
{
	struct blob	*b;

	check(p, m != NULL && m->has_body, "not kept", SPNIL);
	if (m == NULL)
		return;
	b = msg_body(m);
	check(p, sp_eq(blob_sp(b), want), "kept body is", blob_sp(b));
	check(p, m->body_len == want.n, "its length is another", SPNIL);
	blob_unref(b);
}

static void
w_kept(struct play *p, const struct words3 *w)
{
	expect_kept(p, p->x->flow->response, w->arg);
}

static void
w_kept_request(struct play *p, const struct words3 *w)
{
	expect_kept(p, p->x->flow->request, w->arg);
}

static void
w_dropped(struct play *p, const struct words3 *w)
{
	const struct msg	*m = p->x->flow->response;

	check(p, m != NULL && !m->has_body && m->body.len == 0, "kept",
	    w->arg);
}

static void
w_trailers(struct play *p, const struct words3 *w)
{
	const struct msg	*m = p->x->flow->response;
	struct str		 s;

	str_init(&s, STR_MAX);
	if (m != NULL && m->trailers != NULL)
		head_put(m->trailers, &s);
	check(p, sp_eq(str_sp(&s), w->arg), "trailers are", str_sp(&s));
	str_fini(&s);
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
	{ "aborted", w_aborted }, { "quits", w_quits },
	{ "upgraded", w_upgraded }, { "limit", w_limit },
	{ "keep", w_keep }, { "spill", w_spill },
	{ "stream-above", w_stream_above }, { "forget", w_forget },
	{ "as-it-comes", w_as_it_comes }, { "kept", w_kept },
	{ "kept-request", w_kept_request }, { "dropped", w_dropped },
	{ "trailers", w_trailers },
};

/* One line of the script; the line itself stays as it is. */
static void
say(struct play *p, const char *line)
{
	char		*copy = xstrdup(line), *rest, *text;
	struct words3	 w = { .n = 0 };
	size_t		 i;

	rest = copy + strcspn(copy, " \t");
	if (*rest != '\0')
		*rest++ = '\0';
	if (strcmp(copy, "wants") == 0)
		want_hooks(p, rest);
	else {
		text = strchr(rest, '"');
		w.n = (int)strtol(rest, NULL, 10);
		w.arg = unquote(text != NULL ? text : rest);
		for (i = 0; i < nitems(words); i++)
			if (strcmp(words[i].name, copy) == 0)
				break;
		if (i == nitems(words))
			die(p, "unknown word", sp_of(copy));
		words[i].run(p, &w);
		settle(p);
	}
	free(copy);
}

/* --- ways to play -------------------------------------------------------- */

static void
play_whole(const struct script *sc, unsigned seed, struct outcome *out)
{
	struct play	p;
	unsigned	i;

	play_begin(&p, sc->file, seed);
	p.checks = true;
	for (i = 0; i < sc->n; i++) {
		p.line = sc->lines[i].no;
		say(&p, sc->lines[i].text);
	}
	if (out != NULL)
		outcome_of(&p, out);
	play_end(&p);
}

/*
 * Somebody subscribed to everything, and lets everything go. What was
 * broken off may have been passed on less far; that it was must be the
 * same.
 */
static void
play_held(const struct script *sc, const struct outcome *want)
{
	struct outcome	got;
	struct play	p;
	unsigned	i;

	play_begin(&p, sc->file, 0);
	p.holds = true;
	hooks_want(&p.hooks, DECIDE_SCRIPT, UINT32_MAX);
	for (i = 0; i < sc->n && !p.as_it_comes; i++) {
		p.line = sc->lines[i].no;
		say(&p, sc->lines[i].text);
	}
	outcome_of(&p, &got);
	p.checks = !p.as_it_comes;
	check(&p, (got.error == NULL) == (want->error == NULL),
	    "ends otherwise", sp_of(got.error));
	check(&p, want->error == NULL || got.error == NULL ||
	    strcmp(got.error, want->error) == 0, "error is",
	    sp_of(got.error));
	if (want->error == NULL) {
		check(&p, sp_eq(str_sp(&got.to_client),
		    str_sp(&want->to_client)), "to-client got",
		    str_sp(&got.to_client));
		check(&p, sp_eq(str_sp(&got.to_server),
		    str_sp(&want->to_server)), "to-server got",
		    str_sp(&got.to_server));
	}
	outcome_fini(&got);
	play_end(&p);
}

/* After the server has gone: what waits for a decider, or still drops an
 * upload, has its own end. */
static void
end_without_server(struct play *p)
{
	while (p->is_asked && !p->x->over)
		answer(p, 0, NULL, SPNIL);
	if (!p->x->over && p->x->rq == RQ_refused)
		lost(p, IN_REQ_LOST, false);
}

/* Until line n, half of that if it brings bytes; then one peer goes. */
static void
play_until(const struct script *sc, unsigned n, bool half, bool client)
{
	struct play	p;
	unsigned	i;

	play_begin(&p, sc->file, 0);
	for (i = 0; i <= n; i++) {
		p.line = sc->lines[i].no;
		p.half = half && i == n;
		say(&p, sc->lines[i].text);
	}
	p.checks = true;
	if (client && !p.done)
		lost(&p, IN_REQ_LOST, false);
	else if (p.server_up && !p.done) {
		lost(&p, IN_RES_LOST, false);
		end_without_server(&p);
	} else
		p.done = true;		/* there is none to be lost */
	check(&p, p.done, client ? "goes on without a client" :
	    "goes on without a server", SPNIL);
	play_end(&p);
}

static bool
brings_bytes(const char *line)
{
	return (strncmp(line, "client ", 7) == 0 ||
	    strncmp(line, "server ", 7) == 0);
}

static void
play_all_ways(const struct script *sc)
{
	struct outcome	out;
	unsigned	seed, n;
	int		client;

	play_whole(sc, 0, &out);
	for (seed = 1; seed < 2 + SPLITS; seed++)
		play_whole(sc, seed, NULL);
	play_held(sc, &out);
	outcome_fini(&out);
	for (n = 0; n < sc->n; n++)
		for (client = 0; client < 2; client++) {
			play_until(sc, n, false, client);
			if (brings_bytes(sc->lines[n].text))
				play_until(sc, n, true, client);
		}
}

/* --- files --------------------------------------------------------------- */

static void
script_clear(struct script *sc)
{
	while (sc->n != 0)
		free(sc->lines[--sc->n].text);
}

static void
script_add(struct script *sc, unsigned no, const char *text)
{
	if (sc->n == nitems(sc->lines)) {
		(void)fprintf(stderr, "%s:%u: play too long\n", sc->file,
		    no);
		exit(1);
	}
	sc->lines[sc->n].no = no;
	sc->lines[sc->n++].text = xstrdup(text);
}

/* A play ends at the end of the file or at a line of dashes. */
static unsigned
play_file(const char *file)
{
	struct script	 sc = { .file = file };
	FILE		*in = fopen(file, "r");
	char		*line = NULL, *word;
	size_t		 cap = 0;
	unsigned	 no = 0, n = 1;

	if (in == NULL) {
		perror(file);
		exit(1);
	}
	while (getline(&line, &cap, in) != -1) {
		no++;
		line[strcspn(line, "\n")] = '\0';
		for (word = line; isspace((unsigned char)*word); word++)
			;
		if (strncmp(word, "---", 3) == 0) {
			play_all_ways(&sc);
			script_clear(&sc);
			n++;
		} else if (*word != '\0' && *word != '#')
			script_add(&sc, no, word);
	}
	play_all_ways(&sc);
	script_clear(&sc);
	free(line);
	(void)fclose(in);
	return (n);
}

int
main(int argc, char **argv)
{
	int	i;

	for (i = 1; i < argc; i++)
		(void)printf("%s: %u plays: passed\n", argv[i],
		    play_file(argv[i]));
	return (0);
}
