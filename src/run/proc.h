/*
 * proc - child processes: run in the foreground (editor, pager), or fed
 * through a pipe (clipboard), or in the background (browser).
 */
#ifndef SRC_PROC_H
#define SRC_PROC_H

#include "base/base.h"

/* Runs argv with our terminal and waits; the exit status, or -1. */
int	 proc_run(char *const *argv, struct why *);
/* The line through sh -c, with file as "$1" appended. */
int	 proc_run_shell(const char *line, const char *file, struct why *);
/* Feeds the bytes to its standard input; waits at most two seconds. */
int	 proc_feed(char *const *argv, struct sp, struct why *);
/* Own session, null devices; its pid, or -1. */
int	 proc_spawn(char *const *argv, struct why *);
/* Is there such a program on PATH? */
bool	 proc_exists(const char *);

#endif
