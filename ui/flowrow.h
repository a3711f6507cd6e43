/*
 * flowrow - one flow as a row: the table's line, or the two lines of the
 * list and of the flow view's head.
 *
 * Columns and styles: mitmproxy-features.md 7.2-7.4. Main thread.
 */
#ifndef UI_FLOWROW_H
#define UI_FLOWROW_H

#include "model/model.h"
#include "ui/draw.h"

void	 flowrow_table(struct model *, const struct flow *,
	    const struct area *, bool focus);
/* Two lines; extended: with the full date and the reason phrase. */
void	 flowrow_list(struct model *, const struct flow *,
	    const struct area *, bool focus, bool extended);
/* The sign of a mark: one grapheme, "" for none. */
const char *flowrow_mark(const struct term *, const struct flow *);
/* "123b" "2.9k" and "123ms" "1.23s" "12.3s" "123s". */
void	 flowrow_size(uint64_t, char [16]);
void	 flowrow_span(double, char [16]);

/* The names of the table's columns, that of the order marked. */
void	 flowrow_names(const struct area *, enum view_order, bool reversed);
/* What a column can be sorted by, in a table of w cells; VIEW_ORDER_N:
 * nothing. */
enum view_order flowrow_order_at(int w, int x);

#endif
