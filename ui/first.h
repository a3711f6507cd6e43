/*
 * first - what the empty list says to somebody who just started: where the
 * proxy listens, how to send a client through it, what it must trust.
 *
 * Main thread. Only while something listens.
 */
#ifndef UI_FIRST_H
#define UI_FIRST_H

#include "model/model.h"
#include "ui/draw.h"

void	 first_draw(struct model *, const struct area *);

#endif
