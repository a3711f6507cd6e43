#include "flowfile/ff_read.h"

#include <stdlib.h>

#include "base/limits.h"
#include "flowfile/blocks.h"
#include "flowfile/ff_flow.h"
#include "flowfile/ff_har.h"
#include "flowfile/ff_old.h"

/* Deflate packs 1:1032 at best, real flows hardly better than 1:100: what
 * is large and packed better than this is there to fill our memory. */
#define BOMB_BYTES	((size_t)32 << 20)
#define BOMB_RATIO	200

#define LOOK_BYTES	4		/* tell what kind of file it is */

/*
 *	 LOOK --1f 8b, 78--> unpacker --> LOOK again, at what is in it
 *	  |
 *	  +--digit--> DUMP --(frames)--> flows
 *	  +--'{'----> HAR  --(end)-----> flows
 *	  +--other--> DEAD
 */
enum inside { LOOK, DUMP, HAR, DEAD };

struct ff_reader {
	void		(*got)(void *, struct flow *);
	void		*arg;
	enum inside	 inside;
	struct unpacker	*unpacker;	/* NULL: not packed */
	struct str	 buf;		/* what is not a whole flow yet */
	uint64_t	 at;		/* offset of buf in the dump */
	uint64_t	 packed_at;	/* packed bytes when buf was begun */
	bool		 looked;	/* at the container */
	struct arena	 arena;
	struct ff_cache	 cache;
	struct ff_old	 old;
	uint64_t	 flows;
	uint64_t	 counted;	/* flows at the last index */
	bool		 indexed;	/* there was an index */
	uint64_t	 first;		/* what it says */
	uint64_t	 first_got;	/* flows that came before it */
	uint64_t	 lost;		/* flows that later ones miss */
	unsigned	 damaged;
	uint64_t	 damaged_at;
	struct why	 why;
};

static void
damage(struct ff_reader *r, uint64_t at, const struct why *why)
{
	if (r->damaged++ != 0)
		return;
	r->damaged_at = r->unpacker != NULL && at == r->at ?
	    unpacker_at(r->unpacker) : at;
	r->why = *why;
}

static void
yield(struct ff_reader *r, struct flow *f)
{
	r->flows++;
	r->got(r->arg, f);
}

static void
yield_har(void *arg, struct flow *f)
{
	yield(arg, f);
}

/* Flows of a connection repeat it, and it is the larger part of many. */
static bool
is_known_conn(void *arg, struct sp key, struct sp payload)
{
	const struct ff_reader	*r = arg;

	if (sp_is(key, "client_conn"))
		return (ff_cache_has(&r->cache, payload, false));
	return (sp_is(key, "server_conn") &&
	    ff_cache_has(&r->cache, payload, true));
}

/* NULL: it is wrong; or, when hide->hidden says so, it should be tried
 * without hiding anything. */
static struct flow *
parse_flow(struct ff_reader *r, struct sp frame, struct tnet_hide *hide,
    struct why *why)
{
	struct tnet	*t = tnet_parse_but(frame, &r->arena, hide, why);
	int		 version;

	if (t == NULL || ff_old_migrate(&r->old, t, &r->arena, &version,
	    why) == -1)
		return (NULL);
	/* Older ones have facts of the flow in there. */
	if (hide != NULL && hide->hidden && version < FF_VERSION)
		return (NULL);
	return (ff_flow_get(&r->cache, t, version, why));
}

/* One whole frame. What is wrong inside costs only this flow. */
static void
read_flow(struct ff_reader *r, struct sp frame)
{
	struct arena_mark	 mark = arena_snap(&r->arena);
	struct tnet_hide	 hide = { is_known_conn, r, false };
	struct flow		*f;
	struct why		 why;

	f = parse_flow(r, frame, &hide, &why);
	if (f == NULL && hide.hidden) {
		arena_rewind(&r->arena, mark);
		f = parse_flow(r, frame, NULL, &why);
	}
	arena_rewind(&r->arena, mark);
	if (f != NULL)
		yield(r, f);
	else
		damage(r, r->at, &why);
}

/* A value must be a dictionary, and that begins with a key's length. Where
 * much is to come it is worth to look before it is there. */
static int
check_front(struct sp rest, uint64_t size, struct why *why)
{
	ssize_t	colon = sp_find(sp_cut(rest, 0, 16), ':');

	if (size > BOMB_BYTES && colon != -1 && (size_t)colon + 1 < rest.n &&
	    (rest.p[colon + 1] < '0' || rest.p[colon + 1] > '9') &&
	    rest.p[colon + 1] != '}')
		return (fail(why, ERR_FF_FORMAT, "invalid data: no flow"));
	return (0);
}

static int
check_bomb(const struct ff_reader *r, struct why *why)
{
	uint64_t	packed;

	if (r->unpacker == NULL || r->buf.n < BOMB_BYTES)
		return (0);
	packed = unpacker_used(r->unpacker) - r->packed_at;
	if (r->buf.n / BOMB_RATIO > packed + BOMB_BYTES / BOMB_RATIO / 2)
		return (fail(why, ERR_FF_FORMAT, "invalid data: it unpacks "
		    "to more than a flow can be"));
	return (0);
}

/* Packed: the next block may be sound, so only this one is given up. */
static int
dead(struct ff_reader *r, const struct why *why)
{
	damage(r, r->at, why);
	str_clear(&r->buf);
	if (r->unpacker == NULL)
		r->inside = DEAD;
	return (-1);
}

/* All whole frames; the rest moves to the front once, not once a flow. */
static int
read_dump(struct ff_reader *r)
{
	struct sp	rest = str_sp(&r->buf);
	uint64_t	size = 0;
	struct why	why;
	int		ok;

	while ((ok = tnet_frame(rest, &size, &why)) == 1 && size <= rest.n) {
		read_flow(r, sp_cut(rest, 0, (size_t)size));
		rest = sp_skip(rest, (size_t)size);
		r->at += size;
	}
	if (ok == -1 || (ok == 1 && check_front(rest, size, &why) == -1))
		return (dead(r, &why));
	if (rest.n != r->buf.n) {
		if (rest.n != 0)
			memmove(r->buf.p, rest.p, rest.n);
		str_cut(&r->buf, rest.n);
		if (r->unpacker != NULL)
			r->packed_at = unpacker_used(r->unpacker);
	}
	if (check_bomb(r, &why) == -1)
		return (dead(r, &why));
	return (0);
}

static int
read_har(struct ff_reader *r)
{
	struct why	why;

	if (r->buf.n > limit_of(HAR_BYTES)) {
		fail(&why, ERR_FF_HAR, "the HAR file is too large");
		return (dead(r, &why));
	}
	if (check_bomb(r, &why) == -1)
		return (dead(r, &why));
	return (0);
}

/* What the dump begins with tells what it is. */
static int
look_inside(struct ff_reader *r, bool end)
{
	struct sp	s = str_sp(&r->buf);
	struct why	why;

	if (s.n == 0 || (s.n < LOOK_BYTES && !end))
		return (0);
	if (sp_starts(s, "\xef\xbb\xbf{"))
		s = sp_skip(s, 3);
	if (s.p[0] == '{')
		r->inside = HAR;
	else if (s.p[0] >= '0' && s.p[0] <= '9')
		r->inside = DUMP;
	else {
		fail(&why, ERR_FF_FORMAT, "invalid data: not a flow file");
		r->inside = DEAD;
		damage(r, r->at, &why);
		str_clear(&r->buf);
		return (-1);
	}
	return (0);
}

/* Bytes of the dump. */
static int
dump_data(void *arg, struct sp s)
{
	struct ff_reader	*r = arg;

	if (r->inside == DEAD)
		return (-1);
	str_add(&r->buf, s);
	if (r->inside == LOOK && look_inside(r, false) == -1)
		return (-1);
	if (r->inside == DUMP)
		return (read_dump(r));
	return (r->inside == HAR ? read_har(r) : 0);
}

/* A flow that does not end before the next one begins. */
static void
cut_off(struct ff_reader *r)
{
	struct why	why;

	if (r->buf.n == 0 || r->inside == HAR)
		return;
	fail(&why, ERR_FF_TRUNC, "a flow is cut off");
	damage(r, r->at, &why);
	r->at += r->buf.n;
	str_clear(&r->buf);
}

static void
dump_fresh(void *arg)
{
	struct ff_reader	*r = arg;

	cut_off(r);
	/* What was no flow file up to here may still be one from here. */
	if (r->inside == DEAD)
		r->inside = LOOK;
}

/* The index tells how many flows should have come. */
static void
dump_count(void *arg, uint64_t n)
{
	struct ff_reader	*r = arg;
	uint64_t		 got = r->flows - r->counted;

	if (!r->indexed) {
		r->indexed = true;
		r->first = n;
		r->first_got = got;
	} else if (n > got)
		r->lost += n - got;
	r->counted = r->flows;
}

static void
dump_lost(void *arg, uint64_t at, const char *what)
{
	struct ff_reader	*r = arg;
	struct why		 why;

	fail(&why, ERR_FF_TRUNC, "%s", what);
	if (r->damaged++ == 0) {
		r->damaged_at = at;
		r->why = why;
	}
	if (r->inside != HAR)
		str_clear(&r->buf);
}

static const struct unpack_ops	dump_ops = { dump_data, dump_fresh,
				    dump_count, dump_lost };

struct ff_reader *
ff_reader_new(void (*got)(void *, struct flow *), void *arg)
{
	struct ff_reader	*r = xcalloc(1, sizeof(*r));

	r->got = got;
	r->arg = arg;
	str_init(&r->buf, STR_MAX);
	arena_init(&r->arena);
	ff_cache_init(&r->cache);
	ff_old_init(&r->old);
	return (r);
}

void
ff_reader_free(struct ff_reader *r)
{
	if (r == NULL)
		return;
	unpacker_free(r->unpacker);
	str_fini(&r->buf);
	arena_fini(&r->arena);
	ff_cache_fini(&r->cache);
	ff_old_fini(&r->old);
	free(r);
}

void
ff_reader_again(struct ff_reader *r, void (*got)(void *, struct flow *),
    void *arg)
{
	struct ff_reader	old = *r;

	unpacker_free(old.unpacker);
	str_fini(&old.buf);
	*r = (struct ff_reader){ .got = got, .arg = arg, .arena = old.arena,
	    .cache = old.cache, .old = old.old };
	str_init(&r->buf, STR_MAX);
}

/* Plain or packed. The first bytes wait in buf until that is known. */
static int
look_outside(struct ff_reader *r, struct sp *in, bool end)
{
	struct str	front;
	int		ok = 0;

	str_add(&r->buf, *in);
	*in = SPNIL;
	if (r->buf.n < LOOK_BYTES && !end)
		return (0);
	r->looked = true;
	front = r->buf;
	str_init(&r->buf, STR_MAX);
	if (blocks_is_packed(str_sp(&front))) {
		r->unpacker = unpacker_new(&dump_ops, r);
		ok = unpacker_feed(r->unpacker, str_sp(&front));
	} else
		ok = dump_data(r, str_sp(&front));
	str_fini(&front);
	return (ok);
}

int
ff_reader_feed(struct ff_reader *r, struct sp in)
{
	if (!r->looked && look_outside(r, &in, false) == -1)
		return (-1);
	if (in.n == 0)
		return (0);
	return (r->unpacker != NULL ? unpacker_feed(r->unpacker, in) :
	    dump_data(r, in));
}

/* JSON has to be whole before its first entry can be had. */
static void
end_har(struct ff_reader *r)
{
	struct sp	s = str_sp(&r->buf);
	struct why	why;
	unsigned	bad;

	if (sp_starts(s, "\xef\xbb\xbf"))
		s = sp_skip(s, 3);
	if (ff_har_read(s, yield_har, r, &bad, &why) == -1)
		bad = 1;
	if (bad != 0)
		damage(r, 0, &why);
	if (bad > 1)
		r->damaged += bad - 1;
}

void
ff_reader_end(struct ff_reader *r)
{
	struct sp	none = SPNIL;

	if (!r->looked)
		(void)look_outside(r, &none, true);
	if (r->unpacker != NULL)
		unpacker_end(r->unpacker);
	if (r->inside == LOOK)
		(void)look_inside(r, true);
	if (r->inside == HAR)
		end_har(r);
	else
		cut_off(r);
	str_clear(&r->buf);
}

uint64_t
ff_reader_flows(const struct ff_reader *r)
{
	return (r->flows);
}

uint64_t
ff_reader_lost_after(const struct ff_reader *r, uint64_t *since)
{
	uint64_t	got = *since + r->first_got;

	*since = r->flows - r->counted + (r->indexed ? 0 : *since);
	return (r->lost + (r->first > got ? r->first - got : 0));
}

uint64_t
ff_reader_lost(const struct ff_reader *r)
{
	uint64_t	since = 0;

	return (ff_reader_lost_after(r, &since));
}

unsigned
ff_reader_damage(const struct ff_reader *r, uint64_t *at, struct why *why)
{
	if (at != NULL)
		*at = r->damaged_at;
	if (why != NULL && r->damaged != 0)
		*why = r->why;
	return (r->damaged);
}
