#include "codec/enc.h"

#ifndef WITHOUT_BROTLI
#include <brotli/decode.h>
#include <brotli/encode.h>
#endif
#include <zlib.h>
#ifndef WITHOUT_ZSTD
#include <zstd.h>
#endif

#define ENC_PIECE	((size_t)65536)	/* output asked for at once */
#define ENC_CODINGS	8		/* of one body; more is an attack */
#define ENC_BR_QUALITY	5		/* 11, its default, takes seconds */
#define ENC_BR_WINDOW	22
#define ENC_ZSTD_LEVEL	3
#define ENC_ZSTD_WINDOW	23		/* bits: 8 MiB, RFC 9659 3 */

/* One turn of a library: takes from the front of *in, writes up to room
 * bytes and says how many. */
enum turn { MORE, DONE, BROKEN };
typedef enum turn turn_fn(void *, struct sp *in, char *to, size_t room,
    size_t *got);

/* Runs the turns until the end. A full str is offered one byte more, to
 * tell a body that just fits from one that does not. */
static int
pump(turn_fn *turn, void *state, struct sp in, struct str *out,
    struct why *why)
{
	size_t		got, room, before;
	char		spare, *to;
	enum turn	what;

	do {
		before = in.n;
		got = 0;
		room = out->max - out->n;
		if (room > ENC_PIECE)
			room = ENC_PIECE;
		to = room != 0 ? str_room(out, room) : &spare;
		what = turn(state, &in, to, room != 0 ? room : 1, &got);
		if (got != 0 && room == 0) {
			out->full = true;
			return (fail(why, ERR_LIMIT,
			    "body is larger than %zu bytes", out->max));
		}
		if (got != 0)
			str_grew(out, got);
	} while (what == MORE && (got != 0 || in.n != before));
	if (what == MORE)
		return (fail(why, ERR_ENC, "coded body ends too early"));
	if (what == BROKEN)
		return (fail(why, ERR_ENC, "coded body is damaged"));
	return (0);
}

static void
z_offer(z_stream *z, struct sp in, char *to, size_t room)
{
	z->next_in = (Bytef *)(uintptr_t)in.p;	/* zlib only reads it */
	z->avail_in = in.n > UINT32_MAX ? UINT32_MAX : (uInt)in.n;
	z->next_out = (Bytef *)to;
	z->avail_out = (uInt)room;
}

static struct sp
z_rest(const z_stream *z, struct sp in)
{
	return (sp_skip(in, (size_t)(z->next_in - in.p)));
}

/* RFC 1952 2.2: members follow one another. What is no member behind the
 * last one is padding. */
static enum turn
z_inflate(void *arg, struct sp *in, char *to, size_t room, size_t *got)
{
	z_stream	*z = arg;
	int		 rv;

	z_offer(z, *in, to, room);
	rv = inflate(z, Z_NO_FLUSH);
	*got = room - z->avail_out;
	*in = z_rest(z, *in);
	if (rv == Z_STREAM_END) {
		if (!sp_starts(*in, "\x1f\x8b"))
			return (DONE);
		return (inflateReset(z) == Z_OK ? MORE : BROKEN);
	}
	return (rv == Z_OK || rv == Z_BUF_ERROR ? MORE : BROKEN);
}

static enum turn
z_deflate(void *arg, struct sp *in, char *to, size_t room, size_t *got)
{
	z_stream	*z = arg;
	int		 rv;

	z_offer(z, *in, to, room);
	rv = deflate(z, in->n > UINT32_MAX ? Z_NO_FLUSH : Z_FINISH);
	*got = room - z->avail_out;
	*in = z_rest(z, *in);
	if (rv == Z_STREAM_END)
		return (DONE);
	return (rv == Z_OK || rv == Z_BUF_ERROR ? MORE : BROKEN);
}

/* Window bits as zlib wants them: 15 zlib, 31 gzip, -15 neither. */
static int
z_decode(int bits, struct sp in, struct str *out, struct why *why)
{
	z_stream	z;
	int		rv;

	memset(&z, 0, sizeof(z));
	if (inflateInit2(&z, bits) != Z_OK)
		return (fail(why, ERR_ENC, "no memory for inflating"));
	rv = pump(z_inflate, &z, in, out, why);
	(void)inflateEnd(&z);
	return (rv);
}

static int
z_encode(int bits, struct sp in, struct str *out, struct why *why)
{
	z_stream	z;
	int		rv;

	memset(&z, 0, sizeof(z));
	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, bits, 8,
	    Z_DEFAULT_STRATEGY) != Z_OK)
		return (fail(why, ERR_ENC, "no memory for deflating"));
	rv = pump(z_deflate, &z, in, out, why);
	(void)deflateEnd(&z);
	return (rv);
}

static int
gzip_decode(struct sp in, struct str *out, struct why *why)
{
	return (z_decode(31, in, out, why));
}

static int
gzip_encode(struct sp in, struct str *out, struct why *why)
{
	return (z_encode(31, in, out, why));
}

/* RFC 9110 8.4.1.2: the zlib format is meant, raw deflate is what some
 * send. The second may look like the first; then nothing comes of it. */
static int
deflate_decode(struct sp in, struct str *out, struct why *why)
{
	size_t	before = out->n;

	if (in.n >= 2 && (in.p[0] & 15) == Z_DEFLATED &&
	    (in.p[0] << 8 | in.p[1]) % 31 == 0) {
		if (z_decode(15, in, out, why) == 0)
			return (0);
		if (out->n != before || out->full)
			return (-1);
	}
	return (z_decode(-15, in, out, why));
}

static int
deflate_encode(struct sp in, struct str *out, struct why *why)
{
	return (z_encode(15, in, out, why));
}

#if defined(WITHOUT_BROTLI) || defined(WITHOUT_ZSTD)
/* Its name is known, so that a user learns why it is not decoded. */
static int
absent(struct sp in unused, struct str *out unused, struct why *why)
{
	return (fail(why, ERR_UNSUPPORTED,
	    "this build does without that content coding"));
}
#endif

#ifdef WITHOUT_BROTLI
#define br_decode	absent
#define br_encode	absent
#else
static enum turn
br_inflate(void *arg, struct sp *in, char *to, size_t room, size_t *got)
{
	uint8_t			*next = (uint8_t *)to;
	size_t			 left = room;
	BrotliDecoderResult	 rv;

	rv = BrotliDecoderDecompressStream(arg, &in->n, &in->p, &left, &next,
	    NULL);
	*got = room - left;
	if (rv == BROTLI_DECODER_RESULT_SUCCESS)
		return (DONE);
	return (rv == BROTLI_DECODER_RESULT_ERROR ? BROKEN : MORE);
}

static int
br_decode(struct sp in, struct str *out, struct why *why)
{
	BrotliDecoderState	*st;
	int			 rv;

	st = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	if (st == NULL)
		return (fail(why, ERR_ENC, "no memory for brotli"));
	rv = pump(br_inflate, st, in, out, why);
	BrotliDecoderDestroyInstance(st);
	return (rv);
}

static enum turn
br_deflate(void *arg, struct sp *in, char *to, size_t room, size_t *got)
{
	uint8_t	*next = (uint8_t *)to;
	size_t	 left = room;

	if (!BrotliEncoderCompressStream(arg, BROTLI_OPERATION_FINISH,
	    &in->n, &in->p, &left, &next, NULL))
		return (BROKEN);
	*got = room - left;
	return (BrotliEncoderIsFinished(arg) ? DONE : MORE);
}

static int
br_encode(struct sp in, struct str *out, struct why *why)
{
	BrotliEncoderState	*st;
	int			 rv;

	st = BrotliEncoderCreateInstance(NULL, NULL, NULL);
	if (st == NULL)
		return (fail(why, ERR_ENC, "no memory for brotli"));
	(void)BrotliEncoderSetParameter(st, BROTLI_PARAM_QUALITY,
	    ENC_BR_QUALITY);
	(void)BrotliEncoderSetParameter(st, BROTLI_PARAM_LGWIN,
	    ENC_BR_WINDOW);
	rv = pump(br_deflate, st, in, out, why);
	BrotliEncoderDestroyInstance(st);
	return (rv);
}

#endif	/* WITHOUT_BROTLI */

#ifdef WITHOUT_ZSTD
#define zstd_decode	absent
#define zstd_encode	absent
#else
static enum turn
zstd_inflate(void *arg, struct sp *in, char *to, size_t room, size_t *got)
{
	ZSTD_inBuffer	src = { in->p, in->n, 0 };
	ZSTD_outBuffer	dst = { to, room, 0 };
	size_t		rv = ZSTD_decompressStream(arg, &dst, &src);

	*got = dst.pos;
	*in = sp_skip(*in, src.pos);
	if (ZSTD_isError(rv))
		return (BROKEN);
	return (rv == 0 && in->n == 0 ? DONE : MORE);	/* next frame */
}

static int
zstd_decode(struct sp in, struct str *out, struct why *why)
{
	ZSTD_DCtx	*st = ZSTD_createDCtx();
	int		 rv;

	if (st == NULL)
		return (fail(why, ERR_ENC, "no memory for zstd"));
	(void)ZSTD_DCtx_setParameter(st, ZSTD_d_windowLogMax,
	    ENC_ZSTD_WINDOW);
	rv = pump(zstd_inflate, st, in, out, why);
	(void)ZSTD_freeDCtx(st);
	return (rv);
}

static enum turn
zstd_deflate(void *arg, struct sp *in, char *to, size_t room, size_t *got)
{
	ZSTD_inBuffer	src = { in->p, in->n, 0 };
	ZSTD_outBuffer	dst = { to, room, 0 };
	size_t		rv = ZSTD_compressStream2(arg, &dst, &src, ZSTD_e_end);

	*got = dst.pos;
	*in = sp_skip(*in, src.pos);
	if (ZSTD_isError(rv))
		return (BROKEN);
	return (rv == 0 ? DONE : MORE);
}

static int
zstd_encode(struct sp in, struct str *out, struct why *why)
{
	ZSTD_CCtx	*st = ZSTD_createCCtx();
	int		 rv;

	if (st == NULL)
		return (fail(why, ERR_ENC, "no memory for zstd"));
	(void)ZSTD_CCtx_setParameter(st, ZSTD_c_compressionLevel,
	    ENC_ZSTD_LEVEL);
	rv = pump(zstd_deflate, st, in, out, why);
	(void)ZSTD_freeCCtx(st);
	return (rv);
}

#endif	/* WITHOUT_ZSTD */

static int
identity(struct sp in, struct str *out, struct why *why)
{
	str_add(out, in);
	if (out->full)
		return (fail(why, ERR_LIMIT, "body is larger than %zu bytes",
		    out->max));
	return (0);
}

static const struct enc encs[] = {
	{ "gzip",	"x-gzip",	gzip_decode,	gzip_encode },
	{ "deflate",	NULL,		deflate_decode,	deflate_encode },
	{ "br",		NULL,		br_decode,	br_encode },
	{ "zstd",	NULL,		zstd_decode,	zstd_encode },
	{ "identity",	NULL,		identity,	identity },
};

const struct enc *
enc_row(unsigned i)
{
	return (i < nitems(encs) ? &encs[i] : NULL);
}

const struct enc *
enc_find(struct sp name)
{
	size_t	i;

	for (i = 0; i < nitems(encs); i++)
		if (sp_iis(name, encs[i].name) || (encs[i].alias != NULL &&
		    sp_iis(name, encs[i].alias)))
			return (&encs[i]);
	return (NULL);
}

/* The codings of a value in its order; empty members and identity are
 * nothing (RFC 9110 5.6.1.2). */
static int
enc_list(struct sp value, const struct enc *v[ENC_CODINGS], size_t *n,
    struct why *why)
{
	const struct enc	*e;
	struct sp		 name;

	*n = 0;
	while (value.n != 0) {
		name = sp_trim(sp_split(value, ',', &value));
		if (name.n == 0 || sp_iis(name, "identity"))
			continue;
		e = enc_find(name);
		if (e == NULL)
			return (fail(why, ERR_ENC_UNKNOWN,
			    "unknown content coding \"%.*s\"",
			    SPF(sp_cut(name, 0, 60))));
		if (*n == ENC_CODINGS)
			return (fail(why, ERR_ENC,
			    "more than %d content codings", ENC_CODINGS));
		v[(*n)++] = e;
	}
	return (0);
}

/* An empty body, as answers to HEAD have it, was never coded. What could
 * be read of a broken stage goes on through the others. */
int
enc_decode(struct sp value, struct sp body, struct str *out, struct why *why)
{
	const struct enc	*v[ENC_CODINGS];
	struct str		 was, now;
	size_t			 n;
	int			 rv = 0;

	if (enc_list(value, v, &n, why) == -1)
		return (-1);
	if (n == 0 || body.n == 0)
		return (identity(body, out, why));
	str_init(&was, out->max);
	while (n-- > 1) {
		str_init(&now, out->max);
		if (v[n]->decode(body, &now, rv == 0 ? why : NULL) == -1)
			rv = -1;
		str_fini(&was);
		was = now;
		body = str_sp(&was);
	}
	if (v[0]->decode(body, out, rv == 0 ? why : NULL) == -1)
		rv = -1;
	str_fini(&was);
	return (rv);
}

int
enc_encode(struct sp value, struct sp body, struct str *out, struct why *why)
{
	const struct enc	*v[ENC_CODINGS];
	struct str		 was, now;
	size_t			 n, i;
	int			 rv = 0;

	if (enc_list(value, v, &n, why) == -1)
		return (-1);
	if (n == 0)
		return (identity(body, out, why));
	str_init(&was, out->max);
	for (i = 0; i + 1 < n && rv == 0; i++) {
		str_init(&now, out->max);
		rv = v[i]->encode(body, &now, why);
		str_fini(&was);
		was = now;
		body = str_sp(&was);
	}
	if (rv == 0)
		rv = v[i]->encode(body, out, why);
	str_fini(&was);
	return (rv);
}
