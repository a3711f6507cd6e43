/*
 * model - what addons, scripts and front ends are given: flows, views,
 * hooks, options, commands, the log.
 *
 * Main thread, but for the hooks and the log. Every member lives as long
 * as the model.
 */
#ifndef SRC_MODEL_H
#define SRC_MODEL_H

#include "base/log.h"
#include "model/bus.h"
#include "model/cmd.h"
#include "model/filter.h"
#include "model/hook.h"
#include "model/module.h"
#include "model/opt.h"
#include "model/store.h"
#include "model/view.h"
#include "model/walk.h"

/*
 * What the engine does for main, by flow id. All are asynchronous: the
 * outcome comes as flow changes.
 */
struct engine_ops {
	/* A held flow goes on with the messages it has now. */
	void	(*resume)(void *, struct flow *);
	/* Ends a live flow (held or not) without an answer. */
	void	(*kill)(void *, struct flow *);
	/* Sends the request of this record; its facts arrive under its id.
	 * -1 when it cannot be sent. */
	int	(*replay)(void *, struct flow *, struct why *);
	/* Says something in the name of an end of a live WebSocket or TCP
	 * flow. -1: it is none. */
	int	(*inject)(void *, struct flow *, bool from_client, bool text,
		    struct sp, struct why *);
	/* Client connections that are open, and what is sent again. */
	unsigned (*connections)(void *);
};

struct app;
struct cv_more;
struct flowfile;

struct model {
	struct log	*log;
	struct bus	*bus;
	struct store	*store;
	struct view	*view;
	struct opts	*opts;
	struct cmds	*cmds;
	struct hooks	 hooks;
	const struct engine_ops *engine;	/* NULL: no engine */
	void		*engine_arg;
	bool		 console;	/* weir rather than weirdump */
	const char	*confdir;	/* set before modules start */
	/* "127.0.0.1:8080" ...; NULL-ended; empty without a server. */
	char		**listening;
	size_t		 held;		/* what waits for the user; engine's */
	/* The program (app/app.h), for modules above the engine. */
	struct app	*app;
	/* Runs fn(arg) on main, soon; any thread. */
	void		(*post)(void *post_arg, void (*fn)(void *), void *arg);
	void		*post_arg;
	void		(*quit)(void *post_arg, int status);
	/* What there is to print goes out; main. NULL: a screen has it all,
	 * and standard output is not a script's. */
	void		(*flush)(void *flush_arg);
	void		*flush_arg;
	/* Flows on disk (flowfile/ff.h); NULL: that module is not there. */
	struct flowfile	*flowfile;
	/* Reads a whole flow file for somebody who keeps the flows himself
	 * (replay): each() gets a reference to every one, in order. Set by
	 * flowfile; NULL: there is no such thing. */
	int		(*read_flows)(struct model *, const char *path,
			    void (*each)(void *, struct flow *), void *arg,
			    struct why *);
	/* What "@found" is: set while a command runs (select.h), or NULL. */
	const struct flow_ids *found;
	/* A long walk (walk.h), which empties the picks. Set by app; NULL:
	 * all are done at once. */
	void		(*walk)(struct model *, struct picks *,
			    const struct walk_ops *, void *arg);
	/* Content views of scripts (cv/cv.h), or NULL. */
	const struct cv_more *views;
	/* post() for what can wait until main turns to anything else. */
	void		(*post_quietly)(void *post_arg, void (*fn)(void *),
			    void *arg);
	/* Whom a walk that begins now tells of its end, once, instead of the
	 * user; NULL: nobody waits. The walk takes it. */
	void		(*walk_told)(void *arg, int rc, const struct why *);
	void		*walk_told_arg;
};

/* What BUS_RESULT tells. */
struct result {
	const char	*title;		/* the command's name */
	struct cmd_res	*res;
};

struct model	*model_new(void);
void		 model_free(struct model *);

/* Say this to the user (status line; weirdump: the log). */
void		 model_status(struct model *, const char *, ...)
		    printflike(2, 3);
/* What a command that took its time gives (a box; weirdump: the log). */
void		 model_result(struct model *, const char *title,
		    struct cmd_res *);
/* Go on with / end flows; those that are not held / live are left alone. */
void		 model_resume(struct model *, struct flow *);
void		 model_kill(struct model *, struct flow *);
/* Before an edit of the user's: remembers the state, marks as modified. */
void		 model_begin_edit(struct model *, struct flow *);
/* Modules. */
int		 model_add_module(struct model *, const struct module *,
		    struct why *);
void		 model_drop_modules(struct model *);	/* last first */
/* What modules on main want, and their decisions in order. */
hookbits	 model_module_hooks(struct model *,
		    const struct module *except);
void		 model_module_decide(struct model *, struct hookcall *);

#endif
