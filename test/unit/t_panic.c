#include "base/panic.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int	restored_fd = -1;

static void
restore(void)
{
	if (write(restored_fd, "r", 1) != 1)
		_exit(99);
}

static void
die_panicking(void)
{
	panic("last words: %d", 42);
}

static void
die_by_signal(void)
{
	panic_catch_signals();
	(void)raise(SIGSEGV);
}

/* Runs it in a child; what it wrote and how it died. */
static int
child(void (*fn)(void), char *said, size_t max, char *mark)
{
	int	err[2], done[2], status;
	pid_t	pid;
	ssize_t	n;

	assert_int_equal(pipe(err), 0);
	assert_int_equal(pipe(done), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		(void)dup2(err[1], STDERR_FILENO);
		restored_fd = done[1];
		panic_restorer(restore);
		panic_restorer(restore);	/* still once */
		fn();
		_exit(0);
	}
	(void)close(err[1]);
	(void)close(done[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	n = read(err[0], said, max - 1);
	said[n > 0 ? n : 0] = '\0';
	n = read(done[0], mark, 8);
	(void)close(err[0]);
	(void)close(done[0]);
	assert_int_equal(n, 1);		/* restored, and only once */
	return (status);
}

static void
test_panic(void **state unused)
{
	char	said[200], mark[8];
	int	status = child(die_panicking, said, sizeof(said), mark);

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_string_equal(said, "weir: last words: 42\n");
}

static void
test_signal(void **state unused)
{
	char	said[200], mark[8];
	int	status = child(die_by_signal, said, sizeof(said), mark);

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
	assert_memory_equal(said, "weir: fatal signal", 18);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_panic),
		cmocka_unit_test(test_signal),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
