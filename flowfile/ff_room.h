/*
 * ff_room - waits until a pipe takes more.
 *
 * Its reader may take his time while the program runs. When it ends he is
 * given some seconds, or none if the user said so. Main thread.
 */
#ifndef FLOWFILE_FF_ROOM_H
#define FLOWFILE_FF_ROOM_H

#include "app/app.h"

struct ff_room;

/* there: there is room; else waiting is over without. */
typedef void	 ff_room_fn(void *, bool there);

/* Calls back once, and is gone then. The descriptor stays open till then. */
void		 ff_room_wait(struct app *, int fd, ff_room_fn *, void *);

#endif
