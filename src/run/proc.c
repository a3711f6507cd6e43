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

static int
await(pid_t pid)
{
	int	status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return (-1);
	return (WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status));
}

int
proc_run(char *const *argv, struct why *why)
{
	pid_t	pid;

	if (spawn(&pid, argv, NULL, 0, why) == -1)
		return (-1);
	return (await(pid));
}

int
proc_run_shell(const char *line, const char *file, struct why *why)
{
	char	 cmd[4096], sh[] = "/bin/sh", c[] = "-c", name[] = "weir";
	char	*arg = strdup(file);
	char	*argv[] = { sh, c, cmd, name, arg, NULL };
	int	 status;

	if (arg == NULL || (size_t)snprintf(cmd, sizeof(cmd), "%s \"$1\"",
	    line) >= sizeof(cmd)) {
		free(arg);
		return (fail(why, ERR_ARG, "command line too long"));
	}
	status = proc_run(argv, why);
	free(arg);
	return (status);
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
