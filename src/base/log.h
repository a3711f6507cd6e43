/*
 * log - what happened, in words: a ring of lines that screens show, and
 * sinks that get each line as it comes.
 *
 * Any thread may write. Levels are mitmproxy's. A tag names the part that
 * speaks. Bytes from outside are escaped when the line is made, so no
 * sink can be made to obey them. A line of ours repeats at most five
 * times a second; the rest is counted, and said before the next other line
 * or when somebody looks.
 */
#ifndef SRC_LOG_H
#define SRC_LOG_H

#include <stdarg.h>

#include "base/base.h"

enum log_level { LOG_ERROR_, LOG_WARN, LOG_INFO, LOG_ALERT, LOG_DEBUG };

struct log_line {
	double		 time;
	enum log_level	 level;
	char		 tag[12];
	uint64_t	 seq;		/* 1, 2, 3 ... never reused */
	char		*text;		/* may hold \n; otherwise printable */
};

struct log;

/* Called with the log's lock held, on the writing thread: hand over, leave. */
typedef void log_sink(void *, const struct log_line *);

struct log	*log_new(size_t lines);
void		 log_free(struct log *);
void		 log_add_sink(struct log *, log_sink *, void *);
void		 log_drop_sink(struct log *, log_sink *, void *);
void		 log_put(struct log *, enum log_level, const char *tag,
		    const char *, ...) printflike(4, 5);
void		 log_vput(struct log *, enum log_level, const char *tag,
		    const char *, va_list) printflike(4, 0);
/* Words of a user's script: none of them is left out. */
void		 log_words(struct log *, enum log_level, const char *tag,
		    struct sp);
/* Oldest first; copies, so that the ring may go on. Returns how many lines
 * with seq > since were copied into v; texts are the caller's to free. */
size_t		 log_copy(struct log *, uint64_t since, struct log_line *v,
		    size_t max);
uint64_t	 log_last(struct log *);	/* seq of the newest line */
void		 log_clear(struct log *);
const char	*log_level_name(enum log_level); /* "error" "warn" "info" ... */
int		 log_level_parse(const char *, enum log_level *);

#define log_error(l, ...)	log_put((l), LOG_ERROR_, LOG_TAG, __VA_ARGS__)
#define log_warn(l, ...)	log_put((l), LOG_WARN, LOG_TAG, __VA_ARGS__)
#define log_alert(l, ...)	log_put((l), LOG_ALERT, LOG_TAG, __VA_ARGS__)
#define log_info(l, ...)	log_put((l), LOG_INFO, LOG_TAG, __VA_ARGS__)
#define log_debug(l, ...)	log_put((l), LOG_DEBUG, LOG_TAG, __VA_ARGS__)

#endif
