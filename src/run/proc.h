/*
 * proc - child processes: run in the foreground (editor, pager), or fed
 * through a pipe (clipboard), or in the background (browser).
 */
#ifndef SRC_PROC_H
#define SRC_PROC_H

#include "run/loop.h"

struct proc;

/*
 * Starts a line through sh -c, with file as "$1" appended, on our terminal.
 * The loop goes on; done is called there with the exit status, or 128 and
 * the signal. It may free what it was given, but not the proc: that is gone
 * by then. NULL: it could not be started.
 */
struct proc	*proc_start(struct loop *, const char *line, const char *file,
		    void (*done)(void *, int), void *, struct why *);
/* The same for a program that finds these bytes on its standard input and
 * nothing on the others. The bytes are copied. */
struct proc	*proc_feed(struct loop *, char *const *argv, struct sp,
		    void (*done)(void *, int), void *, struct why *);
/* Waits no longer; done is not called. One that has our terminal is hung
 * up on (SIGHUP), one that was fed may finish. NULL is fine. */
void	 proc_stop(struct proc *);
/* Own session, null devices; its pid, or -1. */
int	 proc_spawn(char *const *argv, struct why *);
/* Is there such a program on PATH? */
bool	 proc_exists(const char *);

#endif
