#include "run/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

struct guard {
	int	fd;		/* what is written here, the process knows */
	pid_t	pid;
};

/* Shells set what they need once they have the terminal again: that is not
 * undone. */
static bool
same_settings(const struct termios *a, const struct termios *b)
{
	return (a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag &&
	    a->c_lflag == b->c_lflag && a->c_cflag == b->c_cflag &&
	    a->c_cc[VMIN] == b->c_cc[VMIN]);
}

static void
give_back(const struct guard_way *w, int in, int out)
{
	struct termios	now;

	if (!w->armed)
		return;
	if (write(out, w->bytes, w->n) == -1)
		return;
	if (tcgetattr(in, &now) == 0 && same_settings(&now, &w->ours))
		(void)tcsetattr(in, TCSANOW, &w->was);
}

/* Until the other end of the pipe is closed, by whatever means. */
static void
guard_run(int fd, int in, int out)
{
	static const int	deaf[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM,
	    SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE };
	struct guard_way	w, got;
	struct sigaction	ign;
	size_t			i;
	ssize_t			n;

	memset(&ign, 0, sizeof(ign));
	ign.sa_handler = SIG_IGN;
	for (i = 0; i < nitems(deaf); i++)
		(void)sigaction(deaf[i], &ign, NULL);
	/* Not of the job: what is sent to that is not for us. */
	(void)setpgid(0, 0);
	(void)pthread_setname_np(pthread_self(), "tty-guard");
	w.armed = false;
	while ((n = read(fd, &got, sizeof(got))) != 0) {
		if (n == (ssize_t)sizeof(got))
			w = got;
		else if (n != -1 || errno != EINTR)
			break;
	}
	give_back(&w, in, out);
	_exit(0);
}

struct guard *
guard_start(int in, int out)
{
	struct guard	*g;
	int		 p[2];
	pid_t		 pid;

	if (!isatty(in) || !isatty(out) || pipe2(p, O_CLOEXEC) == -1)
		return (NULL);
	pid = fork();
	if (pid == 0) {
		(void)close(p[1]);
		guard_run(p[0], in, out);
	}
	(void)close(p[0]);
	if (pid == -1) {
		(void)close(p[1]);
		return (NULL);
	}
	g = xmalloc(sizeof(*g));
	*g = (struct guard){ p[1], pid };
	return (g);
}

void
guard_set(struct guard *g, const struct guard_way *w)
{
	ssize_t	n;

	if (g == NULL)
		return;
	/* Small enough to go through the pipe in one piece. */
	do
		n = write(g->fd, w, sizeof(*w));
	while (n == -1 && errno == EINTR);
}

void
guard_stop(struct guard *g)
{
	static const struct guard_way	none;

	if (g == NULL)
		return;
	guard_set(g, &none);
	(void)close(g->fd);
	while (waitpid(g->pid, NULL, 0) == -1 && errno == EINTR)
		;
	free(g);
}
