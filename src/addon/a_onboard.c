/* http://weir.it/ through the proxy: how to trust the CA, and its files. */
#include "addon/addon_int.h"

#include <stdlib.h>

#include "addon/onboard_page.h"
#include "base/mem.h"
#include "model/module.h"

/* The reference's name, which many know by heart. */
#define ONBOARD_OTHER	"mitm.it"

enum onboard_kind { ONBOARD_PEM, ONBOARD_CER, ONBOARD_P12, ONBOARD_N };

static const struct {
	const char	*path, *type, *file;
} onboard_files[ONBOARD_N] = {
	[ONBOARD_PEM] = { "/cert/pem", "application/x-x509-ca-cert",
	    "weir-ca-cert.pem" },
	[ONBOARD_CER] = { "/cert/cer", "application/x-x509-ca-cert",
	    "weir-ca-cert.cer" },
	[ONBOARD_P12] = { "/cert/p12", "application/x-pkcs12",
	    "weir-ca-cert.p12" },
};

struct onboard {
	char		*host;
	struct blob	*blobs[ONBOARD_N];
};

static int
onboard_compile(void **state, const struct opts *opts,
    const struct addons_site *site, struct why *why)
{
	struct onboard	*o;
	struct blob	*blobs[ONBOARD_N] = { NULL };

	(void)why;
	if (!opts_bool(opts, "onboarding"))
		return (0);
	if (site != NULL) {
		blobs[ONBOARD_PEM] = site->pem;
		blobs[ONBOARD_CER] = site->cer;
		blobs[ONBOARD_P12] = site->p12;
	}
	o = xcalloc(1, sizeof(*o));
	o->host = xstrdup(opts_str(opts, "onboarding_host"));
	for (unsigned i = 0; i < ONBOARD_N; i++)
		if (blobs[i] != NULL)
			o->blobs[i] = blob_ref(blobs[i]);
	*state = o;
	return (0);
}

static void
onboard_release(void *state)
{
	struct onboard	*o = state;

	for (unsigned i = 0; i < ONBOARD_N; i++)
		blob_unref(o->blobs[i]);
	free(o->host);
	free(o);
}

static hookbits
onboard_wants(const void *state, const struct flow *f,
    enum filter_stage stage)
{
	(void)state;
	(void)f;
	(void)stage;
	return (HOOK_BIT(HOOK_requestheaders));
}

bool
addon_onboard_is_ours(const void *state, struct sp host)
{
	const struct onboard	*o = state;

	return (sp_iis(host, ONBOARD_OTHER) ||
	    (o->host[0] != '\0' && sp_iis(host, o->host)));
}

static struct msg *
onboard_file(const struct onboard *o, unsigned kind)
{
	struct msg	*m;
	char		*name;

	if (o->blobs[kind] == NULL)
		return (addon_response(404, SP("text/plain"),
		    SP("There is no certificate to offer.\n")));
	m = addon_response(200, sp_of(onboard_files[kind].type),
	    blob_sp(o->blobs[kind]));
	name = xasprintf("attachment; filename=%s", onboard_files[kind].file);
	head_add(m->head, SP("Content-Disposition"), sp_of(name));
	free(name);
	return (m);
}

static struct msg *
onboard_page(const struct onboard *o, struct sp path)
{
	for (unsigned i = 0; i < ONBOARD_N; i++)
		if (sp_is(path, onboard_files[i].path))
			return (onboard_file(o, i));
	if (sp_is(path, "/"))
		return (addon_response(200, SP("text/html; charset=utf-8"),
		    sp_of(onboard_html)));
	return (addon_response(404, SP("text/plain"),
	    SP("There is only / and /cert/pem, /cert/cer, /cert/p12.\n")));
}

static void
onboard_run(const void *state, const struct addon_call *c)
{
	struct sp	path, query;
	struct msg	*m;

	if (c->hook != HOOK_requestheaders || !addon_is_open(c->flow) ||
	    !addon_onboard_is_ours(state, msg_pretty_host(c->flow->request)))
		return;
	path = sp_split(c->flow->request->head->path, '?', &query);
	m = onboard_page(state, path);
	/* RFC 9110 9.3.2: the same head, no body. */
	if (sp_is(c->flow->request->head->method, "HEAD")) {
		chain_fini(&m->body);
		chain_init(&m->body);
		m->body_len = 0;
	}
	head_add(m->head, SP("Cache-Control"), SP("no-store"));
	addon_answer(c, m);
}

const struct addon addon_onboard = {
	.name = "onboarding", .compile = onboard_compile,
	.release = onboard_release, .wants = onboard_wants,
	.run = onboard_run,
};

static const struct opt onboard_opts[] = {
	{ .name = "onboarding", .type = OPT_BOOL, .def = "true",
	  .help = "Answer for onboarding_host: how to trust the certificate "
	  "authority, and its files." },
	{ .name = "onboarding_host", .type = OPT_STR, .def = "weir.it",
	  .help = "The name under which that page is found through the "
	  "proxy (mitm.it is one too)." },
};

const struct module onboard_module = {
	.name = "onboarding", .opts = onboard_opts,
	.nopts = nitems(onboard_opts),
};
