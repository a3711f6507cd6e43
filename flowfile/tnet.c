#include "flowfile/tnet.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

#define LEN_DIGITS	12	/* the reference refuses longer prefixes */

/* What a parse may still use up. */
struct budget {
	unsigned long long	 values;
	unsigned		 depth;
	struct arena		*arena;
	struct tnet_hide	*hide;	/* for the outermost members, or NULL */
};

/* The bytes before the payload, 0 when more are needed to tell, or -1. */
static int
frame_front(struct sp in, uint64_t *len, struct why *why)
{
	size_t	i;

	*len = 0;
	for (i = 0; i < in.n && in.p[i] >= '0' && in.p[i] <= '9'; i++) {
		if (i == LEN_DIGITS)
			return (fail(why, ERR_FF_FORMAT,
			    "absurdly large length prefix"));
		*len = *len * 10 + (unsigned)(in.p[i] - '0');
	}
	if (i == in.n)
		return (0);
	if (i == 0 || in.p[i] != ':')
		return (fail(why, ERR_FF_FORMAT,
		    "invalid data where a length should be"));
	return ((int)i + 1);
}

int
tnet_frame(struct sp in, uint64_t *size, struct why *why)
{
	uint64_t	len;
	int		front = frame_front(in, &len, why);

	if (front <= 0)
		return (front);
	if (len > limit_of(FLOW_BYTES))
		return (fail(why, ERR_FF_FORMAT,
		    "absurdly large length %llu", (unsigned long long)len));
	*size = (unsigned)front + len + 1;
	return (1);
}

/* Checked once, here, so that whoever reads a value may rely on its tag. */
static bool
payload_is_sane(char tag, struct sp s)
{
	switch (tag) {
	case ',':
	case ']':
	case '}':
		return (true);
	case ';':
		return (utf8_valid(s));
	case '#':
	case '^':
		return (s.n != 0);
	case '!':
		return (sp_is(s, "true") || sp_is(s, "false"));
	case '~':
		return (s.n == 0);
	default:
		return (false);
	}
}

static struct tnet	*parse_one(struct sp *, struct budget *,
			    const struct tnet *key, struct why *);

/* Members of a list or dictionary, in their order. */
static int
parse_kids(struct tnet *t, struct budget *b, struct why *why)
{
	struct tnet	**end = &t->kids, *key = NULL;
	struct sp	 rest = t->s;
	unsigned	 odd = 0;

	if (b->depth == 0)
		return (fail(why, ERR_FF_FORMAT, "values are nested too deep"));
	/* The nesting is the caller's stack: it is what must be bounded. */
	b->depth--;
	while (rest.n != 0) {
		if ((*end = parse_one(&rest, b, key, why)) == NULL)
			return (-1);
		odd ^= 1;
		key = t->tag == '}' && odd != 0 ? *end : NULL;
		end = &(*end)->next;
	}
	b->depth++;
	if (t->tag == '}' && odd != 0)
		return (fail(why, ERR_FF_FORMAT, "a key without a value"));
	return (0);
}

/* Only what stands right in the flow. */
static bool
is_hidden(struct tnet_hide *h, struct sp key, const struct tnet *t)
{
	if (t->tag != '}' || !h->hide(h->arg, key, t->s))
		return (false);
	h->hidden = true;
	return (true);
}

/* The value of a key, or any other (NULL). */
static struct tnet *
parse_one(struct sp *in, struct budget *b, const struct tnet *key,
    struct why *why)
{
	struct tnet_hide *hide = b->hide;
	struct tnet	 *t;
	uint64_t	  len;
	int		  front = frame_front(*in, &len, why);

	if (front <= 0 || len >= in->n - (unsigned)front) {
		fail(why, ERR_FF_FORMAT,
		    "invalid data: a length passes the end");
		return (NULL);
	}
	/* "0:~" is three bytes and a node of forty. */
	if (b->values-- == 0) {
		fail(why, ERR_FF_FORMAT, "too many values in one flow");
		return (NULL);
	}
	t = arena_alloc(b->arena, sizeof(*t));
	*t = (struct tnet){ .tag = (char)in->p[(unsigned)front + len],
	    .s = { in->p + front, (size_t)len } };
	*in = sp_skip(*in, (unsigned)front + len + 1);
	if (!payload_is_sane(t->tag, t->s)) {
		fail(why, ERR_FF_FORMAT, "invalid value of type 0x%02x",
		    (unsigned)(unsigned char)t->tag);
		return (NULL);
	}
	if ((t->tag != ']' && t->tag != '}') || (hide != NULL &&
	    key != NULL && is_hidden(hide, key->s, t)))
		return (t);
	if (key != NULL)
		b->hide = NULL;
	if (parse_kids(t, b, why) == -1)
		return (NULL);
	b->hide = hide;
	return (t);
}

struct tnet *
tnet_parse_but(struct sp in, struct arena *arena, struct tnet_hide *hide,
    struct why *why)
{
	struct budget	 b = { .arena = arena, .hide = hide };
	struct tnet	*t;

	b.values = limit_of(TNET_VALUES);
	b.depth = (unsigned)limit_of(TNET_DEPTH);
	t = parse_one(&in, &b, NULL, why);
	if (t != NULL && in.n != 0) {
		fail(why, ERR_FF_FORMAT, "data after the value");
		return (NULL);
	}
	return (t);
}

struct tnet *
tnet_parse(struct sp in, struct arena *arena, struct why *why)
{
	return (tnet_parse_but(in, arena, NULL, why));
}

/* Most keys have another length. */
static bool
is_key(const struct tnet *k, struct sp name)
{
	return (k->s.n == name.n && memcmp(k->s.p, name.p, name.n) == 0);
}

/* Where the pointer to a key stands, or NULL. Values have a next only as
 * long as a key follows. */
static struct tnet **
find_key(struct tnet *d, const char *key)
{
	struct tnet	**at;
	struct sp	  name = sp_of(key);

	if (d == NULL || d->tag != '}')
		return (NULL);
	for (at = &d->kids; *at != NULL; at = &(*at)->next->next)
		if (is_key(*at, name))
			return (at);
	return (NULL);
}

struct tnet *
tnet_get(const struct tnet *d, const char *key)
{
	const struct tnet	*k;
	struct sp		 name = sp_of(key);

	if (d == NULL || d->tag != '}')
		return (NULL);
	for (k = d->kids; k != NULL; k = k->next->next)
		if (is_key(k, name))
			return (k->next);
	return (NULL);
}

struct tnet *
tnet_del(struct tnet *d, const char *key)
{
	struct tnet	**at = find_key(d, key), *v;

	if (at == NULL)
		return (NULL);
	v = (*at)->next;
	*at = v->next;
	v->next = NULL;
	return (v);
}

/* In front: order means nothing, and the end would have to be found. */
void
tnet_set(struct tnet *d, struct arena *a, const char *key, struct tnet *v)
{
	struct tnet	*k;

	if (d == NULL || d->tag != '}')
		return;
	(void)tnet_del(d, key);
	k = tnet_new(a, ';', sp_of(key));
	k->next = v != NULL ? v : tnet_new(a, '~', SPNIL);
	k->next->next = d->kids;
	d->kids = k;
}

void
tnet_rename(struct tnet *d, const char *from, const char *to)
{
	struct tnet	**at = find_key(d, from);

	if (at != NULL)
		(*at)->s = sp_of(to);
}

bool
tnet_is(const struct tnet *t, char tag)
{
	return (t != NULL && t->tag == tag);
}

bool
tnet_is_null(const struct tnet *t)
{
	return (t == NULL || t->tag == '~');
}

struct sp
tnet_sp(const struct tnet *t)
{
	if (t == NULL || (t->tag != ',' && t->tag != ';'))
		return (SPNIL);
	return (t->s);
}

bool
tnet_bool(const struct tnet *t)
{
	if (tnet_is(t, '#'))
		return (tnet_int(t, 0) != 0);
	return (tnet_is(t, '!') && sp_is(t->s, "true"));
}

int64_t
tnet_int(const struct tnet *t, int64_t other)
{
	struct sp	s;
	uint64_t	u;
	bool		negative;

	if (t != NULL && (t->tag == '^' || t->tag == '!'))
		return (t->tag == '!' ? tnet_bool(t) : other);
	if (t == NULL || t->tag != '#' || t->s.n == 0)
		return (other);
	negative = t->s.p[0] == '-';
	s = negative || t->s.p[0] == '+' ? sp_skip(t->s, 1) : t->s;
	if (sp_u64(s, &u) == -1 || u > INT64_MAX)
		return (other);
	return (negative ? -(int64_t)u : (int64_t)u);
}

/* strtod(3) wants the decimal point of the locale. */
static double
num_slow(struct sp s, double other)
{
	char	 buf[64], *end, *dot;
	double	 d;

	if (s.n == 0 || s.n >= sizeof(buf))
		return (other);
	memcpy(buf, s.p, s.n);
	buf[s.n] = '\0';
	if ((dot = strchr(buf, '.')) != NULL)
		*dot = localeconv()->decimal_point[0];
	d = strtod(buf, &end);
	return (*end == '\0' ? d : other);
}

/* Nearly all floats are times of ten digits and six decimals: those need
 * no strtod(3), which is slow and minds the locale. */
double
tnet_num(const struct tnet *t, double other)
{
	static const uint64_t	 scale[] = { 1, 10, 100, 1000, 10000, 100000,
	    1000000 };
	struct sp		 left, right;
	uint64_t		 u, frac = 0;

	if (t == NULL || (t->tag != '^' && t->tag != '#'))
		return (other);
	left = sp_split(t->s, '.', &right);
	if (t->s.n <= 17 && right.n < nitems(scale) &&
	    sp_u64(left, &u) == 0 &&
	    (right.n == 0 || sp_u64(right, &frac) == 0)) {
		u = u * scale[right.n] + frac;
		/* A quotient of two numbers that are exact is right. */
		if (u <= UINT64_C(1) << 53)
			return ((double)u / (double)scale[right.n]);
	}
	return (num_slow(t->s, other));
}

struct tnet *
tnet_at(const struct tnet *t, unsigned i)
{
	struct tnet	*k;

	if (t == NULL || t->tag != ']')
		return (NULL);
	for (k = t->kids; k != NULL && i > 0; i--)
		k = k->next;
	return (k);
}

size_t
tnet_n(const struct tnet *t)
{
	const struct tnet	*k;
	size_t			 n = 0;

	if (t != NULL)
		for (k = t->kids; k != NULL; k = k->next)
			n++;
	return (n);
}

struct tnet *
tnet_new(struct arena *a, char tag, struct sp s)
{
	struct tnet	*t = arena_alloc(a, sizeof(*t));

	/* Empty text has a place, too: without it it would be no text. */
	*t = (struct tnet){ .tag = tag, .s = arena_dup(a, s) };
	return (t);
}

struct tnet *
tnet_dup(struct arena *a, const struct tnet *from)
{
	struct tnet		*t, **end;
	const struct tnet	*k;

	if (from == NULL)
		return (NULL);
	t = arena_alloc(a, sizeof(*t));
	*t = (struct tnet){ .tag = from->tag, .s = from->s };
	end = &t->kids;
	for (k = from->kids; k != NULL; k = k->next) {
		*end = tnet_dup(a, k);
		end = &(*end)->next;
	}
	return (t);
}

struct tnet *
tnet_list(struct arena *a, struct tnet *const *v, size_t n)
{
	struct tnet	*t = tnet_new(a, ']', SPNIL), **end = &t->kids;
	size_t		 i;

	for (i = 0; i < n; i++) {
		*end = v[i] != NULL ? v[i] : tnet_new(a, '~', SPNIL);
		(*end)->next = NULL;
		end = &(*end)->next;
	}
	return (t);
}

void
tput_init(struct tput *t)
{
	*t = (struct tput){ NULL, 0, 0 };
}

void
tput_fini(struct tput *t)
{
	free(t->p);
	tput_init(t);
}

void
tput_clear(struct tput *t)
{
	t->at = t->cap;
}

struct sp
tput_sp(const struct tput *t)
{
	return (sp_mem(t->p + t->at, t->cap - t->at));
}

/* Grows at the front, for the text grows towards it. */
static void
make_room(struct tput *t, size_t n)
{
	size_t		 used = t->cap - t->at, cap;
	unsigned char	*p;

	cap = (t->cap != 0 ? t->cap * 2 : 4096) + n;
	p = xmalloc(cap);
	if (used != 0)
		memcpy(p + cap - used, t->p + t->at, used);
	free(t->p);
	*t = (struct tput){ p, cap - used, cap };
}

void
tput_raw(struct tput *t, struct sp s)
{
	if (s.n == 0)
		return;
	if (t->at < s.n)
		make_room(t, s.n);
	t->at -= s.n;
	memcpy(t->p + t->at, s.p, s.n);
}

/* "LENGTH:" in front of what was written since there were `used` bytes. */
static void
put_length(struct tput *t, size_t len)
{
	char	buf[24];
	size_t	i = sizeof(buf);

	buf[--i] = ':';
	do
		buf[--i] = (char)('0' + len % 10);
	while ((len /= 10) != 0);
	tput_raw(t, sp_mem(buf + i, sizeof(buf) - i));
}

static void
put_framed(struct tput *t, struct sp s, char tag)
{
	tput_raw(t, sp_mem(&tag, 1));
	tput_raw(t, s);
	put_length(t, s.n);
}

void
tput_bytes(struct tput *t, struct sp s)
{
	put_framed(t, s, ',');
}

void
tput_text(struct tput *t, struct sp s)
{
	struct str	 clean;
	uint32_t	 cp;
	size_t		 n;

	if (utf8_valid(s)) {
		put_framed(t, s, ';');
		return;
	}
	str_init(&clean, STR_MAX);
	while (s.n != 0) {
		if ((n = utf8_decode(s, &cp)) != 0)
			str_add(&clean, sp_cut(s, 0, n));
		else
			str_printf(&clean, "\\x%02x", s.p[0]);
		s = sp_skip(s, n != 0 ? n : 1);
	}
	put_framed(t, str_sp(&clean), ';');
	str_fini(&clean);
}

void
tput_int(struct tput *t, int64_t v)
{
	char	buf[24];
	int	n = snprintf(buf, sizeof(buf), "%lld", (long long)v);

	put_framed(t, sp_mem(buf, (size_t)n), '#');
}

/* Decimals of k / 10^places, the last zeros left out but for one. */
static size_t
put_decimals(char *buf, uint64_t k, unsigned places)
{
	uint64_t	scale = places == 6 ? 1000000 : 10000000;
	int		n;

	n = snprintf(buf, 40, "%llu.%0*llu", (unsigned long long)(k / scale),
	    (int)places, (unsigned long long)(k % scale));
	while (buf[n - 1] == '0' && buf[n - 2] != '.')
		n--;
	return ((size_t)n);
}

/* Digits as few as read back the same; the way Python writes them. */
static size_t
num_slow_text(double d, char buf[40])
{
	char	*dot;
	int	 digits, n = 0;

	for (digits = 15; digits <= 17; digits++) {
		n = snprintf(buf, 32, "%.*g", digits, d);
		if (strtod(buf, NULL) == d)
			break;
	}
	if ((dot = strchr(buf, localeconv()->decimal_point[0])) != NULL)
		*dot = '.';
	else if (strchr(buf, 'e') == NULL)
		n += snprintf(buf + n, 4, ".0");
	return ((size_t)n);
}

size_t
tnet_num_text(double d, char buf[40])
{
	uint64_t	k;

	if (isnan(d) || isinf(d))
		return ((size_t)snprintf(buf, 40, isnan(d) ? "nan" :
		    d < 0 ? "-inf" : "inf"));
	if (d >= 1 && d < 9e9) {		/* a time of day */
		k = (uint64_t)(d * 1e6 + 0.5);
		if ((double)k / 1e6 == d)
			return (put_decimals(buf, k, 6));
		k = (uint64_t)((long double)d * 1e7L + 0.5L);
		/* doubles stand 2e-7 apart there: seven places always do */
		if (d >= 1073741824 &&
		    (double)((long double)k / 1e7L) == d)
			return (put_decimals(buf, k, 7));
	}
	return (num_slow_text(d, buf));
}

void
tput_num(struct tput *t, double d)
{
	char	buf[40];
	size_t	n = tnet_num_text(d, buf);

	put_framed(t, sp_mem(buf, n), '^');
}

/* The commonest values need no arithmetic. */
void
tput_bool(struct tput *t, bool yes)
{
	tput_raw(t, yes ? SP("4:true!") : SP("5:false!"));
}

void
tput_null(struct tput *t)
{
	tput_raw(t, SP("0:~"));
}

void
tput_key(struct tput *t, const char *key)
{
	put_framed(t, sp_of(key), ';');
}

/* What it returns is where the value ends, to measure from. */
size_t
tput_close(struct tput *t, char tag)
{
	tput_raw(t, sp_mem(&tag, 1));
	return (t->cap - t->at);
}

void
tput_open(struct tput *t, size_t closed)
{
	put_length(t, t->cap - t->at - closed);
}

static void
tput_kids(struct tput *t, const struct tnet *k)
{
	/* Last first; a list of thousands is no reason to recurse as deep. */
	const struct tnet	**v;
	const struct tnet	 *i;
	size_t			  n = 0;

	for (i = k; i != NULL; i = i->next)
		n++;
	v = xcalloc(n, sizeof(*v));
	for (n = 0, i = k; i != NULL; i = i->next)
		v[n++] = i;
	while (n > 0)
		tput_tree(t, v[--n]);
	free(v);
}

void
tput_tree(struct tput *t, const struct tnet *v)
{
	size_t	closed;

	if (v->tag != ']' && v->tag != '}') {
		put_framed(t, v->s, v->tag);
		return;
	}
	closed = tput_close(t, v->tag);
	tput_kids(t, v->kids);
	tput_open(t, closed);
}
