#include "app/outlet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

#define MANY	((size_t)300000)	/* more than a pipe takes */

struct rig {
	struct loop	*loop;
	struct outlet	*out;
	int		 fds[2];	/* reader, writer */
	int		 error;
	unsigned	 told;
};

static void
on_broken(void *arg, int error)
{
	struct rig	*r = arg;

	r->error = error;
	r->told++;
}

static int
setup(void **state)
{
	struct rig	*r = xcalloc(1, sizeof(*r));

	r->loop = loop_new("test");
	assert_int_equal(pipe(r->fds), 0);
	r->out = outlet_new(r->loop, r->fds[1], on_broken, r);
	*state = r;
	return (0);
}

static int
teardown(void **state)
{
	struct rig	*r = *state;

	outlet_end(r->out, 20);
	if (r->fds[0] != -1)
		(void)close(r->fds[0]);
	(void)close(r->fds[1]);
	loop_free(r->loop);
	free(r);
	return (0);
}

static void
put_many(struct rig *r)
{
	size_t	i;
	char	word[8];

	for (i = 0; i < MANY / 6; i++) {
		(void)snprintf(word, sizeof(word), "%05zu\n", i);
		outlet_put(r->out, sp_of(word));
	}
	outlet_flush(r->out);
}

/* Reads all of it, turning the loop, and it is what was put. */
static void
take_many(struct rig *r)
{
	char	*got = xmalloc(MANY), word[8];
	size_t	 n = 0, i;
	ssize_t	 k;

	assert_int_equal(fcntl(r->fds[0], F_SETFL, O_NONBLOCK), 0);
	while (n < MANY) {
		k = read(r->fds[0], got + n, MANY - n);
		if (k > 0)
			n += (size_t)k;
		else
			assert_int_equal(errno, EAGAIN);
		loop_once(r->loop, true);
	}
	for (i = 0; i < MANY / 6; i++) {
		(void)snprintf(word, sizeof(word), "%05zu\n", i);
		assert_memory_equal(got + i * 6, word, 6);
	}
	free(got);
}

static void
test_a_slow_reader_is_not_waited_for(void **state)
{
	struct rig	*r = *state;

	put_many(r);			/* comes back */
	take_many(r);
	put_many(r);
	take_many(r);
	assert_int_equal(r->told, 0);
	/* The descriptor of others waits as before. */
	assert_int_equal(fcntl(r->fds[1], F_GETFL) & O_NONBLOCK, 0);
}

static void
test_a_socket(void **state)
{
	struct rig	*r = *state;

	(void)close(r->fds[0]);
	(void)close(r->fds[1]);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, r->fds), 0);
	put_many(r);
	take_many(r);
}

static void
test_a_reader_who_goes(void **state)
{
	struct rig	*r = *state;

	put_many(r);
	assert_int_equal(r->told, 0);
	(void)close(r->fds[0]);
	r->fds[0] = -1;
	while (r->told == 0)
		loop_once(r->loop, false);
	assert_int_equal(r->error, EPIPE);
	put_many(r);
	outlet_flush(r->out);
	assert_int_equal(r->told, 1);
}

static void
test_the_end_waits_for_what_moves(void **state)
{
	struct rig	*r = *state;

	put_many(r);
	outlet_end(r->out, 20);		/* it does not move at all */
	r->out = outlet_new(r->loop, r->fds[1], on_broken, r);
	outlet_put(r->out, SP("x"));
	outlet_flush(r->out);
	assert_int_equal(r->told, 0);
}

/* Where it leads is looked at anew. */
static void
test_another_place(void **state)
{
	struct rig	*r = *state;
	FILE		*tmp = tmpfile();
	char		 end[6];

	put_many(r);
	assert_non_null(tmp);
	assert_int_not_equal(dup2(fileno(tmp), r->fds[1]), -1);
	outlet_flush(r->out);
	assert_int_equal(fseek(tmp, -6, SEEK_END), 0);
	assert_int_equal(fread(end, 1, 6, tmp), 6);
	assert_memory_equal(end, "49999\n", 6);
	(void)fclose(tmp);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest	tests[] = {
		T(test_a_slow_reader_is_not_waited_for),
		T(test_a_socket),
		T(test_a_reader_who_goes),
		T(test_the_end_waits_for_what_moves),
		T(test_another_place),
	};
	struct sigaction	sa = { .sa_handler = SIG_IGN };

	(void)sigaction(SIGPIPE, &sa, NULL);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
