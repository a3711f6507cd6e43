/*
 * save_stream_file: one stream at a time, exchanged when the option or the
 * clock names another file. The old one closes on its worker meanwhile, so
 * several may be closing, and the program ends when none is.
 */
#include "flowfile/saver.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "base/date.h"
#include "flowfile/ff_har.h"
#include "flowfile/ff_name.h"
#include "flowfile/readings.h"

#define LOG_TAG		"flowfile"

enum ff_form
saver_form(struct model *m)
{
	const char	*form = opts_str(m->opts, "save_format");

	return (strcmp(form, "gzip") == 0 ? FF_GZIP :
	    strcmp(form, "plain") == 0 ? FF_PLAIN :
	    strcmp(form, "har") == 0 ? FF_HAR : FF_AUTO);
}

int
saver_version(struct model *m)
{
	return (strcmp(opts_str(m->opts, "save_version"), "21") == 0 ? 21 :
	    17);
}

/* The first failure is the one with the reason; others follow from it. */
void
saver_failed(struct saver *s, const struct why *why)
{
	if (s->failed)
		return;
	s->failed = true;
	s->why = *why;
}

struct closing *
saver_closing(struct saver *s, const char *path)
{
	struct closing	*c = xcalloc(1, sizeof(*c));

	c->saver = s;
	c->path = xstrdup(path);
	LIST_INSERT_HEAD(&s->closing, c, entry);
	return (c);
}

void
saver_forget(struct closing *c)
{
	LIST_REMOVE(c, entry);
	free(c->path);
	free(c);
}

void
saver_closed(void *arg, const struct why *why)
{
	struct closing	*c = arg;
	struct saver	*s = c->saver;

	saver_forget(c);
	if (why == NULL)
		return;
	saver_failed(s, why);
	log_error(s->model->log, "%s", why->text);
}

/* It writes what is left and goes by itself. */
static void
close_stream(struct saver *s)
{
	if (s->stream == NULL)
		return;
	ff_stream_close(s->stream, saver_closed, saver_closing(s,
	    ff_stream_path(s->stream)));
	s->stream = NULL;
}

/* The file for the flows that come now. */
static int
open_stream(struct saver *s, const char *path, bool append,
    struct why *why)
{
	struct model		*m = s->model;
	enum ff_form		 form = saver_form(m);
	const char		*read = opts_str(m->opts, "rfile");
	struct ff_stream	*old = s->stream;
	unsigned		 flags = append ? FF_APPEND : 0;
	struct ff_file		*file;

	if (old != NULL && strcmp(ff_stream_path(old), path) == 0)
		return (0);
	/* What is still to be read stays until all is written. */
	if (!append && (readings_need(s->readings, path) ||
	    (read != NULL && ff_name_same(read, path)) ||
	    ff_form_for(path, form) >= FF_HAR))
		flags |= FF_REPLACE;
	file = ff_file_open(path, form, saver_version(m), flags, why);
	if (file == NULL)
		return (-1);
	close_stream(s);
	s->stream = ff_stream_new(m->app, file, path, form,
	    saver_version(m), 0);
	return (0);
}

/* The name may have a time in it: another minute, another file. */
static void
follow_clock(struct saver *s)
{
	time_t		 now;
	struct why	 why;
	bool		 append;
	char		*path, *at;

	if (s->path == NULL || strchr(s->path, '%') == NULL)
		return;
	now = (time_t)date_now();
	if (now == s->second)
		return;
	s->second = now;
	path = ff_name_path(s->path, &append);
	at = ff_name_at(path, (double)now);
	if (open_stream(s, at, append, &why) == -1)
		log_error(s->model->log, "%s", why.text);
	free(at);
	free(path);
}

/* None or "" stops it. */
int
saver_set_path(struct saver *s, const char *spec, struct why *why)
{
	bool	 append;
	char	*path, *at;
	int	 r;

	if (spec == NULL || spec[0] == '\0') {
		close_stream(s);
		free(s->path);
		s->path = NULL;
		return (0);
	}
	path = ff_name_path(spec, &append);
	s->second = (time_t)date_now();
	at = ff_name_at(path, (double)s->second);
	/* The same name again begins anew, unless it appends. */
	r = open_stream(s, at, append, why);
	free(at);
	free(path);
	if (r == -1)
		return (-1);
	free(s->path);
	s->path = xstrdup(spec);
	return (0);
}

void
saver_put(struct saver *s, struct flow *f)
{
	const char	*har = opts_str(s->model->opts, "hardump");

	if (s->finished ||
	    (s->filter != NULL && !filter_match(s->filter, f)))
		return;
	follow_clock(s);
	if (s->stream != NULL)
		ff_stream_put(s->stream, f);
	if (har != NULL && har[0] != '\0' && f->type == FLOW_HTTP)
		flows_add(&s->har, flow_ref(f));
}

static int
by_start(const void *a, const void *b)
{
	const struct flow	*x = *(struct flow *const *)a;
	const struct flow	*y = *(struct flow *const *)b;
	double			 dx = flow_start(x), dy = flow_start(y);

	if (dx != dy)
		return (dx < dy ? -1 : 1);
	return (x->id < y->id ? -1 : x->id > y->id);
}

static void
dump_har_to_stdout(struct saver *s)
{
	struct ff_har	 h;
	struct sp	 t;
	struct why	 why;
	size_t		 i;
	ssize_t		 n;

	ff_har_init(&h);
	for (i = 0; i < s->har.n; i++)
		(void)ff_har_add(&h, s->har.v[i]);
	for (t = ff_har_end(&h); t.n != 0; t = sp_skip(t, (size_t)n))
		if ((n = write(STDOUT_FILENO, t.p, t.n)) <= 0) {
			fail(&why, ERR_FILE, "cannot write the HAR file to "
			    "standard output: %s", strerror(errno));
			saver_failed(s, &why);
			break;
		}
	ff_har_fini(&h);
}

static size_t
more_har(void *arg, struct flow **v, size_t max)
{
	struct saver	*s = arg;
	size_t		 n = 0;

	while (n < max && s->har_at < s->har.n)
		v[n++] = flow_ref(s->har.v[s->har_at++]);
	return (n);
}

/* hardump is written once, when all has happened. */
static void
dump_har(struct saver *s)
{
	const char	*spec = opts_str(s->model->opts, "hardump");
	struct ff_file	*file;
	struct why	 why;
	bool		 append;
	char		*path;

	if (spec == NULL || spec[0] == '\0')
		return;
	/* HAR 1.2 wants the oldest first; shards end when they like. */
	if (s->har.n > 1)
		qsort(s->har.v, s->har.n, sizeof(s->har.v[0]), by_start);
	if (strcmp(spec, "-") == 0) {
		dump_har_to_stdout(s);
		return;
	}
	path = ff_name_path(spec, &append);
	file = ff_file_open(path, FF_HAR, 17, FF_REPLACE, &why);
	free(path);
	if (file == NULL) {
		saver_failed(s, &why);
		return;
	}
	ff_save(s->model->app, file, more_har, s, saver_closed,
	    saver_closing(s, ff_file_path(file)), false);
}

/* Unfinished ones as they are: at the end there is no later. */
static void
write_live(struct saver *s)
{
	struct store	*st = s->model->store;
	struct flow	*f;
	size_t		 i;

	for (i = 0; i < store_n(st); i++) {
		f = store_peek(st, i);
		if (f != NULL && f->live)
			saver_put(s, f);
	}
}

void
saver_end(struct saver *s)
{
	if (s->finished)
		return;
	write_live(s);
	s->finished = true;
	dump_har(s);
	close_stream(s);
}

/* Parsed first: a wrong one leaves the old one in force. */
int
saver_set_filter(struct saver *s, const char *text, struct why *why)
{
	struct filter	*f = NULL;

	if (text != NULL && text[0] != '\0' &&
	    (f = filter_parse(sp_of(text), why)) == NULL)
		return (-1);
	filter_unref(s->filter);
	s->filter = f;
	return (0);
}

void
saver_init(struct saver *s, struct model *m, const struct readings *rs)
{
	*s = (struct saver){ .model = m, .readings = rs };
	LIST_INIT(&s->closing);
}

void
saver_fini(struct saver *s)
{
	size_t	i;

	for (i = 0; i < s->har.n; i++)
		flow_unref(s->har.v[i]);
	flows_fini(&s->har);
	filter_unref(s->filter);
	free(s->path);
}
