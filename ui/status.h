/*
 * status - the lines at the foot: what is on (info bar), what was just said
 * (message), which keys do what (quick help).
 *
 * Main thread.
 */
#ifndef UI_STATUS_H
#define UI_STATUS_H

#include "model/model.h"
#include "run/loop.h"
#include "ui/bind.h"
#include "ui/draw.h"
#include "ui/screen.h"

struct status {
	struct str	 text;		/* empty: nothing to say */
	int		 style;
	bool		 reply;		/* to a key: gone with the next one */
	struct timer	*expire;
};

void	 status_init(struct status *, struct loop *, void (*expired)(void *),
	    void *);
void	 status_fini(struct status *);
/* Only the first line is shown. Errors stay longer. */
void	 status_say(struct status *, int style, struct sp, bool reply);
void	 status_clear(struct status *);

/* The left side of the info bar: "⇩  [1/7]" and what is on. */
void	 status_bar(struct model *, const struct term *, struct str *);
/* The right side: where we listen. */
void	 status_listen(const struct model *, struct str *);
void	 status_draw_bar(struct model *, const struct area *);
/* Two lines of quick help. */
void	 status_draw_help(const struct binds *, struct screen *,
	    const struct area *);

#endif
