/*
 * py - scripts: what front ends need to know of them.
 *
 * The interpreter runs on a thread of its own and is started when the
 * first script is loaded or run. Main never waits for it: whoever has to
 * (at the start, at the end) turns the main loop while scripting_busy().
 * Everything here is for the main thread.
 */
#ifndef SCRIPTING_PY_H
#define SCRIPTING_PY_H

#include "model/model.h"

struct app;
struct str;

extern const struct module scripting_module;

/* "Python 3.11.2" */
const char *scripting_library(void);
/* True while scripts are being loaded, told of something, or ended. */
bool	 scripting_busy(const struct model *);
/* -1 when a script could not be loaded or failed on its way up; the whole
 * story (traceback) is in the log. */
int	 scripting_check(const struct model *, struct why *);
/* The program is up: scripts hear "running", now and later ones. */
void	 scripting_running(struct model *);
/* Scripts hear "done" and are gone; over when not busy any more. Called once
 * more, it breaks off the handler that keeps them from it. */
void	 scripting_stop(struct model *);
/* The script that was last seen at work, for who has to wait for it. */
void	 scripting_holder(const struct model *, struct str *);
/*
 * Python as a command, with the packages of scripts: argv is its own
 * ("weirdump", "-m", "pytest", ...). It has the calling thread, the main
 * loop turns in another meanwhile. Once in a process, instead of scripts;
 * returns the exit status, unless Python has ended the process itself
 * (sys.exit).
 */
int	 scripting_command(struct app *, int argc, char **argv);

#endif
