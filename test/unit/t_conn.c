#include "model/conn.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static int
tear_down(void **state unused)
{
	return (obj_total() == 0 ? 0 : -1);
}

static struct conn *
full_conn(void)
{
	static char	h2[] = "h2", h11[] = "http/1.1", aes[] = "AES";
	char		*alpn[] = { h2, h11, NULL }, *ciphers[] = { aes, NULL };
	struct conn	*c = conn_new(true);

	c->tls = c->established = c->udp = true;
	c->seq = 14;
	conn_set_place(&c->peer, "192.0.2.1", 443);
	conn_set_place(&c->sock, "192.0.2.9", 50000);
	conn_set_place(&c->address, "a.test", 443);
	conn_set(&c->sni, "a.test");
	conn_set(&c->alpn, "http/1.1");
	conn_set(&c->cipher, "AES");
	conn_set(&c->tls_version, "TLSv1.3");
	conn_set(&c->error, "none");
	conn_set(&c->via, "http://up.test");
	conn_set(&c->mode, "regular");
	c->alpn_offers = strv_dup(alpn);
	c->cipher_list = strv_dup(ciphers);
	conn_add_cert(c, blob_of(SP("leaf")));
	conn_add_cert(c, blob_of(SP("issuer")));
	c->mitmcert = blob_of(SP("forged"));
	c->t_start = 1;
	c->t_tcp = 2;
	c->t_tls = 3;
	c->t_end = 4;
	return (c);
}

static void
test_new(void **state unused)
{
	struct conn	*a = conn_new(false), *b = conn_new(true);

	assert_false(a->server);
	assert_true(b->server);
	assert_memory_not_equal(a->id, b->id, 16);
	assert_int_equal(a->id[6] >> 4, 4);	/* version 4 */
	assert_ptr_equal(conn_ref(a), a);
	conn_unref(a);
	assert_int_equal(obj_count(OBJ_conn), 2);
	conn_unref(a);
	conn_unref(b);
	conn_unref(NULL);
	assert_null(conn_ref(NULL));
}

static void
test_dup(void **state unused)
{
	struct conn	*c = full_conn(), *d = conn_dup(c);

	assert_memory_equal(d->id, c->id, 16);
	assert_int_equal(d->seq, 14);
	conn_set_place(&c->peer, "changed", 1);
	conn_set(&c->sni, NULL);
	assert_null(c->sni);
	conn_unref(c);
	/* nothing of it was the other's */
	assert_true(d->server && d->tls && d->established && d->udp);
	assert_string_equal(d->peer.host, "192.0.2.1");
	assert_int_equal(d->peer.port, 443);
	assert_string_equal(d->sock.host, "192.0.2.9");
	assert_string_equal(d->address.host, "a.test");
	assert_string_equal(d->sni, "a.test");
	assert_string_equal(d->alpn, "http/1.1");
	assert_string_equal(d->alpn_offers[1], "http/1.1");
	assert_null(d->alpn_offers[2]);
	assert_string_equal(d->cipher_list[0], "AES");
	assert_string_equal(d->cipher, "AES");
	assert_string_equal(d->tls_version, "TLSv1.3");
	assert_string_equal(d->error, "none");
	assert_string_equal(d->via, "http://up.test");
	assert_string_equal(d->mode, "regular");
	assert_int_equal(d->ncerts, 2);
	assert_true(sp_is(blob_sp(d->certs[1]), "issuer"));
	assert_true(sp_is(blob_sp(d->mitmcert), "forged"));
	assert_true(d->t_start == 1 && d->t_tcp == 2 && d->t_tls == 3 &&
	    d->t_end == 4);
	conn_unref(d);

	c = conn_new(false);	/* one that knows nothing */
	d = conn_dup(c);
	assert_null(d->sni);
	assert_null(d->certs);
	assert_null(d->alpn_offers);
	conn_unref(c);
	conn_unref(d);
}

static void
test_set_from_itself(void **state unused)
{
	struct conn	*c = conn_new(false);

	conn_set(&c->sni, "a.test");
	conn_set(&c->sni, c->sni);
	assert_string_equal(c->sni, "a.test");
	conn_set(&c->sni, c->sni + 2);
	assert_string_equal(c->sni, "test");
	conn_unref(c);
}

static void
test_uuid(void **state unused)
{
	static const char *const bad[] = {
		"", "0", "00112233-4455-4677-8899-aabbccddeef",
		"00112233-4455-4677-8899-aabbccddeefff",
		"00112233+4455-4677-8899-aabbccddeeff",
		"0011223344-55-4677-8899-aabbccddeeff",
		"g0112233-4455-4677-8899-aabbccddeeff",
		"00112233-4455-4677-8899-aabbccddee/f",
	};
	unsigned char	id[16], back[16];
	char		text[37];

	assert_int_equal(uuid_parse(
	    SP("00112233-4455-4677-8899-AABBCCDDEEFF"), id), 0);
	uuid_text(id, text);
	assert_string_equal(text, "00112233-4455-4677-8899-aabbccddeeff");
	for (size_t i = 0; i < nitems(bad); i++)
		assert_int_equal(uuid_parse(sp_of(bad[i]), back), -1);
	for (int i = 0; i < 100; i++) {
		uuid_make(id);
		uuid_text(id, text);
		assert_int_equal(text[14], '4');
		assert_non_null(strchr("89ab", text[19]));
		assert_int_equal(uuid_parse(sp_of(text), back), 0);
		assert_memory_equal(id, back, 16);
	}
}

int
main(void)
{
#define row(t)	cmocka_unit_test_teardown(t, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_new),
		row(test_dup),
		row(test_set_from_itself),
		row(test_uuid),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
