#include "base/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define LOG_TAG	"test"

struct seen {
	int		 n;
	uint64_t	 last;
};

static void
on_line(void *arg, const struct log_line *line)
{
	struct seen	*s = arg;

	s->n++;
	assert_true(line->seq > s->last);
	s->last = line->seq;
}

static void
drop(struct log_line *v, size_t n)
{
	while (n-- > 0)
		free(v[n].text);
}

/* A flood of one line is cut, and what was cut is told. */
static void
test_repeats(void **state unused)
{
	struct log	*l = log_new(20);
	struct log_line	 v[20];

	for (int i = 0; i < 40; i++)
		log_warn(l, "too many open files");
	assert_int_equal(log_copy(l, 0, v, 20), 5);
	drop(v, 5);
	log_info(l, "something else");
	assert_int_equal(log_copy(l, 5, v, 20), 2);
	assert_string_equal(v[0].text, "(the same 35 times more)");
	assert_int_equal(v[0].level, LOG_WARN);
	assert_string_equal(v[1].text, "something else");
	drop(v, 2);
	/* the words of scripts are the user's own */
	for (int i = 0; i < 10; i++)
		log_words(l, LOG_INFO, "script", SP("hello"));
	assert_int_equal(log_copy(l, 7, v, 20), 10);
	drop(v, 10);
	/* a line that has left the ring is not compared with */
	log_clear(l);
	log_warn(l, "too many open files");
	assert_int_equal(log_copy(l, 17, v, 20), 1);
	drop(v, 1);
	log_free(l);
}

static void
test_ring(void **state unused)
{
	struct log	*l = log_new(3);
	struct log_line	 v[5];

	assert_int_equal(log_copy(l, 0, v, 5), 0);
	assert_int_equal(log_last(l), 0);
	for (int i = 1; i <= 5; i++)
		log_info(l, "line %d", i);
	assert_int_equal(log_last(l), 5);
	assert_int_equal(log_copy(l, 0, v, 5), 3);
	assert_string_equal(v[0].text, "line 3");
	assert_string_equal(v[2].text, "line 5");
	assert_string_equal(v[2].tag, "test");
	assert_int_equal(v[2].level, LOG_INFO);
	assert_int_equal(v[2].seq, 5);
	assert_true(v[2].time > 1e9);
	drop(v, 3);
	assert_int_equal(log_copy(l, 4, v, 5), 1);
	assert_string_equal(v[0].text, "line 5");
	drop(v, 1);
	assert_int_equal(log_copy(l, 0, v, 2), 2);
	assert_string_equal(v[1].text, "line 4");
	drop(v, 2);
	log_clear(l);
	assert_int_equal(log_copy(l, 0, v, 5), 0);
	log_warn(l, "on");
	assert_int_equal(log_last(l), 6);
	log_free(l);
	log_free(NULL);
	log_info(NULL, "nobody listens");
}

/* Bytes from outside cannot speak to the terminal, nor fill the memory. */
static void
test_text_is_harmless(void **state unused)
{
	struct log	*l = log_new(4);
	struct log_line	 v[4];
	char		*big = malloc(100000);

	log_error(l, "a\x1b[2J\r\nb %s", "caf\xc3\xa9 \xff");
	memset(big, 'x', 99999);
	big[99999] = '\0';
	log_debug(l, "%s", big);
	free(big);
	assert_int_equal(log_copy(l, 0, v, 4), 2);
	assert_string_equal(v[0].text,
	    "a\\x1b[2J\\r\nb caf\xc3\xa9 \\xff");
	assert_true(strlen(v[1].text) < 70000);
	drop(v, 2);
	log_free(l);
}

static void
test_sinks(void **state unused)
{
	struct log	*l = log_new(2);
	struct seen	 a = { 0, 0 }, b = { 0, 0 };

	log_add_sink(l, on_line, &a);
	log_add_sink(l, on_line, &b);
	log_alert(l, "one");
	log_drop_sink(l, on_line, &a);
	log_alert(l, "two");
	assert_int_equal(a.n, 1);
	assert_int_equal(b.n, 2);
	log_free(l);
}

static void *
writer(void *l)
{
	for (int i = 0; i < 500; i++)
		log_info(l, "%d", i);
	return (NULL);
}

static void
test_threads(void **state unused)
{
	struct log	*l = log_new(10);
	struct seen	 s = { 0, 0 };
	pthread_t	 t[4];

	log_add_sink(l, on_line, &s);
	for (size_t i = 0; i < nitems(t); i++)
		assert_int_equal(pthread_create(&t[i], NULL, writer, l), 0);
	for (size_t i = 0; i < nitems(t); i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	assert_int_equal(s.n, 2000);
	assert_int_equal(log_last(l), 2000);
	log_free(l);
}

static void
test_levels(void **state unused)
{
	enum log_level	level;

	for (int i = LOG_ERROR_; i <= LOG_DEBUG; i++) {
		assert_int_equal(log_level_parse(
		    log_level_name((enum log_level)i), &level), 0);
		assert_int_equal(level, i);
	}
	assert_int_equal(log_level_parse("loud", &level), -1);
	assert_string_equal(log_level_name(LOG_ERROR_), "error");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_text_is_harmless),
		cmocka_unit_test(test_sinks),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_levels),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
