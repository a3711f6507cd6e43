/*
 * ff - flow files for the rest of the program: loading, saving, streaming.
 *
 * A flow file is blocked gzip (blocks.h) of a dump that mitmproxy reads:
 * tnetstrings, format 17, and 21 for what 17 cannot say. Also read: plain
 * dumps of every format from 0.10 on, any gzip or zlib file of such, and
 * HAR. What is written follows the name (.har, .zhar: HAR; .mitm, .dump,
 * .tnet, .plain: no compression; everything else: blocked gzip) and the
 * options save_format and save_version.
 *
 * All functions: main thread; parsing, packing and writing happen on
 * workers.
 */
#ifndef FLOWFILE_FF_H
#define FLOWFILE_FF_H

#include "model/model.h"

/* Options, commands, streaming. */
extern const struct module	flowfile_module;

/* When options stand and the engine runs: opens save_stream_file, begins
 * to read rfile. -1 when one of them cannot be. */
int	 flowfile_start(struct model *, struct why *);

#define FF_HOOKS	1u	/* flows pass the hooks, keep their ids */
#define FF_FILTER	2u	/* readfile_filter applies */

/*
 * Begins to read a file ("-": standard input). Flows get into the store
 * batch by batch; without FF_HOOKS under new ids. -1 when it cannot be
 * opened; damage is logged and shown when it is met.
 */
int	 flowfile_load(struct model *, const char *path, unsigned how,
	    struct why *);
/* Flows are still read, or rfile is still to be read. */
bool	 flowfile_busy(const struct model *);
/* Called each time flowfile_busy() becomes false. One caller. */
void	 flowfile_on_idle(struct model *, void (*)(void *), void *);
/* Writes and closes everything, waits for it, of pipes that nobody reads
 * some seconds; tell (or NULL) is given a sentence when that takes long.
 * -1: something could not be written. Called by fini too, which has nobody
 * to tell. */
int	 flowfile_finish(struct model *, void (*tell)(const char *),
	    struct why *);

#endif
