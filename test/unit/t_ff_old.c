#include "flowfile/ff_old.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ffkit.h"

/*
 * Dictionaries in short: "k=v,k=v"; a value is T or F, N (null), a number,
 * 'text', [v,v] or {k=v}.
 */
static const char	*put_value(struct str *, const char *);

static void
put_frame(struct str *out, struct sp s, char tag)
{
	str_printf(out, "%zu:", s.n);
	str_add(out, s);
	str_putc(out, tag);
}

/* Up to the closing sign, which is left. */
static const char *
put_members(struct str *out, const char *p, bool keys)
{
	size_t	n;

	while (*p != '\0' && *p != ']' && *p != '}') {
		if (*p == ',')
			p++;
		if (keys) {
			n = strcspn(p, "=");
			put_frame(out, sp_mem(p, n), ';');
			p += n + 1;
		}
		p = put_value(out, p);
	}
	return (p);
}

static const char *
put_value(struct str *out, const char *p)
{
	struct str	 in;
	size_t		 n = 1;

	if (*p == 'T')
		str_puts(out, "4:true!");
	else if (*p == 'F')
		str_puts(out, "5:false!");
	else if (*p == 'N')
		str_puts(out, "0:~");
	else if (*p == '\'') {
		n = strcspn(p + 1, "'");
		put_frame(out, sp_mem(p + 1, n), ';');
		n += 2;
	} else if (*p == '[' || *p == '{') {
		str_init(&in, STR_MAX);
		n = (size_t)(put_members(&in, p + 1, *p == '{') + 1 - p);
		put_frame(out, str_sp(&in), *p == '[' ? ']' : '}');
		str_fini(&in);
	} else {
		n = strcspn(p, ",]}");
		put_frame(out, sp_mem(p, n), memchr(p, '.', n) != NULL ?
		    '^' : '#');
	}
	return (p + n);
}

static int
migrate(const char *members, struct arena *a, struct tnet **t,
    struct why *why)
{
	struct ff_old	 all;
	struct str	 in, out;
	int		 version, r;

	str_init(&in, STR_MAX);
	str_init(&out, STR_MAX);
	(void)put_members(&in, members, true);
	put_frame(&out, str_sp(&in), '}');
	*t = tnet_parse(arena_dup(a, str_sp(&out)), a, NULL);
	assert_non_null(*t);
	str_fini(&in);
	str_fini(&out);
	ff_old_init(&all);
	r = ff_old_migrate(&all, *t, a, &version, why);
	ff_old_fini(&all);
	return (r);
}

static const struct {
	const char	*members, *words;	/* NULL: fine */
} versions[] = {
	{ "version=99", "99" },
	{ "version=22", "newer" },
	{ "version=3", "version 3" },
	{ "version=-1", "version -1" },
	{ "version=N", "version" },
	{ "version='17'", "version" },
	{ "a='b'", "version" },
	{ "version=[0,9]", "version" },
	{ "version=[4,0]", "version" },
	{ "version=[0,13]", NULL },
	{ "version=[0,11,3]", NULL },
	{ "version=17", NULL },
	{ "version=21", NULL },
};

static void
test_versions(void **state)
{
	struct arena	 a;
	struct tnet	*t;
	struct why	 why;
	size_t		 i;
	int		 r;

	(void)state;
	for (i = 0; i < nitems(versions); i++) {
		arena_init(&a);
		r = migrate(versions[i].members, &a, &t, &why);
		if (versions[i].words == NULL)
			assert_int_equal(r, 0);
		else {
			assert_int_equal(r, -1);
			assert_int_equal(why.code, ERR_FF_VERSION);
			assert_non_null(strstr(why.text, versions[i].words));
		}
		arena_fini(&a);
	}
}

static void
test_a_classic_flow(void **state)
{
	struct kit_flows	 fs;
	struct blob		*file = kit_file("0.11.mitm");
	const struct flow	*f;

	(void)state;
	kit_read(&fs, blob_sp(file), 1);
	assert_int_equal(fs.n, 1);
	f = fs.v[0];
	assert_true(sp_is(f->request->head->host, "example.com"));
	assert_true(sp_is(f->request->head->version, "HTTP/1.1"));
	assert_true(sp_is(f->response->head->reason, "OK"));
	assert_int_equal(f->response->head->status, 200);
	assert_true(f->server->tls);
	assert_int_equal(f->server->ncerts, 1);
	assert_int_equal(f->server->certs[0]->data[0], 0x30);
	assert_string_equal(f->client->peer.host, "127.0.0.1");
	assert_null(f->marked);
	kit_drop(&fs);
	blob_unref(file);
}

/* What the reference crashes on. */
static const struct {
	const char	*from, *to;
	bool		 response;
} holes[] = {
	{ "14:source_address,", "14:sourceXaddress,", true },
	{ "11:intercepted,", "11:interceXted,", true },
	{ "8:response,", "8:resXonse,", false },
};

static void
test_classic_flows_with_holes(void **state)
{
	struct kit_flows	 fs;
	struct blob		*file = kit_file("0.11.mitm");
	ssize_t			 at;
	size_t			 i;

	(void)state;
	for (i = 0; i < nitems(holes); i++) {
		at = sp_search(blob_sp(file), sp_of(holes[i].from));
		assert_true(at != -1);
		memcpy(file->data + at, holes[i].to, strlen(holes[i].to));
		kit_read(&fs, blob_sp(file), SIZE_MAX);
		assert_int_equal(fs.n, 1);
		assert_int_equal(fs.damage, 0);
		assert_int_equal(fs.v[0]->response != NULL,
		    holes[i].response);
		kit_drop(&fs);
	}
	blob_unref(file);
}

/* One row: a flow, where to look, what must be there as text. */
static const struct {
	const char	*members, *where, *key, *text;
} steps[] = {
	{ "version=8,marked=T", NULL, "marked", ":default:" },
	{ "version=8,marked=F", NULL, "marked", "" },
	{ "version=14,marked=':x:'", NULL, "marked", ":x:" },
	{ "version=8,request={is_replay=T}", NULL, "is_replay", "request" },
	{ "version=8,request={is_replay=T},response={is_replay=T}", NULL,
	  "is_replay", "response" },
	{ "version=[0,13],response={code=200,msg='Fine'}", "response",
	  "reason", "Fine" },
	{ "version=[0,13],request={httpversion=[1,0]}", "request",
	  "http_version", "HTTP/1.0" },
	{ "version=10,server_conn={alpn_proto_negotiated='h2'}",
	  "server_conn", "alpn", "h2" },
	{ "version=17,server_conn={sni=T,address=['a.test',1]}",
	  "server_conn", "sni", "a.test" },
	{ "version=17,client_conn={cipher_name='C'}", "client_conn",
	  "cipher", "C" },
	{ "version=17,client_conn={}", "client_conn", "proxy_mode",
	  "regular" },
	{ "version=20,client_conn={tls_version='QUIC'}", "client_conn",
	  "tls_version", "QUICv1" },
	{ "version=21,client_conn={tls_version='QUIC'}", "client_conn",
	  "tls_version", "QUIC" },
	{ "version=8,backup={version=8,marked=T}", "backup", "marked",
	  ":default:" },
	{ "version=8,backup={marked=T}", "backup", "marked", ":default:" },
};

static void
test_steps(void **state)
{
	struct arena	 a;
	struct tnet	*t;
	struct why	 why;
	size_t		 i;

	(void)state;
	for (i = 0; i < nitems(steps); i++) {
		arena_init(&a);
		assert_int_equal(migrate(steps[i].members, &a, &t, &why), 0);
		if (steps[i].where != NULL)
			t = tnet_get(t, steps[i].where);
		t = tnet_get(t, steps[i].key);
		if (!tnet_is(t, ';') && !tnet_is(t, ','))
			fail_msg("%s", steps[i].members);
		if (!sp_is(t->s, steps[i].text))
			fail_msg("%s: %.*s", steps[i].members, SPF(t->s));
		arena_fini(&a);
	}
}

static void
test_addresses_and_via(void **state)
{
	struct arena	 a;
	struct tnet	*t, *s;

	(void)state;
	arena_init(&a);
	assert_int_equal(migrate("version=[1,0],client_conn={address="
	    "{address=['h',80],use_ipv6=F}},server_conn={address=N,"
	    "source_address={address=N}}", &a, &t, NULL), 0);
	s = tnet_get(tnet_get(t, "client_conn"), "peername");
	assert_int_equal(tnet_int(tnet_at(s, 1), 0), 80);
	s = tnet_get(tnet_get(t, "server_conn"), "sockname");
	assert_true(tnet_is(s, '~'));
	assert_int_equal(migrate("version=17,server_conn={via=N,"
	    "via2=['http',['p',8080]]}", &a, &t, NULL), 0);
	s = tnet_get(tnet_get(t, "server_conn"), "via");
	assert_int_equal(tnet_n(s), 2);
	arena_fini(&a);
}

/* WebSocket flows of their own, before format 12, join their handshake. */
static void
test_websocket_flows_join_their_handshake(void **state)
{
	struct str		 in, s;
	struct kit_flows	 fs;
	unsigned		 i;
	static const char *const flows[] = {
		"version=11,type='http',client_conn={},server_conn={},"
		"id='first',metadata={websocket=T},request={method='GET',"
		"host='a.test',port=80,path='/ws'}",
		"version=11,type='websocket',client_conn={},server_conn={},"
		"id='second',metadata={websocket_handshake='first'},"
		"messages=[[1,T,'hi',1.5,F]],close_sender='client',"
		"close_code=1000",
		"version=11,type='websocket',client_conn={},server_conn={},"
		"id='third',metadata={websocket_handshake='nobody'},"
		"messages=[]",
	};

	(void)state;
	str_init(&s, STR_MAX);
	for (i = 0; i < nitems(flows); i++) {
		str_init(&in, STR_MAX);
		(void)put_members(&in, flows[i], true);
		put_frame(&s, str_sp(&in), '}');
		str_fini(&in);
	}
	kit_read(&fs, str_sp(&s), SIZE_MAX);
	if (fs.damage != 0)
		fail_msg("%s", fs.why.text);
	assert_int_equal(fs.n, 3);
	assert_int_equal(fs.v[1]->type, FLOW_HTTP);
	assert_true(sp_is(fs.v[1]->request->head->path, "/ws"));
	assert_int_equal(fs.v[1]->websocket->frames.n, 1);
	assert_true(fs.v[1]->websocket->closed_by_client);
	assert_non_null(flow_get_meta(fs.v[1], "duplicated"));
	assert_true(sp_is(fs.v[2]->request->head->host, "unknown"));
	kit_drop(&fs);
	str_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_a_classic_flow),
		cmocka_unit_test(test_classic_flows_with_holes),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_addresses_and_via),
		cmocka_unit_test(test_websocket_flows_join_their_handshake),
	};
	int	failed = cmocka_run_group_tests(tests, NULL, NULL);

	return (failed != 0 || obj_total() != 0);
}
