#include "base/date.h"
#include "base/mem.h"
#include "run/proc.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static char	dir[64];

static int
set_up(void **state unused)
{
	struct sigaction	ign = { .sa_handler = SIG_IGN };

	snprintf(dir, sizeof(dir), "/tmp/weir-proc-XXXXXX");
	assert_non_null(mkdtemp(dir));
	/* as main() has it; children are not to inherit it */
	return (sigaction(SIGPIPE, &ign, NULL));
}

static int
remove_one(const char *path, const struct stat *st unused, int what unused,
    struct FTW *f unused)
{
	return (remove(path));
}

static int
tear_down(void **state unused)
{
	return (nftw(dir, remove_one, 8, FTW_DEPTH));
}

/* argv of a shell that is given this line. */
static char **
shell(const char *line)
{
	static char	sh[] = "/bin/sh", c[] = "-c", text[512];
	static char	*argv[] = { sh, c, text, dir, NULL };

	snprintf(text, sizeof(text), "%s", line);
	return (argv);
}

static void
read_file(const char *name, char *to, size_t cap)
{
	char	 path[128];
	FILE	*in;
	size_t	 n;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	in = fopen(path, "r");
	assert_non_null(in);
	n = fread(to, 1, cap - 1, in);
	to[n] = '\0';
	fclose(in);
}

/* What a child that was started came to, or -1 while it runs. */
static void
on_done(void *arg, int status)
{
	*(int *)arg = status;
}

static void
on_tick(void *arg)
{
	++*(int *)arg;
}

static int
run_line(const char *line, const char *file)
{
	struct loop	*l = loop_new("test");
	struct proc	*p;
	int		 status = -1;

	p = proc_start(l, line, file, on_done, &status, NULL);
	assert_non_null(p);
	while (status == -1)
		loop_once(l, false);
	loop_free(l);
	return (status);
}

static void
test_start(void **state unused)
{
	static const struct {
		const char	*line;
		int		 status;
	}	rows[] = {
		{ "exit 0;", 0 },
		{ "exit 3;", 3 },
		{ "/not/there", 127 },
		{ "test 1 -eq 1 -a -n", 0 },
		/* what waits for the program outlives its keys */
		{ "A=1; kill -INT $$; test $A = 1 -a -n", 0 },
		{ "kill -9 $$;", 128 + SIGKILL },
		/* signals have their usual effect in a child */
		{ "kill -PIPE $$; exit 5;", 128 + SIGPIPE },
	};

	for (size_t i = 0; i < nitems(rows); i++)
		assert_int_equal(run_line(rows[i].line, "x"),
		    rows[i].status);
}

/* The file is one word whatever is in its name; the line may have words. */
static void
test_start_file(void **state unused)
{
	char	path[128], got[64];

	snprintf(path, sizeof(path), "%s/it's \"$HOME\" *", dir);
	assert_int_equal(run_line("printf %s text >", path), 0);
	read_file("it's \"$HOME\" *", got, sizeof(got));
	assert_string_equal(got, "text");
	assert_int_equal(run_line("test ! -e", path), 1);
}

static void
test_start_too_long(void **state unused)
{
	struct loop	*l = loop_new("test");
	struct why	 why = { 0 };
	char		*line = xmalloc(200000);

	/* longer than the system lets an argument be */
	memset(line, 'x', 199999);
	line[199999] = '\0';
	assert_null(proc_start(l, line, "x", on_done, NULL, &why));
	assert_int_equal(why.code, ERR_SYS);
	loop_free(l);
	free(line);
}

/* The loop's other work goes on while a child runs. */
static void
test_start_loop_goes_on(void **state unused)
{
	struct loop	*l = loop_new("test");
	char		 path[128];
	int		 status = -1, ticks = 0;
	struct timer	*t = timer_new(l, on_tick, &ticks);

	snprintf(path, sizeof(path), "%s/go", dir);
	assert_non_null(proc_start(l,
	    "hold() { until test -e $1; do sleep .01; "
	    "done; }; hold", path, on_done, &status, NULL));
	timer_set_ms(t, 1);
	while (ticks == 0)
		loop_once(l, false);
	assert_int_equal(status, -1);
	fclose(fopen(path, "w"));
	while (status == -1)
		loop_once(l, false);
	assert_int_equal(status, 0);
	timer_free(t);
	loop_free(l);
}

/* Two at once are told apart; one that is given up is hung up on. */
static void
test_start_two(void **state unused)
{
	struct loop	*l = loop_new("test");
	char		 path[128];
	int		 one = -1, two = -1;
	struct proc	*p;

	snprintf(path, sizeof(path), "%s/hup", dir);
	p = proc_start(l, "trap 'exit 0' HUP; echo $$ > $1; while :; do "
	    "sleep .01; done; :", path, on_done, &one, NULL);
	assert_non_null(p);
	assert_non_null(proc_start(l, "until test -s $1; do sleep .01; done; "
	    "exit 7;", path, on_done, &two, NULL));
	while (two == -1)
		loop_once(l, false);
	assert_int_equal(two, 7);
	assert_int_equal(one, -1);
	proc_stop(p);
	proc_stop(NULL);
	assert_true(wait(&two) > 0);
	assert_true(WIFEXITED(two) && WEXITSTATUS(two) == 0);
	assert_int_equal(one, -1);
	loop_free(l);
}

/* Its exit status when it was fed with this. */
static int
fed(char *const *argv, struct sp s)
{
	struct loop	*l = loop_new("test");
	int		 status = -1;

	assert_non_null(proc_feed(l, argv, s, on_done, &status, NULL));
	while (status == -1)
		loop_once(l, false);
	loop_free(l);
	return (status);
}

static void
test_feed(void **state unused)
{
	char		 got[64];

	assert_int_equal(fed(shell("cat > $0/fed; echo lost"),
	    SP("clip\0board")), 0);
	read_file("fed", got, sizeof(got));
	assert_memory_equal(got, "clip\0board", 10);
	assert_int_equal(fed(shell("cat > /dev/null; exit 1"), SP("x")), 1);
	assert_int_equal(fed(shell("kill -9 $$"), SP("x")), 128 + SIGKILL);
}

static void
test_feed_nothing(void **state unused)
{
	struct loop	*l = loop_new("test");
	char		 name[] = "/not/there";
	char		*argv[] = { name, NULL };
	struct why	 why = { 0 };

	assert_null(proc_feed(l, argv, SP("x"), on_done, NULL, &why));
	assert_non_null(strstr(why.text, "cannot run"));
	loop_free(l);
}

/* More than a pipe holds; one that does not read delays nobody, and may
 * go on when nobody waits for it any more. */
static void
test_feed_much(void **state unused)
{
	struct loop	*l = loop_new("test");
	size_t		 n = 1u << 20;
	char		*big = xmalloc(n), got[128];
	struct proc	*p;
	int		 status;

	memset(big, 'b', n);
	assert_int_equal(fed(shell("wc -c > $0/count"), sp_mem(big, n)), 0);
	read_file("count", got, sizeof(got));
	assert_int_equal(strtol(got, NULL, 10), n);
	assert_int_equal(fed(shell("exec <&-; exit 0"), sp_mem(big, n)), 0);
	p = proc_feed(l, shell("until test -e $0/go; do sleep .01; done; "
	    "cat > $0/late"), sp_mem(big, n), on_done, &status, NULL);
	assert_non_null(p);
	proc_stop(p);
	loop_free(l);
	snprintf(got, sizeof(got), "%s/go", dir);
	fclose(fopen(got, "w"));
	assert_true(wait(&status) > 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	free(big);
}

static void
test_spawn(void **state unused)
{
	char		 got[64];
	struct why	 why = { 0 };
	int		 status;
	pid_t		 pid;
	char		 name[] = "/not/there";
	char		*none[] = { name, NULL };

	pid = proc_spawn(shell("read x || echo empty > $0/in"), NULL);
	assert_true(pid > 0);
	assert_int_equal(getsid(pid), pid);	/* a session of its own */
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	read_file("in", got, sizeof(got));
	assert_string_equal(got, "empty\n");
	assert_int_equal(proc_spawn(none, &why), -1);
	assert_int_equal(why.code, ERR_SYS);
}

static void
test_exists(void **state unused)
{
	char	*was = xstrdup(getenv("PATH"));

	assert_true(proc_exists("sh"));
	assert_true(proc_exists("/bin/sh"));
	assert_false(proc_exists("no-such-program-anywhere"));
	assert_false(proc_exists("/bin/no-such-program"));
	assert_int_equal(setenv("PATH", "/not/there:/bin", 1), 0);
	assert_true(proc_exists("sh"));
	assert_int_equal(setenv("PATH", "", 1), 0);
	assert_false(proc_exists("sh"));
	assert_int_equal(setenv("PATH", was, 1), 0);
	free(was);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_start),
		row(test_start_file),
		row(test_start_too_long),
		row(test_start_loop_goes_on),
		row(test_start_two),
		row(test_feed),
		row(test_feed_nothing),
		row(test_feed_much),
		row(test_spawn),
		row(test_exists),
	};
	struct sigaction	sa = { .sa_handler = SIG_DFL };

	/* Under nohup(1) the children would ignore it like us. */
	(void)sigaction(SIGHUP, &sa, NULL);

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
