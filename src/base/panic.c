#include "base/panic.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Set once at start, read by a dying process. */
static panic_fn	*panic_fns[4];

void
panic_restorer(panic_fn *fn)
{
	size_t	i;

	for (i = 0; i < nitems(panic_fns); i++) {
		if (panic_fns[i] == fn)
			return;
		if (panic_fns[i] == NULL) {
			panic_fns[i] = fn;
			return;
		}
	}
}

static void
panic_restore(void)
{
	size_t	i;

	for (i = 0; i < nitems(panic_fns); i++)
		if (panic_fns[i] != NULL)
			panic_fns[i]();
}

static void
on_fatal(int sig)
{
	static const char	msg[] = "weir: fatal signal, ending\n";

	panic_restore();
	if (write(STDERR_FILENO, msg, sizeof(msg) - 1) == -1)
		_exit(128 + sig);
	(void)raise(sig);	/* SA_RESETHAND: the default action now */
}

void
panic_catch_signals(void)
{
	static const int	sigs[] = {
		SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT
	};
	struct sigaction	sa;
	size_t			i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_fatal;
	sa.sa_flags = (int)(SA_RESETHAND | SA_NODEFER);
	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < nitems(sigs); i++)
		(void)sigaction(sigs[i], &sa, NULL);
}

void
panic(const char *fmt, ...)
{
	va_list	ap;

	panic_restore();
	va_start(ap, fmt);
	(void)fputs("weir: ", stderr);
	(void)vfprintf(stderr, fmt, ap);
	(void)fputc('\n', stderr);
	va_end(ap);
	abort();
}
