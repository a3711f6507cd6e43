#include "run/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* A terminal of our own: what is written to it can be read at the master. */
struct tty {
	int		master, slave;
	struct termios	was;
};

static void
tty_open(struct tty *t)
{
	t->master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_int_not_equal(t->master, -1);
	assert_int_equal(grantpt(t->master), 0);
	assert_int_equal(unlockpt(t->master), 0);
	t->slave = open(ptsname(t->master), O_RDWR | O_NOCTTY);
	assert_int_not_equal(t->slave, -1);
	assert_int_equal(tcgetattr(t->slave, &t->was), 0);
	t->was.c_oflag &= ~(tcflag_t)OPOST;
	assert_int_equal(tcsetattr(t->slave, TCSANOW, &t->was), 0);
}

static void
tty_close(struct tty *t)
{
	(void)close(t->master);
	(void)close(t->slave);
}

enum end { KILLED, DISARMED, STOPPED, TAKEN_OVER };

/* A process that takes the terminal and comes to its end; never returns. */
static void
victim(struct tty *t, enum end end, int ready)
{
	struct guard_way	 w = { .was = t->was, .armed = true };
	struct guard		*g = guard_start(t->slave, t->slave);

	w.n = 4;
	memcpy(w.bytes, "back", w.n);
	w.ours = t->was;
	w.ours.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
	(void)tcsetattr(t->slave, TCSANOW, &w.ours);
	guard_set(g, &w);
	if (end == DISARMED) {
		w.armed = false;
		guard_set(g, &w);
	}
	if (end == TAKEN_OVER)
		(void)tcsetattr(t->slave, TCSANOW, &t->was);
	if (end == STOPPED)
		guard_stop(g);
	if (write(ready, "x", 1) != 1)
		_exit(1);
	(void)kill(getpid(), SIGKILL);
}

static void
run(enum end end, struct tty *t, char got[16])
{
	int		p[2], status;
	char		c;
	pid_t		pid;
	ssize_t		n;
	struct pollfd	in;

	tty_open(t);
	assert_int_equal(pipe(p), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		(void)close(p[0]);
		victim(t, end, p[1]);
	}
	(void)close(p[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	/* the guard holds this end of the pipe too: its end is told by it */
	while ((n = read(p[0], &c, 1)) != 0)
		assert_true(n == 1 || errno == EINTR);
	(void)close(p[0]);
	in = (struct pollfd){ .fd = t->master, .events = POLLIN };
	memset(got, 0, 16);
	if (poll(&in, 1, 0) == 1)
		assert_int_not_equal(read(t->master, got, 15), -1);
}

static void
test_ends(void **state unused)
{
	static const struct {
		enum end	 end;
		const char	*said;
		bool		 echo;
	} rows[] = {
		{ KILLED, "back", true },
		{ DISARMED, "", false },
		{ STOPPED, "", false },
		{ TAKEN_OVER, "back", true },
	};
	struct termios	now;
	struct tty	t;
	char		got[16];
	size_t		i;

	for (i = 0; i < nitems(rows); i++) {
		run(rows[i].end, &t, got);
		assert_string_equal(got, rows[i].said);
		assert_int_equal(tcgetattr(t.slave, &now), 0);
		assert_int_equal((now.c_lflag & ECHO) != 0, rows[i].echo);
		assert_int_equal((now.c_lflag & ICANON) != 0, rows[i].echo);
		tty_close(&t);
	}
}

static void
test_no_terminal(void **state unused)
{
	int	fd = open("/dev/null", O_RDWR);

	assert_null(guard_start(fd, fd));
	guard_set(NULL, NULL);
	guard_stop(NULL);
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_no_terminal),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
