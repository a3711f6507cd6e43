#include "base/mem.h"
#include "net/sysdns.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* A file of its own with this text. */
static char *
file(const char *text)
{
	char	*path = xstrdup("/tmp/weir-sysdns-XXXXXX");
	int	 fd = mkstemp(path);

	assert_true(fd != -1);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return (path);
}

static void
gone(char *path)
{
	(void)unlink(path);
	free(path);
}

static void
test_hosts(void **state)
{
	static const char	text[] =
	    "# comment\n127.0.0.1\tlocalhost\n"
	    "192.0.2.1 A.test  b.test. # c.test\r\n"
	    "2001:db8::1 a.test\n192.0.2.2 a.test\nnonsense d.test\n"
	    "192.0.2.3\n\n   192.0.2.4 last.test";
	static const struct {
		const char	*name;
		int		 family;
		bool		 known;
		const char	*want;
	} rows[] = {
		{ "a.test", AF_INET, true, "192.0.2.1 192.0.2.2 " },
		{ "A.TEST.", AF_INET6, true, "2001:db8::1 " },
		{ "b.test", AF_INET, true, "192.0.2.1 " },
		{ "b.test", AF_INET6, true, "" },
		{ "c.test", AF_INET, false, "" },
		{ "d.test", AF_INET, false, "" },
		{ "a.tes", AF_INET, false, "" },
		{ "", AF_INET, false, "" },
		{ "last.test", AF_INET, true, "192.0.2.4 " },
		{ "localhost", AF_INET, true, "127.0.0.1 " },
		{ "x.localhost", AF_INET6, true, "::1 " },
		{ "localhost.test", AF_INET6, false, "" },
	};
	char		*path = file(text), got[200], host[64];
	struct sysdns	*s = sysdns_new(path, "/nonexistent");
	struct addr	 a[4];
	unsigned	 n, k;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		assert_int_equal(sysdns_find(s, sp_of(rows[i].name),
		    rows[i].family, a, nitems(a), &n), rows[i].known);
		got[0] = '\0';
		for (k = 0; k < n; k++) {
			addr_host(&a[k], host);
			(void)snprintf(got + strlen(got),
			    sizeof(got) - strlen(got), "%s ", host);
		}
		assert_string_equal(got, rows[i].want);
	}
	sysdns_free(s);
	gone(path);
}

static void
test_no_more_than_there_is_room_for(void **state)
{
	char		*path = file("192.0.2.1 a\n192.0.2.2 a\n192.0.2.3 a\n");
	struct sysdns	*s = sysdns_new(path, NULL);
	struct addr	 a[2];
	unsigned	 n;

	(void)state;
	assert_true(sysdns_find(s, SP("a"), AF_INET, a, 2, &n));
	assert_int_equal(n, 2);
	sysdns_free(s);
	gone(path);
}

static void
test_servers(void **state)
{
	static const struct {
		const char	*text;
		unsigned	 n;
		const char	*first;
	} rows[] = {
		{ "", 1, "127.0.0.1:53" },
		{ "search a.test\n; nameserver 192.0.2.9\n", 1,
		    "127.0.0.1:53" },
		{ "nameserver 192.0.2.1\nnameserver\t::1 # x\n", 2,
		    "192.0.2.1:53" },
		{ " nameserver x\nnameserver ::1\n", 1, "[::1]:53" },
		{ "nameserver 192.0.2.1\nnameserver 192.0.2.2\n"
		    "nameserver 192.0.2.3\nnameserver 192.0.2.4\n", 3,
		    "192.0.2.1:53" },
	};
	struct addr	 a[SYSDNS_SERVERS];
	struct sysdns	*s;
	char		*path, text[80];

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		path = file(rows[i].text);
		s = sysdns_new(NULL, path);
		assert_int_equal(sysdns_servers(s, a), rows[i].n);
		addr_text(&a[0], text);
		assert_string_equal(text, rows[i].first);
		sysdns_free(s);
		gone(path);
	}
	sysdns_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_no_more_than_there_is_room_for),
		cmocka_unit_test(test_servers),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
