#include "run/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"


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
	bool		 fed;	/* not on our terminal */
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

static struct proc *
start(struct loop *l, char *const *argv,
    const posix_spawn_file_actions_t *fa, struct proc set, struct why *why)
{
	struct proc	*p = xmalloc(sizeof(*p));

	*p = set;
	/* Before it starts: it may have ended when we are told its pid. */
	p->child = watch_signal(l, SIGCHLD, on_child, p);
	if (spawn(&p->pid, argv, fa, 0, why) == 0)
		return (p);
	watch_free(p->child);
	free(p);
	return (NULL);
}

struct proc *
proc_start(struct loop *l, const char *line, const char *file,
    void (*done)(void *, int), void *arg, struct why *why)
{
	char		*cmd = shell_line(line), *path = xstrdup(file);
	char		 sh[] = "/bin/sh", c[] = "-c";
	char		*argv[] = { sh, c, cmd, sh, path, NULL };
	struct proc	*p;

	p = start(l, argv, NULL, (struct proc){ .done = done, .arg = arg },
	    why);
	free(cmd);
	free(path);
	return (p);
}

void
proc_stop(struct proc *p)
{
	if (p == NULL)
		return;
	if (!p->fed)
		(void)kill(p->pid, SIGHUP);
	watch_free(p->child);
	free(p);
}

/* A file in memory, at its beginning: whoever reads it need not hurry. */
static int
file_of(struct sp s)
{
	int	fd = memfd_create("weir-feed", MFD_CLOEXEC);
	ssize_t	n;

	while (fd != -1 && s.n != 0) {
		n = write(fd, s.p, s.n);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			(void)close(fd);
			return (-1);
		}
		s = sp_skip(s, (size_t)n);
	}
	if (fd != -1)
		(void)lseek(fd, 0, SEEK_SET);
	return (fd);
}

struct proc *
proc_feed(struct loop *l, char *const *argv, struct sp s,
    void (*done)(void *, int), void *arg, struct why *why)
{
	posix_spawn_file_actions_t	fa;
	struct proc			*p;
	int				fd = file_of(s);

	if (fd == -1) {
		(void)fail(why, ERR_SYS, "bytes for %s: %s", argv[0],
		    strerror(errno));
		return (NULL);
	}
	(void)posix_spawn_file_actions_init(&fa);
	(void)posix_spawn_file_actions_adddup2(&fa, fd, 0);
	(void)posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY,
	    0);
	(void)posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY,
	    0);
	p = start(l, argv, &fa, (struct proc){ .done = done, .arg = arg,
	    .fed = true }, why);
	(void)posix_spawn_file_actions_destroy(&fa);
	(void)close(fd);
	return (p);
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
