/*
 * ff_file - a flow file being written: flows in, bytes on disk.
 *
 * What was put is in memory until ff_file_write(); what a failed write left
 * there is tried again by the next. The file is at any time whole flows in
 * whole blocks, but for its end, which readers and appending tolerate. It
 * is locked, so that no two writers mix. Blocking; one thread at a time.
 */
#ifndef FLOWFILE_FF_FILE_H
#define FLOWFILE_FF_FILE_H

#include "model/flow.h"

enum ff_form { FF_AUTO, FF_GZIP, FF_PLAIN, FF_HAR, FF_ZHAR };

#define FF_APPEND	1u	/* after what is there */
#define FF_REPLACE	2u	/* takes the place of what is there at the end,
				 * which stays if that is never reached */
#define FF_PRIVATE	4u	/* only its owner may read a file made here */

/* How much time packing may take. */
enum ff_effort { FF_STORE, FF_FAST, FF_SMALL };

struct ff_file;

/* Missing folders are made. NULL with the reason. */
struct ff_file	*ff_file_open(const char *path, enum ff_form, int version,
		    unsigned flags, struct why *);
void		 ff_file_put(struct ff_file *, const struct flow *);
/* For what is put from now on. */
void		 ff_file_set_effort(struct ff_file *, enum ff_effort);
/* -1: something could not be written; it is kept. A pipe that is full is
 * no failure: what it did not take waits, too. flush: what was put can be
 * read from the disk afterwards. */
int		 ff_file_write(struct ff_file *, bool flush, struct why *);
/* Bytes that wait for room on the disk, or in the pipe. */
size_t		 ff_file_waiting(const struct ff_file *);
/* Nothing will be put any more. */
void		 ff_file_end(struct ff_file *);
/* A pipe that did not take all; and where to wait until it does. */
bool		 ff_file_is_full(const struct ff_file *);
int		 ff_file_fd(const struct ff_file *);
/* A file, not a pipe or a device. */
bool		 ff_file_is_regular(const struct ff_file *);
const char	*ff_file_path(const struct ff_file *);
/* The file is not at its path any more. */
bool		 ff_file_is_gone(const struct ff_file *);
/* Ends it, writes all, gives the file its place; frees in any case. What a
 * pipe does not take now is lost, and -1. */
int		 ff_file_close(struct ff_file *, struct why *);
/* Closes without a trace of a file that was to replace another. */
void		 ff_file_drop(struct ff_file *);

/* What the name of a file asks for. */
enum ff_form	 ff_form_of(const char *path);
/* The same, unless another form was asked for. */
enum ff_form	 ff_form_for(const char *path, enum ff_form);

#endif
