/*
 * pane - the layout: two panes, each with its stack of screens, one above
 * the other or side by side, or only the first.
 *
 * First recalc (who gets which area), then repaint. Main thread.
 */
#ifndef UI_PANE_H
#define UI_PANE_H

#include "ui/screen.h"

enum layout { LAYOUT_SINGLE, LAYOUT_VERTICAL, LAYOUT_HORIZONTAL, LAYOUT_N };

struct pane {
	struct screen	*top;		/* of its stack; never empty once up */
	struct area	 area;		/* title line included; h 0: hidden */
};

struct panes {
	struct pane	 v[2];
	unsigned	 focus;
	enum layout	 layout;
	bool		 titles;	/* console_layout_headers */
};

void	 panes_init(struct panes *);
void	 panes_fini(struct panes *);
const char	*const *layout_names(void);
enum layout	 layout_find(const char *);

void	 pane_push(struct pane *, struct screen *);
/* False when the root would go (nothing happens). */
bool	 pane_pop(struct pane *);
struct screen *panes_top(const struct panes *);		/* of the focus */
/* Who is shown there; NULL: nobody. *in gets the screen's own area. */
struct pane *panes_at(struct panes *, int y, int x, struct area *in);
void	 panes_focus_next(struct panes *);

/* Give each pane its area. */
void	 panes_recalc(struct panes *, const struct area *);
void	 panes_repaint(struct panes *);

#endif
