/*
 * ff_write - streaming flows to a file: main hands over, a worker packs and
 * writes, at most a second later they are on disk.
 *
 * A disk that is full is said once; what waits for it is kept up to a limit
 * and written when there is room. A file that was removed is made anew.
 * Main thread.
 */
#ifndef FLOWFILE_FF_WRITE_H
#define FLOWFILE_FF_WRITE_H

#include "app/app.h"
#include "flowfile/ff_file.h"

struct ff_stream;

/* Called when the file is closed; why is NULL when all went well. */
typedef void ff_closed(void *, const struct why *);

/* Takes the file, which was opened under this path in this form. flags:
 * FF_PRIVATE, for when it must be made again. */
struct ff_stream *ff_stream_new(struct app *, struct ff_file *,
		    const char *path, enum ff_form, int version,
		    unsigned flags);
/* Time is worth more than room: packed fast, and not at all while more
 * comes than that can bear. */
void		 ff_stream_hurry(struct ff_stream *);
/* The flow is copied: it may change at once. */
void		 ff_stream_put(struct ff_stream *, const struct flow *);
/* Writes what is left; frees the stream after `closed` was called. A pipe
 * that nobody reads keeps it until the program ends, and then some
 * seconds. */
void		 ff_stream_close(struct ff_stream *, ff_closed *, void *);
/* The same, but the file is removed and nothing more is written. */
void		 ff_stream_discard(struct ff_stream *, ff_closed *, void *);
const char	*ff_stream_path(const struct ff_stream *);

/* Adds at most so many references; 0: that was all. */
typedef size_t ff_more(void *, struct flow **, size_t);

/* One file of some flows; closed is called in any case. They are asked for
 * piece by piece, each for itself, while a worker writes; or, if somebody
 * waits for it, all is written before this returns. */
void		 ff_save(struct app *, struct ff_file *, ff_more *,
		    void *more_arg, ff_closed *, void *closed_arg,
		    bool wait);

#endif
