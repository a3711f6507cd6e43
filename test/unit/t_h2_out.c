#include "h2kit.h"

#include "codec/h1.h"

static struct head *
request(const char *method, const char *path)
{
	struct head	*h = head_new(HEAD_REQUEST);

	head_set_version(h, SP("HTTP/2.0"));
	head_set_method(h, sp_of(method));
	head_set_target(h, sp_of(path));
	head_set_url(h, SP("https"), SP("a.test"), SP("a.test"), 443,
	    sp_of(path));
	return (h);
}

static struct head *
response(int status)
{
	struct head	*h = head_new(HEAD_RESPONSE);

	head_set_status(h, status);
	return (h);
}

static void
pair_close(struct end *c, struct end *s)
{
	end_close(c);
	end_close(s);
}

/* --- heads of the other protocol go out as HTTP/2 wants them --- */

static void
test_h1_heads(void **state unused)
{
	static const char	get[] = "GET /p HTTP/1.1\r\nHost: a.test\r\n"
				    "X-Upper: 1\r\nConnection: x-hop\r\n"
				    "X-Hop: 1\r\n\r\n";
	struct h1		h1;
	struct h1_ev		ev;
	struct end		c, s;

	end_open(&c, (struct h2_cfg){ .client = true });
	end_open(&s, (struct h2_cfg){ .extended = true });
	h1_init(&h1, false);
	assert_int_equal(h1_feed(&h1, sp_of(get), &ev, NULL), strlen(get));
	head_set_url(ev.head, SP("http"), SPNIL, SP("a.test"), 80, SP("/p"));
	assert_int_equal(h2_request(c.h2, ev.head), 1);
	h2_end(c.h2, 1, NULL);
	head_unref(ev.head);
	ends_talk(&c, &s, ALL);
	assert_string_equal(str_c(&s.log),
	    "1[GET http://a.test/p x-upper=1]1.");
	pair_close(&c, &s);
}

/* On demand names keep their case, in heads that are HTTP/2's own. */
static void
test_case_is_kept(void **state unused)
{
	struct end	 c, s;
	struct head	*h;
	char		 name[16];
	int32_t		 id;

	end_open(&c, (struct h2_cfg){ .client = true, .cased = true,
	    .lenient = true });
	end_open(&s, (struct h2_cfg){ .cased = true, .lenient = true });
	for (unsigned i = 0; i < 100; i++) {	/* as many as it keeps */
		h = request("GET", "/");
		snprintf(name, sizeof(name), "X-Own-%u", i);
		head_add(h, sp_of(name), SP("1"));
		id = h2_request(c.h2, h);
		h2_end(c.h2, id, NULL);
		head_unref(h);
		str_clear(&s.log);
		ends_talk(&c, &s, ALL);
		if (i >= 64)
			name[0] = 'x', name[2] = 'o';
		assert_non_null(strstr(str_c(&s.log), name));
		h = response(200);		/* HTTP/1's, so far */
		if (i == 1)
			head_set_version(h, SP("HTTP/2.0"));
		head_add(h, SP("X-Two"), SP("2"));
		h2_respond(s.h2, id, h);
		h2_end(s.h2, id, NULL);
		head_unref(h);
		str_clear(&c.log);
		ends_talk(&c, &s, ALL);
		assert_non_null(strstr(str_c(&c.log), i == 1 ? "X-Two=2" :
		    "x-two=2"));
	}
	pair_close(&c, &s);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_h1_heads),
		cmocka_unit_test(test_case_is_kept),
	};

	return (cmocka_run_group_tests(tests, NULL, all_gone));
}
