#include "run/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"

#define FEED_NS	2000000000u	/* for all of proc_feed() */

extern char	**environ;

/* Children get default signal actions and an empty mask. */
static int
spawn(pid_t *pid, char *const *argv, const posix_spawn_file_actions_t *fa,
    short more, struct why *why)
{
	posix_spawnattr_t	attr;
	sigset_t		set;
	int			e;

	(void)posix_spawnattr_init(&attr);
	(void)sigemptyset(&set);
	(void)posix_spawnattr_setsigmask(&attr, &set);
	(void)sigaddset(&set, SIGPIPE);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGQUIT);
	(void)sigaddset(&set, SIGTSTP);
	(void)posix_spawnattr_setsigdefault(&attr, &set);
	(void)posix_spawnattr_setflags(&attr, (short)(POSIX_SPAWN_SETSIGMASK |
	    POSIX_SPAWN_SETSIGDEF | more));
	e = posix_spawnp(pid, argv[0], fa, &attr, argv, environ);
	(void)posix_spawnattr_destroy(&attr);
	if (e != 0)
		return (fail(why, ERR_SYS, "cannot run %s: %s", argv[0],
		    strerror(e)));
	return (0);
}

struct proc {
	pid_t		 pid;
	struct watch	*child;
	void		(*done)(void *, int);
	void		*arg;
};

/* Some child has ended; whose it was is not said. */
static void
on_child(void *arg, int sig)
{
	struct proc	*p = arg, copy;
	int		 status;

	(void)sig;
	if (waitpid(p->pid, &status, WNOHANG) != p->pid)
		return;
	copy = *p;
	watch_free(p->child);
	free(p);
	copy.done(copy.arg, WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status));
}

/*
 * A plain command takes the shell's place, so that a hang-up reaches it.
 * Elsewhere the shell waits, and must outlive the keys (^C) that were meant
 * for the program.
 */
static char *
shell_line(const char *line)
{
	bool	plain = strpbrk(line, "=;&|<>(){}$`\\\"'*?[#~!\n") == NULL;

	return (xasprintf("%s%s \"$1\"", plain ? "exec " :
	    "trap : INT QUIT; ", line));
}

struct proc *
proc_start(struct loop *l, const char *line, const char *file,
    void (*done)(void *, int), void *arg, struct why *why)
{
	struct proc	*p = xcalloc(1, sizeof(*p));
	char		*cmd = shell_line(line), *path = xstrdup(file);
	char		 sh[] = "/bin/sh", c[] = "-c";
	char		*argv[] = { sh, c, cmd, sh, path, NULL };
	int		 r;

	p->done = done;
	p->arg = arg;
	/* Before it starts: it may have ended when we are told its pid. */
	p->child = watch_signal(l, SIGCHLD, on_child, p);
	r = spawn(&p->pid, argv, NULL, 0, why);
	free(cmd);
	free(path);
	if (r == 0)
		return (p);
	watch_free(p->child);
	free(p);
	return (NULL);
}

void
proc_stop(struct proc *p)
{
	if (p == NULL)
		return;
	(void)kill(p->pid, SIGHUP);
	watch_free(p->child);
	free(p);
}

/* A clipboard tool may never read. */
static void
feed(int fd, struct sp s, uint64_t end)
{
	struct pollfd	p = { fd, POLLOUT, 0 };
	ssize_t		n;

	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	while (s.n != 0 && date_mono_ns() < end) {
		n = write(fd, s.p, s.n);
		if (n > 0)
			s = sp_skip(s, (size_t)n);
		else if (n == -1 && errno != EAGAIN && errno != EINTR)
			return;
		else
			(void)poll(&p, 1, 100);
	}
}

static int
await_until(pid_t pid, uint64_t end)
{
	int	status;
	pid_t	got;

	/* Clipboard owners stay alive in the background: that is fine. */
	while (date_mono_ns() < end) {
		got = waitpid(pid, &status, WNOHANG);
		if (got == pid)
			return (WIFEXITED(status) ? WEXITSTATUS(status) : 1);
		if (got == -1 && errno != EINTR)
			return (-1);
		(void)poll(NULL, 0, 10);
	}
	return (0);
}

int
proc_feed(char *const *argv, struct sp s, struct why *why)
{
	posix_spawn_file_actions_t	fa;
	uint64_t			end = date_mono_ns() + FEED_NS;
	int				p[2], r;
	pid_t				pid;

	if (pipe2(p, O_CLOEXEC) == -1)
		return (fail(why, ERR_SYS, "pipe: %s", strerror(errno)));
	(void)posix_spawn_file_actions_init(&fa);
	(void)posix_spawn_file_actions_adddup2(&fa, p[0], 0);
	(void)posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY,
	    0);
	(void)posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY,
	    0);
	r = spawn(&pid, argv, &fa, 0, why);
	(void)posix_spawn_file_actions_destroy(&fa);
	(void)close(p[0]);
	if (r == 0)
		feed(p[1], s, end);
	(void)close(p[1]);
	if (r == -1)
		return (-1);
	if (await_until(pid, end) != 0)
		return (fail(why, ERR_SYS, "%s failed", argv[0]));
	return (0);
}

int
proc_spawn(char *const *argv, struct why *why)
{
	posix_spawn_file_actions_t	fa;
	pid_t				pid;
	int				r;

	(void)posix_spawn_file_actions_init(&fa);
	(void)posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY,
	    0);
	(void)posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY,
	    0);
	(void)posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY,
	    0);
	r = spawn(&pid, argv, &fa, POSIX_SPAWN_SETSID, why);
	(void)posix_spawn_file_actions_destroy(&fa);
	return (r == -1 ? -1 : (int)pid);
}

bool
proc_exists(const char *name)
{
	struct sp	rest = sp_of(getenv("PATH")), dir;
	char		path[4096];

	if (strchr(name, '/') != NULL)
		return (access(name, X_OK) == 0);
	while (rest.n != 0) {
		dir = sp_split(rest, ':', &rest);
		if ((size_t)snprintf(path, sizeof(path), "%.*s/%s", SPF(dir),
		    name) < sizeof(path) && access(path, X_OK) == 0)
			return (true);
	}
	return (false);
}
