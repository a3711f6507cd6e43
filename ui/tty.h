/*
 * tty - the line to the terminal: its settings, what is sent to it, and
 * the way back out of it.
 *
 * What is sent never blocks: a terminal that does not read (a stopped
 * pane, a slow link) is left with a rest, and no new frame is made until
 * the rest is gone. One per program, on main; the way back also serves a
 * dying process, and the guard has a copy of it.
 */
#ifndef UI_TTY_H
#define UI_TTY_H

#include "base/base.h"

struct guard;
struct tty;

/* For stdin and stdout; NULL with ERR_TERM when these are no terminal.
 * The guard may be NULL. */
struct tty	*tty_open(struct guard *, struct why *);
void		 tty_close(struct tty *);	/* NULL is fine */
/* What a dying process writes after it has put back the settings. */
void		 tty_way_back(struct tty *, struct sp);
/* Every key as it is typed, no echo, no signals; and as it was before. */
void		 tty_take(struct tty *);
void		 tty_give(struct tty *);

/* Sends what can be sent now and keeps the rest. */
void		 tty_send(struct tty *, struct sp);
/* Sends more of the rest; true when nothing is left. */
bool		 tty_drain(struct tty *);
/* To watch for writing while there is a rest. */
int		 tty_fd(const struct tty *);

#endif
