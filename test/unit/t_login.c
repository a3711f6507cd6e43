#include "addon/login.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/mem.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* Somebody who waits, and what was said. */
struct asker {
	struct login_job *job;
	unsigned	 n;		/* answers */
	unsigned	 bits;
	char		 text[200];
};

struct world {
	struct loop	*loop;
	struct work	*work;
	struct logins	*logins;
	int		 silent;	/* a directory that says nothing */
};

static void
on_answer(void *arg, unsigned bits, const char *text)
{
	struct asker	*a = arg;

	a->n++;
	a->bits = bits;
	snprintf(a->text, sizeof(a->text), "%s", text != NULL ? text : "");
}

static void
submit_from(struct world *w, struct asker *a, const char *client,
    const char *login)
{
	struct login_ask	ask = {
		.work = w->work, .loop = w->loop, .done = on_answer,
		.arg = a, .client = client
	};

	*a = (struct asker){ .n = 0 };
	a->job = logins_submit(w->logins, &ask, sp_of(login));
}

static void
submit(struct world *w, struct asker *a, const char *login)
{
	submit_from(w, a, NULL, login);
}

static void
turn_until_answered(struct world *w, const struct asker *a)
{
	uint64_t	end = date_mono_ns() + 20000000000ull;

	while (a->n == 0 && date_mono_ns() < end)
		loop_once(w->loop, true);
	assert_int_equal(a->n, 1);
}

static void
up(struct world *w, unsigned workers, const char *spec)
{
	struct why		why = { 0 };
	struct passwd_file	*p = passwd_open(spec, &why);

	if (p == NULL)
		fail_msg("%s", why.text);
	w->loop = loop_new("test");
	w->work = work_new(workers);
	w->logins = logins_new(p);
	w->silent = -1;
}

/* Its clients are accepted by the kernel, and by nobody else. */
static void
up_silent(struct world *w, unsigned workers)
{
	struct sockaddr_in	 at = { .sin_family = AF_INET };
	socklen_t		 len = sizeof(at);
	int			 fd = socket(AF_INET, SOCK_STREAM, 0);
	char			 spec[64];

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(spec, sizeof(spec), "ldap:127.0.0.1:%u:cn=a:b:dc=x",
	    ntohs(at.sin_port));
	up(w, workers, spec);
	w->silent = fd;
}

/* Who waits for it is told that it is gone. */
static void
hush(struct world *w)
{
	if (w->silent != -1)
		(void)close(w->silent);
	w->silent = -1;
}

static void
down(struct world *w)
{
	hush(w);
	logins_free(w->logins);
	work_free(w->work);
	for (int i = 0; i < 10; i++)
		loop_once(w->loop, true);
	loop_free(w->loop);
	assert_int_equal(obj_total(), 0);
}

/* A job of somebody else's. */
struct other {
	struct job	 job;
	struct lock	*gate;		/* or NULL */
	bool		 done;
};

static void
other_run(struct job *j)
{
	struct other	*o = (struct other *)j;

	if (o->gate == NULL)
		return;
	lock_take(o->gate);
	lock_give(o->gate);
}

static void
other_done(struct job *j)
{
	((struct other *)j)->done = true;
}

static void
write_users(const char *path)
{
	FILE	*f = fopen(path, "w");

	assert_non_null(f);
	/* bcrypt of "one" with cost 4 */
	assert_true(fputs("ann:$2y$04$nz6a0rQJj0V.CQXN1woyRO"
	    "MIW588J3YFnSBo.Qc2DxwTAq8MUNiMS\n", f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
up_users(struct world *w, unsigned workers)
{
	write_users("t_login.users");
	up(w, workers, "@t_login.users");
	(void)unlink("t_login.users");
}

/* The only worker has that one to do, until the gate is given. */
static void
other_keeps(struct other *o, struct world *w)
{
	*o = (struct other){ .job = { .run = other_run, .done = other_done },
	    .gate = lock_new() };
	up_users(w, 1);
	lock_take(o->gate);
	work_submit(w->work, w->loop, &o->job);
}

/* The answer is the asker's own, and needs no memory of anybody's. */
static void
test_answers(void **state unused)
{
	struct asker	good, bad;
	struct world	w;

	up_users(&w, 2);
	assert_int_equal(logins_recall(w.logins, SP("ann:one")),
	    LOGIN_UNKNOWN);
	submit(&w, &bad, "ann:two");
	submit(&w, &good, "ann:one");
	assert_int_equal(good.n + bad.n, 0);
	turn_until_answered(&w, &good);
	turn_until_answered(&w, &bad);
	assert_int_equal(good.bits, AV_LOGIN(LOGIN_GOOD) | AV_TRUSTED);
	assert_int_equal(bad.bits, AV_LOGIN(LOGIN_BAD));
	assert_string_equal(bad.text, "");
	assert_int_equal(logins_recall(w.logins, SP("ann:one")), LOGIN_GOOD);
	down(&w);
}

/* However many there are, whatever is kept of them: each gets its own. */
static void
test_many(void **state unused)
{
	struct asker	v[200];
	struct world	w;
	char		login[32];

	up_users(&w, 3);
	for (unsigned i = 0; i < nitems(v); i++) {
		snprintf(login, sizeof(login), "ann:%u", i);
		submit(&w, &v[i], i % 10 == 0 ? "ann:one" : login);
		assert_non_null(v[i].job);
	}
	for (unsigned i = 0; i < nitems(v); i++) {
		turn_until_answered(&w, &v[i]);
		assert_int_equal(AV_LOGIN_OF(v[i].bits), i % 10 == 0 ?
		    LOGIN_GOOD : LOGIN_BAD);
	}
	down(&w);
}

/* Who sends many keeps nobody else out. */
static void
test_one_client(void **state unused)
{
	static const char	*const from[] = { "10.1.2.3", "2001:db8::" };
	static const char	*const others[] = { "10.1.2.4", NULL };
	size_t		 max = limit_of(LOGINS_CLIENT), i, k;
	struct asker	*v = xcalloc(2 * max + 4, sizeof(*v)), *a = v;
	struct other	 o;
	struct world	 w;
	char		 login[32];

	other_keeps(&o, &w);
	for (k = 0; k < 2; k++) {
		for (i = 0; i < max; i++) {
			snprintf(login, sizeof(login), "ann:%zu-%zu", k, i);
			submit_from(&w, a, from[k], login);
			assert_non_null(a++->job);
		}
		submit_from(&w, a, from[k], "ann:more");
		assert_null(a->job);
		snprintf(login, sizeof(login), "ann:other %zu", k);
		submit_from(&w, a, others[k], login);
		assert_non_null(a++->job);
	}
	lock_give(o.gate);
	while (a > v)
		turn_until_answered(&w, --a);
	free(v);
	down(&w);
	lock_free(o.gate);
}

/* More than may wait are turned away at once; the same one is no more. */
static void
test_too_many(void **state unused)
{
	size_t		 max = limit_of(LOGINS);
	struct asker	*v = xcalloc(max + 2, sizeof(*v)), again;
	struct other	 o;
	struct world	 w;
	char		 login[32];

	other_keeps(&o, &w);
	for (size_t i = 0; i <= max; i++) {
		snprintf(login, sizeof(login), "ann:%zu", i);
		submit(&w, &v[i], login);
		assert_true((v[i].job != NULL) == (i < max));
	}
	submit(&w, &again, "ann:0");
	assert_non_null(again.job);
	lock_give(o.gate);
	for (size_t i = 0; i < max; i++)
		turn_until_answered(&w, &v[i]);
	turn_until_answered(&w, &again);
	submit(&w, &again, "ann:one");	/* there is room anew */
	turn_until_answered(&w, &again);
	assert_int_equal(AV_LOGIN_OF(again.bits), LOGIN_GOOD);
	assert_int_equal(v[max].n, 0);
	free(v);
	down(&w);
	lock_free(o.gate);
}

/* Who has gone is not told, not even by somebody else's answer. */
static void
test_forgotten(void **state unused)
{
	struct asker	v[4];
	struct other	o;
	struct world	w;

	other_keeps(&o, &w);
	submit(&w, &v[0], "ann:one");
	submit(&w, &v[1], "ann:one");
	submit(&w, &v[2], "ann:two");
	login_forget(v[0].job);
	login_forget(v[2].job);
	submit(&w, &v[3], "ann:two");	/* begins anew */
	login_forget(NULL);
	lock_give(o.gate);
	turn_until_answered(&w, &v[1]);
	turn_until_answered(&w, &v[3]);
	assert_int_equal(v[0].n + v[2].n, 0);
	down(&w);
	lock_free(o.gate);
}

#ifndef WITHOUT_LDAP

/* A directory that is silent holds one worker: others' jobs are done. */
static void
test_one_worker(void **state unused)
{
	struct asker	v[8];
	struct other	o = { .job = { .run = other_run,
			    .done = other_done } };
	struct world	w;
	char		login[32];

	up_silent(&w, 2);
	for (unsigned i = 0; i < nitems(v); i++) {
		snprintf(login, sizeof(login), "u%u:p", i);
		submit(&w, &v[i], login);
	}
	work_submit(w.work, w.loop, &o.job);
	while (!o.done)
		loop_once(w.loop, true);
	for (unsigned i = 0; i < nitems(v); i++)
		assert_int_equal(v[i].n, 0);
	hush(&w);
	for (unsigned i = 0; i < nitems(v); i++) {
		turn_until_answered(&w, &v[i]);
		assert_int_equal(v[i].bits, AV_LOGIN(LOGIN_DOWN));
		assert_non_null(strstr(v[i].text, "ldap://127.0.0.1:"));
	}
	down(&w);
}

#endif

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_one_client),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_forgotten),
#ifndef WITHOUT_LDAP
		cmocka_unit_test(test_one_worker),
#endif
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
