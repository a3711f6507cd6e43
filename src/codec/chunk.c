#include "codec/chunk.h"

#include "base/limits.h"

/*
 * RFC 9112 7.1, up to the line of the last chunk:
 *
 *	 SIZE --CR--> SIZE_LF --LF--> DATA --full--> CR --> LF --> SIZE
 *	  |  ^           |
 *	  ;  |           +--size 0--> DONE
 *	  v  |
 *	 EXT-+ (leaves with CR like SIZE)
 *
 * The size is hexadecimal digits and nothing else: no sign, no prefix, no
 * blanks around it, since somebody reads each of those as another number.
 */
enum chunk_step { SIZE, EXT, SIZE_LF, DATA, CR, LF, DONE };

#define CHUNK_DIGITS	16	/* of a size, leading zeros included */

void
chunk_start(struct chunk *ck)
{
	memset(ck, 0, sizeof(*ck));
}

bool
chunk_done(const struct chunk *ck)
{
	return (ck->step == DONE);
}

static int
chunk_size_byte(struct chunk *ck, int c, struct why *why)
{
	int	digit = hex_digit(c);

	if (digit != -1) {
		if (++ck->digits > CHUNK_DIGITS || ck->left >> 59 != 0)
			return (fail(why, ERR_H1_CHUNK,
			    "invalid chunk: its size is too large"));
		ck->left = ck->left << 4 | (unsigned)digit;
		return (0);
	}
	if (ck->digits == 0 || (c != '\r' && c != ';'))
		return (fail(why, ERR_H1_CHUNK,
		    "invalid chunk: byte 0x%02x in its size", (unsigned)c));
	ck->step = c == ';' ? EXT : SIZE_LF;
	return (0);
}

/* Extensions are for one hop and carry nothing for us (RFC 9112 7.1.1).
 * A bare LF in them ends the line for some and not for others. */
static int
chunk_ext_byte(struct chunk *ck, int c, struct why *why)
{
	if (c == '\r') {
		ck->step = SIZE_LF;
		return (0);
	}
	if ((c < 0x20 && c != '\t') || c == 0x7f)
		return (fail(why, ERR_H1_CHUNK,
		    "invalid chunk: byte 0x%02x in an extension",
		    (unsigned)c));
	if (++ck->ext > limit_of(CHUNK_EXT))
		return (fail(why, ERR_H1_CHUNK,
		    "invalid chunks: more than %llu bytes of extensions",
		    limit_of(CHUNK_EXT)));
	return (0);
}

static int
chunk_want(int c, int want, struct why *why)
{
	if (c == want)
		return (0);
	return (fail(why, ERR_H1_CHUNK, "invalid chunk: byte 0x%02x where "
	    "its line must end", (unsigned)c));
}

static int
chunk_byte(struct chunk *ck, int c, struct why *why)
{
	switch (ck->step) {
	case SIZE:
		return (chunk_size_byte(ck, c, why));
	case EXT:
		return (chunk_ext_byte(ck, c, why));
	case SIZE_LF:
		ck->step = ck->left != 0 ? DATA : DONE;
		return (chunk_want(c, '\n', why));
	case CR:
		ck->step = LF;
		return (chunk_want(c, '\r', why));
	default:
		ck->step = SIZE;
		ck->digits = 0;
		return (chunk_want(c, '\n', why));
	}
}

ssize_t
chunk_feed(struct chunk *ck, struct sp in, struct sp *data, struct why *why)
{
	size_t	i = 0;

	*data = SPNIL;
	while (i < in.n && ck->step != DONE) {
		if (ck->step != DATA) {
			if (chunk_byte(ck, in.p[i++], why) == -1)
				return (-1);
			continue;
		}
		*data = sp_cut(in, i, ck->left < in.n - i ?
		    (size_t)ck->left : in.n - i);
		i += data->n;
		ck->left -= data->n;
		if (ck->left == 0)
			ck->step = CR;
		break;
	}
	return ((ssize_t)i);
}
