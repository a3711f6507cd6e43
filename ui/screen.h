/*
 * screen - what a pane can show: a table of verbs and a place on a stack.
 *
 * A screen is heap memory that begins with a struct screen; its close verb
 * frees what it owns. Screens never call one another: they run command
 * lines or ask the ui. Main thread.
 */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "model/bus.h"
#include "ui/bind.h"
#include "ui/draw.h"

struct ui;
struct list;
struct screen;
struct text;

enum nav { NAV_START, NAV_END, NAV_NEXT, NAV_SELECT, NAV_UP, NAV_DOWN,
	NAV_LEFT, NAV_RIGHT, NAV_PAGEUP, NAV_PAGEDOWN };

/* One quick help entry: what a key that runs cmd does, in a word. */
struct hint {
	const char	*cmd;
	const char	*text;
};

#define HINTS_MAX	14

struct screen_ops {
	const char	*label;		/* quick help: "Flow" */
	enum ctx	 ctx;		/* whose keys apply */
	void		(*close)(struct screen *);
	void		(*title)(struct screen *, struct str *);
	void		(*draw)(struct screen *, const struct area *);
	/* Keys that are asked before any binding; true: used. May be NULL. */
	bool		(*key)(struct screen *, const struct key *);
	void		(*nav)(struct screen *, enum nav);
	/* Cell of the screen's area. May be NULL. */
	void		(*mouse)(struct screen *, const struct key *, int y,
			    int x);
	/* Something happened; true: draw me. May be NULL. */
	bool		(*event)(struct screen *, enum bus_event, void *);
	/* The user leaves it: false keeps it open. May be NULL. */
	bool		(*leave)(struct screen *);
	/* Fills in up to HINTS_MAX hints. May be NULL. */
	size_t		(*hints)(struct screen *, struct hint *);
	/* The text that is searched here; NULL: there is none. */
	struct text	*(*text)(struct screen *);
	/* The list, with as many rows as there are and the cursor where it
	 * is; NULL: there is none. */
	struct list	*(*list)(struct screen *);
	/* What is searched of a row of it. */
	void		(*put)(struct screen *, size_t, struct str *);
	/* Puts the cursor on a row; NULL: list_go() does. */
	void		(*go)(struct screen *, size_t);
	/* Of a box over the others, what it would like; NULL: in a pane. */
	void		(*size)(struct screen *, int *h, int *w);
};

struct screen {
	uint32_t		 magic;		/* SCREEN_MAGIC */
	const struct screen_ops	*ops;
	struct ui		*ui;
	struct screen		*below;		/* what comes back on leaving */
};

#define SCREEN_MAGIC	0x7363726eu

/* The memory of a screen of this size, zeroed. */
void	*screen_new(struct ui *, const struct screen_ops *, size_t);
/* Calls the close verb and frees. */
void	 screen_free(struct screen *);

#endif
