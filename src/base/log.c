#include "base/log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"

#define LOG_TEXT_MAX	16384

struct log {
	pthread_mutex_t	 lock;
	struct log_line	*v;		/* ring of cap lines */
	size_t		 cap, n, at;	/* at: where the next one goes */
	uint64_t	 seq;
	struct {
		log_sink	*fn;
		void		*arg;
	}		 sinks[4];
};

static const char *const log_names[] = {
	"error", "warn", "info", "alert", "debug"
};

struct log *
log_new(size_t lines)
{
	struct log	*l = xcalloc(1, sizeof(*l));

	(void)pthread_mutex_init(&l->lock, NULL);
	l->cap = lines;
	l->v = xcalloc(lines, sizeof(*l->v));
	return (l);
}

void
log_free(struct log *l)
{
	if (l == NULL)
		return;
	log_clear(l);
	(void)pthread_mutex_destroy(&l->lock);
	free(l->v);
	free(l);
}

void
log_add_sink(struct log *l, log_sink *fn, void *arg)
{
	size_t	i;

	(void)pthread_mutex_lock(&l->lock);
	for (i = 0; i < nitems(l->sinks); i++)
		if (l->sinks[i].fn == NULL) {
			l->sinks[i].fn = fn;
			l->sinks[i].arg = arg;
			break;
		}
	(void)pthread_mutex_unlock(&l->lock);
}

void
log_drop_sink(struct log *l, log_sink *fn, void *arg)
{
	size_t	i;

	(void)pthread_mutex_lock(&l->lock);
	for (i = 0; i < nitems(l->sinks); i++)
		if (l->sinks[i].fn == fn && l->sinks[i].arg == arg)
			l->sinks[i].fn = NULL;
	(void)pthread_mutex_unlock(&l->lock);
}

/* Line breaks stay, each line is made harmless on its own. */
static char *log_text(const char *, va_list) printflike(1, 0);

static char *
log_text(const char *fmt, va_list ap)
{
	struct str	raw, out;
	struct sp	rest, line;

	str_init(&raw, LOG_TEXT_MAX);
	str_init(&out, 4 * (size_t)LOG_TEXT_MAX);
	str_vprintf(&raw, fmt, ap);
	if (raw.full)
		str_puts(&raw, "(message too long)");
	rest = str_sp(&raw);
	while (rest.n != 0) {
		line = sp_split(rest, '\n', &rest);
		if (out.n != 0)
			str_putc(&out, '\n');
		str_escape(&out, line);
	}
	str_fini(&raw);
	return (str_take(&out));
}

void
log_vput(struct log *l, enum log_level level, const char *tag,
    const char *fmt, va_list ap)
{
	struct log_line	*line;
	char		*text;
	size_t		 i;

	if (l == NULL)
		return;
	text = log_text(fmt, ap);
	(void)pthread_mutex_lock(&l->lock);
	line = &l->v[l->at];
	l->at = (l->at + 1) % l->cap;
	if (l->n < l->cap)
		l->n++;
	free(line->text);
	line->text = text;
	line->time = date_now();
	line->level = level;
	line->seq = ++l->seq;
	(void)snprintf(line->tag, sizeof(line->tag), "%s", tag);
	for (i = 0; i < nitems(l->sinks); i++)
		if (l->sinks[i].fn != NULL)
			l->sinks[i].fn(l->sinks[i].arg, line);
	(void)pthread_mutex_unlock(&l->lock);
}

void
log_put(struct log *l, enum log_level level, const char *tag,
    const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	log_vput(l, level, tag, fmt, ap);
	va_end(ap);
}

size_t
log_copy(struct log *l, uint64_t since, struct log_line *v, size_t max)
{
	const struct log_line	*line;
	size_t			 i, got = 0;

	(void)pthread_mutex_lock(&l->lock);
	for (i = 0; i < l->n && got < max; i++) {
		line = &l->v[(l->at + l->cap - l->n + i) % l->cap];
		if (line->seq <= since)
			continue;
		v[got] = *line;
		v[got++].text = xstrdup(line->text);
	}
	(void)pthread_mutex_unlock(&l->lock);
	return (got);
}

uint64_t
log_last(struct log *l)
{
	uint64_t	seq;

	(void)pthread_mutex_lock(&l->lock);
	seq = l->seq;
	(void)pthread_mutex_unlock(&l->lock);
	return (seq);
}

void
log_clear(struct log *l)
{
	size_t	i;

	(void)pthread_mutex_lock(&l->lock);
	for (i = 0; i < l->cap; i++) {
		free(l->v[i].text);
		l->v[i].text = NULL;
	}
	l->n = l->at = 0;
	(void)pthread_mutex_unlock(&l->lock);
}

const char *
log_level_name(enum log_level level)
{
	return (log_names[level]);
}

int
log_level_parse(const char *s, enum log_level *out)
{
	size_t	i;

	for (i = 0; i < nitems(log_names); i++)
		if (strcmp(log_names[i], s) == 0) {
			*out = (enum log_level)i;
			return (0);
		}
	return (-1);
}
