#include "base/log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"

#define LOG_TEXT_MAX	16384
#define REPEATS		5	/* of one line in REPEAT_NS */
#define REPEAT_NS	1000000000u

struct log {
	pthread_mutex_t	 lock;
	struct log_line	*v;		/* ring of cap lines */
	size_t		 cap, n, at;	/* at: where the next one goes */
	uint64_t	 seq;
	uint64_t	 same_ns;	/* since when the newest line repeats */
	unsigned	 same, unsaid;	/* how often, and of these not shown */
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
static char *
log_text(struct sp rest)
{
	bool		long_ = rest.n > LOG_TEXT_MAX;
	struct str	out;
	struct sp	line;

	str_init(&out, STR_MAX);
	rest = sp_cut(rest, 0, LOG_TEXT_MAX);
	while (rest.n != 0) {
		line = sp_split(rest, '\n', &rest);
		if (out.n != 0)
			str_putc(&out, '\n');
		str_escape(&out, line);
	}
	if (long_)
		str_puts(&out, " (message too long)");
	return (str_take(&out));
}

static struct log_line *
newest(struct log *l)
{
	return (l->n != 0 ? &l->v[(l->at + l->cap - 1) % l->cap] : NULL);
}

/* The text is the log's now. */
static void
add(struct log *l, enum log_level level, const char *tag, char *text)
{
	struct log_line	*line = &l->v[l->at];
	size_t		 i;

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
}

static void
say_unsaid(struct log *l)
{
	const struct log_line	*last = newest(l);

	if (l->unsaid == 0 || last == NULL)
		return;
	add(l, last->level, last->tag, xasprintf(
	    "(the same %u times more)", l->unsaid));
	l->unsaid = 0;
}

/* Does it only repeat what was said often enough? */
static bool
repeats(struct log *l, enum log_level level, const char *tag,
    const char *text)
{
	const struct log_line	*last = newest(l);
	uint64_t		 now = date_mono_ns();

	if (last != NULL && last->level == level &&
	    strncmp(last->tag, tag, sizeof(last->tag) - 1) == 0 &&
	    strcmp(last->text, text) == 0 && now - l->same_ns < REPEAT_NS) {
		if (++l->same <= REPEATS)
			return (false);
		l->unsaid++;
		return (true);
	}
	say_unsaid(l);
	l->same = 1;
	l->same_ns = now;
	return (false);
}

void
log_vput(struct log *l, enum log_level level, const char *tag,
    const char *fmt, va_list ap)
{
	struct str	 raw;
	char		*text;

	if (l == NULL)
		return;
	str_init(&raw, STR_MAX);
	str_vprintf(&raw, fmt, ap);
	text = log_text(str_sp(&raw));
	str_fini(&raw);
	(void)pthread_mutex_lock(&l->lock);
	if (repeats(l, level, tag, text))
		free(text);
	else
		add(l, level, tag, text);
	(void)pthread_mutex_unlock(&l->lock);
}

void
log_words(struct log *l, enum log_level level, const char *tag, struct sp s)
{
	char	*text = log_text(s);

	(void)pthread_mutex_lock(&l->lock);
	say_unsaid(l);
	l->same_ns = 0;
	add(l, level, tag, text);
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
	uint64_t		 first;
	size_t			 i, got = 0;

	(void)pthread_mutex_lock(&l->lock);
	if (date_mono_ns() - l->same_ns >= REPEAT_NS)
		say_unsaid(l);
	/* Lines stand in the ring as they were counted. */
	first = l->seq - l->n + 1;
	for (i = since < first ? 0 : (size_t)(since - first) + 1;
	    i < l->n && got < max; i++) {
		line = &l->v[(l->at + l->cap - l->n + i) % l->cap];
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
