/*
 * matrix - every pairing of protocols, in every mode, plays every exchange
 * through a whole session without a socket:
 *	whole, byte by byte, and cut at every byte that comes in;
 *	with every hook held once, and then let go, edited or killed;
 *	with either peer leaving after every arrival: it ends its half, is
 *	closed, breaks, cancels, or speaks nonsense;
 *	with servers that cannot be reached.
 * Undisturbed, both ends hear what they should and the flow has it all.
 * Disturbed, the client comes to an end, the session goes when its client
 * has gone, every flow is over once, and nothing is left alive.
 *
 * Of the cuts, and of the arrivals when every byte comes alone, some are
 * left out, in each exchange others, unless all are asked for.
 *
 *	matrix [-1] [-a] [words]	one thread; all; only plays whose
 *					names have these words
 */
#include "play/scene.h"

#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "run/thread.h"

#define THREADS		2
/* One of so many, unless all are asked for: */
#define CUTS		3
#define HOLDS		3	/* with somebody leaving */
#define ARRIVALS	96	/* when each is a byte */

#define A_TEST	"reverse:http://a.test:80"
#define A_TLS	"reverse:https://a.test:443"
#define VIA	"upstream:http://up.test:3128"
#define VIA_TLS	"upstream:https://up.test:3128"

/* mode, way, absolute, TLS with client and server, h2 with both, via. */
static const struct cell	cells[] = {
	{ "regular", WAY_DIRECT, true, 0, 0, 0, 0, 0, 0 },
	{ "regular", WAY_DIRECT, true, 1, 0, 0, 0, 0, 0 },
	{ "regular", WAY_DIRECT, true, 1, 0, 1, 0, 0, 0 },
	{ "regular", WAY_CONNECT, false, 0, 0, 0, 0, 0, 0 },
	{ "regular", WAY_CONNECT, false, 0, 0, 1, 0, 0, 0 },
	{ "regular", WAY_CONNECT, false, 0, 0, 1, 1, 0, 0 },
	{ "regular", WAY_CONNECT, false, 1, 1, 0, 0, 0, 0 },
	{ "regular", WAY_CONNECT, false, 1, 1, 0, 1, 0, 0 },
	{ "regular", WAY_CONNECT, false, 1, 1, 1, 0, 0, 0 },
	{ "regular", WAY_CONNECT, false, 1, 1, 1, 1, 0, 0 },
	{ A_TEST, WAY_DIRECT, false, 0, 0, 0, 0, 0, 0 },
	{ A_TEST, WAY_DIRECT, false, 0, 0, 1, 0, 0, 0 },
	{ A_TEST, WAY_DIRECT, false, 0, 0, 1, 1, 0, 0 },
	{ A_TEST, WAY_DIRECT, false, 1, 0, 0, 0, 0, 0 },
	{ A_TEST, WAY_DIRECT, false, 1, 0, 1, 0, 0, 0 },
	{ A_TLS, WAY_DIRECT, false, 0, 1, 0, 0, 0, 0 },
	{ A_TLS, WAY_DIRECT, false, 0, 1, 1, 0, 0, 0 },
	{ A_TLS, WAY_DIRECT, false, 1, 1, 0, 0, 0, 0 },
	{ A_TLS, WAY_DIRECT, false, 1, 1, 0, 1, 0, 0 },
	{ A_TLS, WAY_DIRECT, false, 1, 1, 1, 0, 0, 0 },
	{ A_TLS, WAY_DIRECT, false, 1, 1, 1, 1, 0, 0 },
	{ "reverse:tcp://a.test:7", WAY_DIRECT, false, 0, 0, 0, 0, 0, 0 },
	{ VIA, WAY_DIRECT, true, 0, 0, 0, 0, 1, 0 },
	{ VIA, WAY_CONNECT, false, 0, 0, 1, 0, 1, 0 },
	{ VIA, WAY_CONNECT, false, 1, 1, 0, 0, 1, 0 },
	{ VIA, WAY_CONNECT, false, 1, 1, 0, 1, 1, 0 },
	{ VIA, WAY_CONNECT, false, 1, 1, 1, 0, 1, 0 },
	{ VIA, WAY_CONNECT, false, 1, 1, 1, 1, 1, 0 },
	{ VIA_TLS, WAY_DIRECT, true, 0, 0, 0, 0, 1, 1 },
	{ VIA_TLS, WAY_CONNECT, false, 1, 1, 1, 1, 1, 1 },
	{ "socks5", WAY_SOCKS, false, 0, 0, 0, 0, 0, 0 },
	{ "socks5", WAY_SOCKS, false, 0, 0, 1, 0, 0, 0 },
	{ "socks5", WAY_SOCKS, false, 1, 1, 0, 0, 0, 0 },
	{ "socks5", WAY_SOCKS, false, 1, 1, 0, 1, 0, 0 },
	{ "socks5", WAY_SOCKS, false, 1, 1, 1, 0, 0, 0 },
	{ "socks5", WAY_SOCKS, false, 1, 1, 1, 1, 0, 0 },
	{ "transparent", WAY_DIRECT, false, 0, 0, 0, 0, 0, 0 },
	{ "transparent", WAY_DIRECT, false, 0, 0, 1, 0, 0, 0 },
	{ "transparent", WAY_DIRECT, false, 1, 1, 0, 0, 0, 0 },
	{ "transparent", WAY_DIRECT, false, 1, 1, 0, 1, 0, 0 },
	{ "transparent", WAY_DIRECT, false, 1, 1, 1, 0, 0, 0 },
	{ "transparent", WAY_DIRECT, false, 1, 1, 1, 1, 0, 0 },
};

static const struct ex	exchanges[] = {
	{ "get", "GET", NULL, NULL, 200, "hello", NULL, 0 },
	{ "twice", "GET", NULL, NULL, 200, "hello", NULL, EX_TWICE },
	{ "head", "HEAD", NULL, NULL, 200, "hello", NULL, 0 },
	{ "empty", "POST", "", NULL, 200, "", NULL, 0 },
	{ "post", "POST", "upload", "7", 201, "stored", "9", 0 },
	{ "hints", "POST", "upload", NULL, 200, "hello", NULL,
	    EX_EXPECT | EX_HINTS },
	{ "early", "POST", "upload", NULL, 413, "no", NULL, EX_EARLY },
	{ "socket", "GET", NULL, NULL, 101, NULL, NULL, EX_SOCKET },
	{ "raw", "", NULL, NULL, 0, NULL, NULL, EX_RAW },
};

/* One thread's share. */
struct share {
	struct thread	*thread;
	unsigned	 index, of;
	bool		 all;
	const char	*words;		/* or NULL */
	unsigned	 pairs;		/* a cell with an exchange */
	unsigned	 plays;
	size_t		 bytes;
};

static void
play(const struct cell *c, const struct ex *x, const struct plan *plan,
    struct share *sh, struct learnt *learnt)
{
	struct learnt	nobody;

	scene_play(c, x, plan, sh->of == 1, learnt != NULL ? learnt :
	    &nobody);
	sh->plays++;
}

static void
play_cuts(const struct cell *c, const struct ex *x, struct share *sh)
{
	struct plan	plan = { .bytewise = false };
	size_t		i, step = sh->all ? 1 : CUTS;
	size_t		from = 1 + (size_t)(c - cells + x - exchanges) % step;
	struct learnt	first;

	play(c, x, &plan, sh, &first);
	sh->bytes += first.client_said + first.server_said;
	plan.bytewise = true;
	play(c, x, &plan, sh, NULL);
	plan.asks = true;
	play(c, x, &plan, sh, NULL);
	plan = (struct plan){ .bytewise = false };
	for (i = from; i < first.client_said; i += step) {
		plan.client_cut = i;
		play(c, x, &plan, sh, NULL);
	}
	plan.client_cut = 0;
	for (i = from; i < first.server_said; i += step) {
		plan.server_cut = i;
		play(c, x, &plan, sh, NULL);
	}
}

static void
play_holds(const struct cell *c, const struct ex *x, struct share *sh)
{
	struct plan	plan = { .asks = true };
	struct learnt	first;
	unsigned	hold, act, l;

	play(c, x, &plan, sh, &first);
	for (hold = 1; hold <= first.ncalls; hold++) {
		plan.hold = hold;
		for (act = 0; act < ACTS; act++) {
			plan.act = act;
			plan.leave = STAYS;
			play(c, x, &plan, sh, NULL);
		}
		plan.act = ACT_GO;
		for (l = STAYS + 1; l < LEAVES; l++) {
			plan.leave = l;
			if (sh->all || (size_t)(c - cells + x - exchanges +
			    hold + l) % HOLDS == 0)
				play(c, x, &plan, sh, NULL);
		}
	}
}

static bool
can_leave(const struct cell *c, enum leave l)
{
	bool	h2 = l < SERVER_ENDS ? c->ch2 : c->sh2;

	return (h2 || !leave_is_of_h2(l));
}

static void
play_leaves(const struct cell *c, const struct ex *x, bool bytewise,
    bool asks, struct share *sh)
{
	struct plan	plan = { .bytewise = bytewise, .asks = asks };
	struct learnt	first;
	unsigned	l, step = bytewise && !sh->all ? ARRIVALS : 1;

	play(c, x, &plan, sh, &first);
	for (l = STAYS + 1; l < LEAVES; l++) {
		if (!can_leave(c, l))
			continue;
		plan.leave = l;
		plan.after = 1 + (unsigned)(c - cells + (x - exchanges) * 5 +
		    l * 7) % step;
		for (; plan.after <= first.arrivals; plan.after += step)
			play(c, x, &plan, sh, NULL);
	}
}

static void
play_refused(const struct cell *c, const struct ex *x, struct share *sh)
{
	struct plan	plan = { .refuse = true };

	play(c, x, &plan, sh, NULL);
	plan.bytewise = plan.asks = true;
	play(c, x, &plan, sh, NULL);
}

static bool
is_possible(const struct cell *c, const struct ex *x)
{
	bool	tcp = strstr(c->mode, "tcp:") != NULL;

	if ((x->what & EX_RAW) == 0)
		return (!tcp);
	return (tcp || (!c->ch2 && !c->sh2 && (c->way != WAY_DIRECT ||
	    strcmp(c->mode, "transparent") == 0)));
}

static bool
is_wanted(const struct share *sh, const struct cell *c, const struct ex *x)
{
	struct str	s;
	bool		yes;

	if (sh->words == NULL)
		return (true);
	str_init(&s, STR_MAX);
	cell_name(c, &s);
	str_printf(&s, " %s", x->name);
	yes = sp_search(str_sp(&s), sp_of(sh->words)) != -1;
	str_fini(&s);
	return (yes);
}

static void
play_all(const struct cell *c, const struct ex *x, struct share *sh)
{
	size_t	k;

	play_cuts(c, x, sh);
	play_holds(c, x, sh);
	play_refused(c, x, sh);
	for (k = 0; k < 4; k++)
		play_leaves(c, x, (k & 1) != 0, (k & 2) != 0, sh);
}

static void
play_share(void *arg)
{
	struct share	*sh = arg;
	size_t		 i;

	for (i = 0; i < nitems(cells) * nitems(exchanges); i++) {
		const struct cell	*c = &cells[i / nitems(exchanges)];
		const struct ex		*x = &exchanges[i %
					    nitems(exchanges)];

		if (i % sh->of != sh->index || !is_possible(c, x) ||
		    !is_wanted(sh, c, x))
			continue;
		play_all(c, x, sh);
		sh->pairs++;
	}
}

/* 0: nothing failed, or this would not be reached. */
static int
tell(const struct share *sh, unsigned n)
{
	struct share	all = { .pairs = 0 };
	unsigned	i;

	for (i = 0; i < n; i++) {
		all.pairs += sh[i].pairs;
		all.plays += sh[i].plays;
		all.bytes += sh[i].bytes;
	}
	if (obj_total() != 0) {
		printf("%ld objects are left alive; -1 says of which play\n",
		    obj_total());
		return (1);
	}
	printf("%u passed, 0 failed: %u plays, %zu bytes that come in\n",
	    all.pairs, all.plays, all.bytes);
	return (all.pairs == 0);
}

int
main(int argc, char **argv)
{
	struct share	sh[THREADS];
	unsigned	i, n = THREADS;
	bool		all = false;
	int		c;

	while ((c = getopt(argc, argv, "1a")) != -1) {
		n = c == '1' ? 1 : n;
		all = all || c == 'a';
	}
	for (i = 0; i < n; i++) {
		sh[i] = (struct share){ .index = i, .of = n, .all = all,
		    .words = argv[optind] };
		sh[i].thread = thread_start("play", play_share, &sh[i]);
	}
	for (i = 0; i < n; i++)
		thread_join(sh[i].thread);
	return (tell(sh, n));
}
