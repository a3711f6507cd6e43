/*
 * screenrun FILE - plays a screen script: steps in the command language,
 * expected cells inline. UPDATE=1 writes what is seen into the file.
 *
 *	size 60x12		cells; the first line
 *	flow GET http://a.test/ 200 text/html 1234 0.25
 *				a flow: method, URL, status (0: none yet),
 *				type, bytes of body, seconds (-1: its body
 *				is still coming)
 *	tcp >hello <welcome	a conversation: what the client (>) and the
 *				server (<) said, a second each; one with !
 *				before it is held
 *	said >hello		the last flow's conversation goes on
 *	talk N			by N messages at once: message 0, message 1, ...
 *	error some text		so it ended
 *	hold			the last flow waits for the user
 *	go			what was held in it goes on
 *	await some text		until the screen has it: workers made it
 *	grow LINES		and its body, by lines that have numbers
 *	listen ADDRESS		as if the proxy did, at most two
 *	keys j m "ctrl l"	keys by name
 *	type some text		characters
 *	expect			rows until "end", each after one sign
 *				(snap.h)
 *
 * Every other line is run as a command. # begins a comment line.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"
#include "base/mem.h"
#include "ui/snap.h"
#include "ui/ui.h"

struct play {
	struct app	*app;
	const char	*file;
	unsigned	 line;
	unsigned	 flows;		/* made so far */
	unsigned	 failed;
	bool		 update;
	char		*listening[3];
	struct str	 out;		/* the file as it should be */
};

static void
complain(struct play *p, const char *what)
{
	(void)fprintf(stderr, "%s:%u: %s\n", p->file, p->line, what);
	p->failed++;
}

static void
settle(struct play *p)
{
	loop_once(p->app->loop, true);
	ui_paint(p->app->ui);
}

static void
do_size(struct play *p, const char *arg)
{
	struct why	why;
	int		cols, rows;

	if (sscanf(arg, "%dx%d", &cols, &rows) != 2) {
		complain(p, "size COLSxROWS");
		return;
	}
	if (p->app->ui->term != NULL)
		term_resize_to(p->app->ui->term, rows, cols);
	else if (ui_start_headless(p->app, rows, cols, 0, &why) == -1)
		complain(p, why.text);
}

static struct msg *
make_response(int status, const char *type, size_t size)
{
	struct msg	*m;
	char		*body = xmalloc(size + 1);

	memset(body, 'x', size);
	m = msg_response(status, sp_of(type), sp_mem(body, size));
	free(body);
	return (m);
}

static void
do_flow(struct play *p, const char *arg)
{
	struct why	 why;
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m;
	char		 method[16], url[256], type[64];
	unsigned	 size;
	double		 took, start = 1700000000 + p->flows++;
	int		 status;

	if (sscanf(arg, "%15s %255s %d %63s %u %lf", method, url, &status,
	    type, &size, &took) != 6 ||
	    (m = msg_request(sp_of(method), sp_of(url), &why)) == NULL) {
		complain(p, "flow METHOD URL STATUS TYPE SIZE SECONDS");
		flow_unref(f);
		return;
	}
	m->t_start = m->t_end = f->t_created = start;
	flow_set_request(f, m);
	if (status != 0) {
		m = make_response(status, type, size);
		m->t_start = m->t_end = start + took;
		f->live = took < 0;
		if (f->live) {
			m->has_body = m->complete = false;
			m->t_end = 0;
		}
		flow_set_response(f, m);
	}
	store_add(p->app->model->store, f);
	flow_unref(f);
}

static void
add_frame(struct flow *f, const char *text, double when)
{
	struct frame	fr = { .time = when };

	fr.held = *text == '!';
	text += fr.held;
	f->held |= fr.held;
	f->live |= fr.held;
	fr.from_client = *text == '>';
	fr.data = blob_of(sp_of(text + 1));
	frames_add(&f->frames, fr);
}

static struct flow *
last_flow(struct play *p)
{
	struct store	*st = p->app->model->store;

	return (store_at(st, store_n(st) - 1));
}

static void
do_said(struct play *p, const char *arg)
{
	struct flow	*f = last_flow(p);

	add_frame(f, arg, frames_last(&f->frames)->time + 1);
	store_touch(p->app->model->store, f);
}

static void
do_error(struct play *p, const char *arg)
{
	struct flow	*f = last_flow(p);

	flow_set_error(f, arg);
	store_touch(p->app->model->store, f);
}

static void
do_talk(struct play *p, const char *arg)
{
	struct flow	*f = last_flow(p);
	size_t		 n = (size_t)strtol(arg, NULL, 10), i;
	double		 when = frames_last(&f->frames)->time;
	char		 text[40];

	for (i = 0; i < n; i++) {
		(void)snprintf(text, sizeof(text), "<message %zu", i);
		add_frame(f, text, when);
	}
	store_touch(p->app->model->store, f);
}

static void
do_hold(struct play *p, const char *arg unused)
{
	struct flow	*f = last_flow(p);

	f->live = f->held = true;
	store_touch(p->app->model->store, f);
}

static void
do_go(struct play *p, const char *arg unused)
{
	struct flow	*f = last_flow(p);

	flow_unhold(f);
	store_touch(p->app->model->store, f);
}

static void
do_await(struct play *p, const char *arg)
{
	struct timespec	ms = { 0, 1000000 };
	struct str	got;
	int		tries = 60000;
	bool		there = false;

	while (!there && tries-- > 0) {
		(void)nanosleep(&ms, NULL);
		settle(p);
		str_init(&got, STR_MAX);
		snap_put(p->app->ui->term, &got);
		there = sp_search(str_sp(&got), sp_of(arg)) != -1;
		str_fini(&got);
	}
	if (!there)
		complain(p, "that does not come");
}

static void
do_grow(struct play *p, const char *arg)
{
	struct flow	*f = last_flow(p);
	struct msg	*m = msg_dup(f->response);
	struct str	 s;
	int		 n = (int)strtol(arg, NULL, 10), i;
	int		 was = (int)(m->body.len / 8);

	str_init(&s, STR_MAX);
	for (i = 0; i < n; i++)
		str_printf(&s, "line%03d\n", was + i);
	chain_append(&m->body, str_sp(&s));
	str_fini(&s);
	m->body_len = m->body.len;
	m->has_body = true;
	flow_set_response(f, m);
	store_touch(p->app->model->store, f);
}

static void
do_tcp(struct play *p, const char *arg)
{
	struct flow	*f = flow_new(FLOW_TCP);
	struct conn	*client = conn_new(false), *server = conn_new(true);
	struct words	 w;
	size_t		 i;
	double		 start = 1700000000 + p->flows++;

	conn_set_place(&client->peer, "127.0.0.1", 40000);
	conn_set_place(&server->address, "a.test", 25);
	client->t_start = f->t_created = start;
	flow_set_client(f, client);
	flow_set_server(f, server);
	words_split(&w, arg);
	for (i = 0; i < w.n; i++)
		add_frame(f, w.v[i].text, start + (double)i + 1);
	words_fini(&w);
	store_add(p->app->model->store, f);
	flow_unref(f);
}

static void
do_listen(struct play *p, const char *arg)
{
	size_t	i = p->listening[0] != NULL;

	free(p->listening[i]);
	p->listening[i] = xstrdup(arg);
	p->app->model->listening = p->listening;
	app_set_confdir(p->app, "/home/me/.config/weir");
	p->app->ca_import_hint = true;
}

static void
do_keys(struct play *p, const char *arg)
{
	struct words	w;
	struct key	k;
	size_t		i;

	words_split(&w, arg);
	for (i = 0; i < w.n; i++) {
		if (!key_parse(sp_of(w.v[i].text), &k)) {
			complain(p, w.v[i].text);
			continue;
		}
		ui_key(p->app->ui, &k);
		settle(p);
	}
	words_fini(&w);
}

static void
do_type(struct play *p, const char *arg)
{
	struct keyin	in;
	struct key	k;

	keyin_init(&in);
	keyin_feed(&in, sp_of(arg));
	while (keyin_next(&in, true, &k))
		ui_key(p->app->ui, &k);
	keyin_fini(&in);
}

static void
do_expect(struct play *p, struct sp want)
{
	struct str	got;

	settle(p);
	str_init(&got, STR_MAX);
	snap_put(p->app->ui->term, &got);
	if (!sp_eq(str_sp(&got), want)) {
		if (!p->update) {
			complain(p, "the screen is another:");
			(void)fputs(str_c(&got), stderr);
		}
	}
	str_add(&p->out, str_sp(&got));
	str_fini(&got);
}

static const struct {
	const char	*name;
	void		(*run)(struct play *, const char *);
} verbs[] = {
	{ "size ", do_size }, { "flow ", do_flow }, { "keys ", do_keys },
	{ "type ", do_type }, { "listen ", do_listen },
	{ "tcp ", do_tcp }, { "said ", do_said }, { "grow ", do_grow },
	{ "talk ", do_talk }, { "go", do_go }, { "hold", do_hold },
	{ "await ", do_await }, { "error ", do_error },
};

static void
do_line(struct play *p, const char *line)
{
	size_t	i;

	if (line[0] == '#' || line[0] == '\0')
		return;
	for (i = 0; i < nitems(verbs); i++)
		if (strncmp(line, verbs[i].name, strlen(verbs[i].name)) ==
		    0) {
			verbs[i].run(p, line + strlen(verbs[i].name));
			return;
		}
	ui_run(p->app->ui, line);
}

/* The rows up to "end"; *rest is what follows. */
static struct sp
take_rows(struct play *p, struct sp rest, struct sp *after)
{
	struct sp	from = rest, line;

	while (rest.n != 0) {
		*after = rest;
		line = sp_split(rest, '\n', &rest);
		p->line++;
		if (sp_is(line, "end"))
			break;
	}
	return (sp_cut(from, 0, (size_t)(after->p - from.p)));
}

static void
play(struct play *p, struct sp text)
{
	struct sp	line, rest = text, rows, after;
	char		*copy;

	while (rest.n != 0) {
		line = sp_split(rest, '\n', &rest);
		p->line++;
		str_add(&p->out, line);
		str_putc(&p->out, '\n');
		if (sp_is(line, "expect")) {
			after = rest;
			rows = take_rows(p, rest, &after);
			do_expect(p, rows);
			(void)sp_split(after, '\n', &rest);
			str_puts(&p->out, "end\n");
			continue;
		}
		copy = xspdup(line);
		do_line(p, copy);
		free(copy);
	}
}

static int
read_file(const char *path, struct str *out)
{
	FILE	*f = fopen(path, "r");
	char	*room;
	size_t	 n;

	if (f == NULL)
		return (-1);
	do {
		room = str_room(out, 4096);
		n = fread(room, 1, 4096, f);
		str_grew(out, n);
	} while (n > 0);
	return (fclose(f));
}

static int
write_file(const char *path, struct sp s)
{
	FILE	*f = fopen(path, "w");

	if (f == NULL || fwrite(s.p, 1, s.n, f) != s.n)
		return (-1);
	return (fclose(f));
}

int
main(int argc, char **argv)
{
	static const struct module *const	more[] = { &ui_module };
	struct play				p;
	struct str				text;
	struct why				why;

	memset(&p, 0, sizeof(p));
	p.file = argc > 1 ? argv[1] : "";
	p.update = getenv("UPDATE") != NULL;
	(void)setenv("TZ", "UTC", 1);
	(void)setenv("XDG_STATE_HOME", "/nonexistent", 1);
	str_init(&text, STR_MAX);
	str_init(&p.out, STR_MAX);
	if (read_file(p.file, &text) == -1) {
		(void)fprintf(stderr, "%s: %s\n", p.file, strerror(errno));
		return (2);
	}
	p.app = app_new(true);
	app_set_confdir(p.app, "/nonexistent/weir");
	if (app_add_modules(p.app, more, nitems(more), &why) == -1) {
		(void)fprintf(stderr, "%s\n", why.text);
		return (2);
	}
	play(&p, str_sp(&text));
	ui_stop(p.app);
	app_free(p.app);
	free(p.listening[0]);
	free(p.listening[1]);
	if (p.update && write_file(p.file, str_sp(&p.out)) == -1)
		p.failed++;
	str_fini(&text);
	str_fini(&p.out);
	if (obj_count(OBJ_screen) + obj_count(OBJ_flow) != 0) {
		(void)fprintf(stderr, "%s: something is still alive\n",
		    p.file);
		p.failed++;
	}
	return (p.failed != 0);
}
