/*
 * saver - what is written while flows come: save_stream_file, and hardump
 * at the end. Remembers the first failure. Main thread.
 */
#ifndef FLOWFILE_SAVER_H
#define FLOWFILE_SAVER_H

#include <sys/queue.h>
#include <time.h>

#include "flowfile/ff_write.h"
#include "model/model.h"

struct readings;

/* A file that is not written to its end yet. */
struct closing {
	struct saver		*saver;
	char			*path;
	LIST_ENTRY(closing)	 entry;
};

struct saver {
	struct model		*model;
	const struct readings	*readings;	/* what must stay for them */
	LIST_HEAD(, closing)	 closing;
	bool			 failed;
	struct why		 why;		/* of the first failure */
	bool			 finished;
	/* private */
	struct ff_stream	*stream;	/* NULL: none */
	char			*path;		/* with strftime codes */
	time_t			 second;	/* path was expanded at */
	struct filter		*filter;	/* save_stream_filter */
	struct flows		 har;		/* for the end; references */
	size_t			 har_at;	/* those before were written */
};

void	 saver_init(struct saver *, struct model *, const struct readings *);
void	 saver_fini(struct saver *);	/* nothing may be closing */
/* "[+]path"; NULL or "": no stream any more. -1: the old one stays. */
int	 saver_set_path(struct saver *, const char *, struct why *);
int	 saver_set_filter(struct saver *, const char *, struct why *);
/* A flow that is over. */
void	 saver_put(struct saver *, struct flow *);
/* Flows that still run, then the ends of all files; wait for those
 * that are closing. */
void	 saver_end(struct saver *);
/* Another file that is being written; an ff_closed for its end. */
struct closing	*saver_closing(struct saver *, const char *path);
void	 saver_closed(void *, const struct why *);
void	 saver_forget(struct closing *);
/* Something could not be written, and only the end will tell. */
void	 saver_failed(struct saver *, const struct why *);

/* The options. */
enum ff_form	 saver_form(struct model *);
int		 saver_version(struct model *);

#endif
