#include "flowfile/ff_conn.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

/* Everything a connection can have. */
static struct conn *
full(bool server)
{
	struct conn	*c = conn_new(server);

	conn_set_place(&c->peer, "::1", 443);
	conn_set_place(&c->sock, "10.0.0.1", 1);
	conn_set_place(&c->address, "a.test", 443);
	conn_set(&c->sni, "a.test");
	conn_set(&c->alpn, "h2");
	conn_set(&c->cipher, "C");
	conn_set(&c->tls_version, "TLSv1.3");
	conn_set(&c->error, "e");
	conn_set(server ? &c->via : &c->mode, server ? "http://[::2]:8080" :
	    "socks5");
	c->alpn_offers = xcalloc(3, sizeof(char *));
	c->alpn_offers[0] = xstrdup("h2");
	c->alpn_offers[1] = xstrdup("http/1.1");
	conn_add_cert(c, blob_of(SP("0der")));
	c->tls = c->udp = true;
	c->t_start = 1;
	c->t_tls = 2.5;
	return (c);
}

static const struct conn *
again(struct ff_cache *k, const struct conn *c, struct arena *a)
{
	struct tput		 p;
	const struct conn	*d;
	struct tnet		*t;

	tput_init(&p);
	ff_conn_put(k, &p, c, 21);
	t = tnet_parse(arena_dup(a, tput_sp(&p)), a, NULL);
	d = ff_conn_get(k, t, c->server, 21, NULL);
	tput_fini(&p);
	assert_non_null(d);
	return (d);
}

static void
same_text(const char *a, const char *b)
{
	assert_int_equal(a == NULL, b == NULL);
	if (a != NULL)
		assert_string_equal(a, b);
}

static void
same(const struct conn *c, const struct conn *d)
{
	size_t	i;

	assert_memory_equal(c->id, d->id, 16);
	assert_string_equal(c->peer.host, d->peer.host);
	assert_int_equal(c->peer.port, d->peer.port);
	same_text(c->sock.host, d->sock.host);
	same_text(c->sni, d->sni);
	same_text(c->alpn, d->alpn);
	same_text(c->cipher, d->cipher);
	same_text(c->tls_version, d->tls_version);
	same_text(c->error, d->error);
	same_text(c->via, d->via);
	same_text(c->mode, d->mode);
	for (i = 0; i < 2; i++)
		assert_string_equal(c->alpn_offers[i], d->alpn_offers[i]);
	assert_null(d->alpn_offers[2]);
	assert_int_equal(d->ncerts, 1);
	assert_true(sp_is(blob_sp(d->certs[0]), "0der"));
	assert_true(d->tls && d->udp && d->established);
	assert_true(d->t_start == 1 && d->t_tls == 2.5 && d->t_end == 0);
}

static void
test_there_and_back(void **state)
{
	struct ff_cache		 put, get;
	struct conn		*c;
	const struct conn	*d, *e;
	struct arena		 a;
	int			 server;

	(void)state;
	for (server = 0; server < 2; server++) {
		ff_cache_init(&put);
		ff_cache_init(&get);
		arena_init(&a);
		c = full(server != 0);
		d = again(&get, c, &a);
		same(c, d);
		e = again(&get, c, &a);	/* from the cache */
		assert_ptr_equal(d, e);
		conn_unref(c);
		conn_unref(d);
		conn_unref(e);
		arena_fini(&a);
		ff_cache_fini(&put);
		ff_cache_fini(&get);
	}
	assert_int_equal(obj_total(), 0);
}

static const char *const wrong[] = {
	"13:3:sni;4:true!}",
	"10:3:sni;1:5#}",
	"18:8:peername;4:1:a;]}",
	"23:8:peername;9:1:a;2:-1#]}",
	"22:11:alpn_offers;4:1:5#]}",
	"27:16:certificate_list;4:1:x,]}",
	"26:15:timestamp_start;4:true!}",
	"0:~",
	"0:]",
};

static void
test_wrong_types_are_refused(void **state)
{
	struct ff_cache	 k;
	struct arena	 a;
	struct why	 why;
	struct tnet	*t;
	size_t		 i;

	(void)state;
	ff_cache_init(&k);
	for (i = 0; i < nitems(wrong); i++) {
		arena_init(&a);
		t = tnet_parse(sp_of(wrong[i]), &a, NULL);
		if (t == NULL)
			fail_msg("row %zu is no value", i);
		why.text[0] = '\0';
		assert_null(ff_conn_get(&k, t, false, 21, &why));
		assert_true(why.text[0] != '\0');
		arena_fini(&a);
	}
	ff_cache_fini(&k);
	assert_int_equal(obj_total(), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_wrong_types_are_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
