/*
 * app - the program: every long-lived object, by pointer.
 *
 * Made by main.c, handed to front ends and modules (model->app). Main
 * thread. There are no mutable globals; this is where one would look.
 */
#ifndef SRC_APP_H
#define SRC_APP_H

#include "model/model.h"
#include "run/loop.h"
#include "run/work.h"

struct engine;
struct guard;
struct proc;
struct settings;
struct ui;
struct walks;

#define APP_WORKERS	3

struct app {
	struct model	*model;
	struct loop	*loop;		/* main's */
	struct work	*work;
	struct engine	*engine;	/* NULL before app_start_engine() */
	bool		 console;
	char		*confdir;
	char		*statedir;	/* history, journal; may not exist */
	int		 status;	/* exit status */
	bool		 quitting;
	bool		 hung_up;	/* the terminal has gone: nobody meant
					 * to leave, what is unsaved stays */
	struct defer	 end;		/* private */
	struct settings	*settings;	/* of single flows: app/settings.h */
	struct walks	*walks;		/* long commands: app/walks.h */
	struct ui	*ui;		/* the console, or NULL */
	bool		 outside;	/* another program has the terminal */
	/* Puts it into the clipboard of ui's terminal; NULL: none. */
	int		(*term_clip)(struct ui *, struct sp, struct why *);
	struct proc	*clip;		/* private to clip.c */
	struct guard	*guard;		/* of the terminal, or NULL; main.c's */
	bool		 interrupted;	/* a signal asked for the end */
	bool		 left_behind;	/* a script's thread still works */
	bool		 hasty;		/* the user does not wait for what is
					 * still saved */
	bool		 ca_import_hint; /* first start, and mitmproxy's
					 * authority could be used */
};

struct app	*app_new(bool console);
/* True: a script's thread was left behind. What it may touch stays, and the
 * process is to end by _exit(). */
bool		 app_free(struct app *);
/* Before modules are added; "~" is the home. */
void		 app_set_confdir(struct app *, const char *);
/* Ends the main loop when it is next idle; a front end may do it at once.
 * A status other than 0 is kept. */
void		 app_quit(struct app *, int status);
/* Registers the built-in modules (modules.c), then those given. */
int		 app_add_modules(struct app *, const struct module *const *,
		    size_t, struct why *);
/* Opens the CA, starts shards and listeners according to the options. */
int		 app_start_engine(struct app *, struct why *);
void		 app_stop_engine(struct app *);

#endif
