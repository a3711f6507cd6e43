/* Requests that get a fixed status, and clients that are not let in. */
#include "addon/addon_int.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "addon/rule.h"
#include "base/mem.h"
#include "model/module.h"

#define BLOCK_HANG_UP	444	/* nginx's: close without an answer */

struct block {
	struct rules	rules;
	bool		global, private;
};

/* "/filter/status": no third part. */
static int
block_parse(const char *text, struct rule *r, struct why *why)
{
	struct sp	part[3];
	uint64_t	status;
	int		n = rule_split(text, part, 2, 3, why);

	if (n == -1)
		return (-1);
	if (n == 3)
		return (fail(why, ERR_OPT_VALUE, "\"%s\" has too many parts: "
		    "/filter/status", text));
	if (sp_u64(part[1], &status) == -1 || status < 200 || status > 599)
		return (fail(why, ERR_OPT_VALUE, "\"%.*s\" is not a status "
		    "(200 to 599, 444 hangs up)", SPF(part[1])));
	r->status = (int)status;
	return (rule_set_filter(r, part[0], why));
}

static int
block_check(const char *text, struct why *why)
{
	return (rule_check(text, block_parse, why));
}

static int
block_compile(void **state, const struct opts *opts,
    const struct addons_site *site, struct why *why)
{
	struct block	*b = xcalloc(1, sizeof(*b));

	(void)site;
	b->global = opts_bool(opts, "block_global");
	b->private = opts_bool(opts, "block_private");
	if (rules_load(&b->rules, opts, "block_list", block_parse,
	    why) == -1) {
		free(b);
		return (-1);
	}
	*state = b;
	return (0);
}

static void
block_release(void *state)
{
	struct block	*b = state;

	rules_fini(&b->rules);
	free(b);
}

static hookbits
block_wants(const void *state, const struct flow *f, enum filter_stage stage)
{
	const struct block	*b = state;

	if (f != NULL && stage != FS_REQUEST_HEAD)
		return (0);
	for (size_t i = 0; i < b->rules.n; i++)
		if (rule_may_match(&b->rules.v[i], f, stage))
			return (HOOK_BIT(HOOK_request));
	return (0);
}

static void
block_run(const void *state, const struct addon_call *c)
{
	const struct block	*b = state;
	int			 status = 0;

	if (c->hook != HOOK_request || !addon_is_open(c->flow))
		return;
	/* All are tried: the last that matches wins. */
	for (size_t i = 0; i < b->rules.n; i++)
		if (rule_matches(&b->rules.v[i], c->flow))
			status = b->rules.v[i].status;
	if (status == 0)
		return;
	flow_set_meta(c->flow, "blocklisted", "true");
	*c->verdict |= HV_MARKS;
	if (status == BLOCK_HANG_UP)
		*c->verdict |= HV_KILL;
	else
		addon_answer(c, addon_response(status, SPNIL, SPNIL));
}

/* --- who may connect --- */

enum block_reach { REACH_LOOPBACK, REACH_PRIVATE, REACH_GLOBAL };

/* What is not for the whole Internet (RFC 6890), as network and prefix. */
static const struct {
	const char		*net;
	unsigned char		 bits;
	enum block_reach	 reach;
} block_nets4[] = {
	{ "127.0.0.0",	  8, REACH_LOOPBACK },
	{ "10.0.0.0",	  8, REACH_PRIVATE },
	{ "172.16.0.0",	 12, REACH_PRIVATE },
	{ "192.168.0.0", 16, REACH_PRIVATE },
	{ "169.254.0.0", 16, REACH_PRIVATE },
	{ "100.64.0.0",	 10, REACH_PRIVATE },
}, block_nets6[] = {
	{ "::1",	128, REACH_LOOPBACK },
	{ "fc00::",	  7, REACH_PRIVATE },
	{ "fe80::",	 10, REACH_PRIVATE },
};

static bool
block_in_net(const unsigned char *a, const unsigned char *net, unsigned bits)
{
	unsigned	bytes = bits / 8, rest = bits % 8;

	if (memcmp(a, net, bytes) != 0)
		return (false);
	return (rest == 0 || (a[bytes] ^ net[bytes]) >> (8 - rest) == 0);
}

static enum block_reach
block_reach4(const unsigned char *a)
{
	unsigned char	net[4];

	for (size_t i = 0; i < nitems(block_nets4); i++)
		if (inet_pton(AF_INET, block_nets4[i].net, net) == 1 &&
		    block_in_net(a, net, block_nets4[i].bits))
			return (block_nets4[i].reach);
	return (REACH_GLOBAL);
}

static enum block_reach
block_reach_of(const char *host)
{
	static const unsigned char	mapped[12] = { [10] = 0xff, 0xff };
	unsigned char			a[16], net[16];
	char				bare[64];
	size_t				n = strcspn(host, "%");

	if (inet_pton(AF_INET, host, a) == 1)
		return (block_reach4(a));
	if (n >= sizeof(bare))
		return (REACH_GLOBAL);
	memcpy(bare, host, n);		/* without the scope */
	bare[n] = '\0';
	if (inet_pton(AF_INET6, bare, a) != 1)
		return (REACH_GLOBAL);
	if (memcmp(a, mapped, sizeof(mapped)) == 0)
		return (block_reach4(a + sizeof(mapped)));
	for (size_t i = 0; i < nitems(block_nets6); i++)
		if (inet_pton(AF_INET6, block_nets6[i].net, net) == 1 &&
		    block_in_net(a, net, block_nets6[i].bits))
			return (block_nets6[i].reach);
	return (REACH_GLOBAL);
}

bool
addon_block_admit(const void *state, const struct conn *client,
    struct why *why)
{
	const struct block	*b = state;
	enum block_reach	 reach;

	if (client->peer.host == NULL)
		return (true);
	reach = block_reach_of(client->peer.host);
	if (b->global && reach == REACH_GLOBAL)
		(void)fail(why, ERR_CLIENT_LOST, "client %s was refused: "
		    "block_global is on", client->peer.host);
	else if (b->private && reach == REACH_PRIVATE)
		(void)fail(why, ERR_CLIENT_LOST, "client %s was refused: "
		    "block_private is on", client->peer.host);
	else
		return (true);
	return (false);
}

const struct addon addon_block = {
	.name = "block", .compile = block_compile, .release = block_release,
	.wants = block_wants, .run = block_run,
};

static const struct opt block_opts[] = {
	{ .name = "block_global", .type = OPT_BOOL, .def = "true",
	  .help = "Refuse clients whose address is reachable from the whole "
	  "Internet." },
	{ .name = "block_private", .type = OPT_BOOL, .def = "false",
	  .help = "Refuse clients from private networks; this machine is "
	  "always let in." },
	{ .name = "block_list", .type = OPT_SEQ, .check = block_check,
	  .help = "Answer requests with a status and no body: "
	  "/filter/status; 444 closes the connection." },
};

const struct module block_module = {
	.name = "block", .opts = block_opts, .nopts = nitems(block_opts),
};
