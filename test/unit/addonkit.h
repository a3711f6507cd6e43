/*
 * addonkit - what the tests of src/addon have in common: options with the
 * addons' rows, a flow, one hook run on it.
 */
#ifndef TEST_ADDONKIT_H
#define TEST_ADDONKIT_H

#include "addon/addon.h"
#include "base/mem.h"
#include "model/module.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

extern const struct module	block_module, onboard_module, auth_module,
    anti_module, map_module, modify_module;

static const struct module *const kit_modules[] = { &block_module,
	&onboard_module, &auth_module, &anti_module, &map_module,
	&modify_module };

struct kit {
	struct opts	*opts;
	struct addons	*addons;
	struct flow	*flow;
	unsigned	 verdict;
};

/* Options "name=value", NULL-ended; then an addons of them. */
static unused void
kit_start(struct kit *k, const char *const *specs)
{
	struct addons_site	 site = { NULL, NULL, NULL };
	struct why		 why = { 0 };

	memset(k, 0, sizeof(*k));
	k->opts = opts_new();
	for (size_t i = 0; i < nitems(kit_modules); i++)
		assert_int_equal(opts_add(k->opts, kit_modules[i]->opts,
		    kit_modules[i]->nopts, NULL), 0);
	for (; *specs != NULL; specs++)
		if (opts_set_spec(k->opts, *specs, &why) == -1)
			fail_msg("%s: %s", *specs, why.text);
	site.pem = blob_of(SP("PEM bytes"));
	site.p12 = blob_of(SP("P12 bytes"));
	k->addons = addons_new(k->opts, &site, &why);
	if (k->addons == NULL)
		fail_msg("%s", why.text);
	blob_unref(site.pem);
	blob_unref(site.p12);
}

static unused void
kit_end(struct kit *k)
{
	flow_unref(k->flow);
	addons_unref(k->addons);
	opts_free(k->opts);
	assert_int_equal(obj_total(), 0);
}

/* A new live flow with this request. */
static unused struct msg *
kit_request(struct kit *k, const char *method, const char *url)
{
	struct msg	*m = msg_request(sp_of(method), sp_of(url), NULL);

	assert_non_null(m);
	flow_unref(k->flow);
	k->flow = flow_new(FLOW_HTTP);
	k->flow->live = true;
	flow_set_request(k->flow, m);
	k->verdict = 0;
	return (m);
}

static unused struct msg *
kit_response(struct kit *k, int status, const char *type, const char *body)
{
	struct msg	*m = msg_response(status, sp_of(type), sp_of(body));

	flow_set_response(k->flow, m);
	return (m);
}

/* With its login judged, as a head comes. */
static unused void
kit_run(struct kit *k, enum hook h)
{
	assert_null(addons_judge_head(k->addons, NULL, k->flow->request->head,
	    k->flow->client, &k->verdict));
	k->verdict &= CFG_HEAD_BITS;
	addons_run(k->addons, h, k->flow, &k->verdict);
}

/* A refused value: the sentence must hold this. */
static unused void
kit_refused(const char *option, const char *value, const char *words)
{
	struct kit	k;
	struct why	why = { 0 };

	kit_start(&k, (const char *const[]){ NULL });
	assert_int_equal(opts_set1(k.opts, option, value, &why), -1);
	if (strstr(why.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why.text, words);
	kit_end(&k);
}

static unused void
kit_has(const struct msg *m, const char *name, const char *value)
{
	struct sp	v = head_get(m->head, name);

	if (value == NULL && v.p == NULL)
		return;
	if (value == NULL || !sp_is(v, value))
		fail_msg("%s is \"%.*s\"", name, SPF(v));
}

static unused void
kit_body_is(const struct msg *m, const char *want)
{
	struct blob	*b = msg_body(m);

	if (!sp_is(blob_sp(b), want))
		fail_msg("body is \"%.*s\"", SPF(blob_sp(b)));
	blob_unref(b);
}

/* A file with this content; the path is static. */
static unused const char *
kit_file(const char *path, const char *content)
{
	FILE	*f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(content, 1, strlen(content), f),
	    strlen(content));
	assert_int_equal(fclose(f), 0);
	return (path);
}

#endif
