/*
 * panic - last words: give the terminal back, say what happened, abort.
 *
 * Restorers are registered by whoever changes something outside the
 * process (the terminal). They run on the panicking thread and must only
 * make async-signal-safe calls.
 */
#ifndef SRC_PANIC_H
#define SRC_PANIC_H

#include "base/base.h"

typedef void panic_fn(void);

void	 panic(const char *, ...) printflike(1, 2) __attribute__((noreturn));
/* At most a handful; registering the same one twice is one entry. */
void	 panic_restorer(panic_fn *);
/* Catch SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT: restore, then die. */
void	 panic_catch_signals(void);

#endif
