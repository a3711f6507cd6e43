/*
 * Protocol Buffers without their schema: field numbers, and what each
 * value may be. gRPC is the same in frames.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "codec/enc.h"
#include "cv/bytes.h"
#include "cv/cv_views.h"

#define INDENT	4
#define DEPTH	32	/* nesting that is followed */

enum wire { VARINT, FIXED64, LENGTH, GROUP, GROUP_END, FIXED32 };

struct proto {
	struct cv_out	*out;
	size_t		 depth;
};

double
cv_protobuf_priority(const struct cv_in *in)
{
	return (cv_type_in(in, "application/x-protobuf "
	    "application/x-protobuffer application/protobuf"));
}

double
cv_grpc_priority(const struct cv_in *in)
{
	return (cv_type_in(in, "application/grpc application/grpc+proto "
	    "application/prpc"));
}

/* Seven bits a byte, least significant first, at most ten bytes. */
static uint64_t
varint(struct bytes *b)
{
	uint64_t	v = 0, byte;
	unsigned	shift;

	for (shift = 0; shift < 64; shift += 7) {
		byte = bytes_be(b, 1);
		v |= (byte & 0x7f) << shift;
		if (byte < 0x80)
			return (v);
	}
	b->over = true;
	return (0);
}

/* One field: its number and kind, for LENGTH its bytes, else its value.
 * False: this is no message. */
static bool
field_next(struct bytes *b, uint64_t *number, enum wire *wire,
    uint64_t *value, struct sp *data)
{
	uint64_t	tag = varint(b);

	*number = tag >> 3;
	*wire = (enum wire)(tag & 7);
	*value = 0;
	*data = SPNIL;
	if (*number == 0 || *number >= (1u << 29))
		return (false);
	switch (*wire) {
	case VARINT:
		*value = varint(b);
		break;
	case FIXED64:
		*value = bytes_le(b, 8);
		break;
	case FIXED32:
		*value = bytes_le(b, 4);
		break;
	case LENGTH:
		*data = bytes_take(b, varint(b));
		break;
	default:
		/* Groups are long out of use. */
		return (false);
	}
	return (!b->over);
}

/* Looks at the fields, not into them: a guess costs one walk a level. */
static bool
is_message(struct sp s)
{
	struct bytes	b = { .in = s };
	uint64_t	number, value;
	enum wire	wire;
	struct sp	data;

	while (bytes_left(&b) != 0)
		if (!field_next(&b, &number, &wire, &value, &data))
			return (false);
	return (true);
}

static bool
is_text(struct sp s)
{
	uint32_t	cp;
	size_t		n;

	for (; s.n != 0; s = sp_skip(s, n)) {
		n = utf8_decode(s, &cp);
		if (n == 0 || (!utf8_printable(cp) && cp != '\n' &&
		    cp != '\t' && cp != '\r'))
			return (false);
	}
	return (true);
}

/* Which of the three integer types it is, only the schema knows: the
 * other readings stand beside it. */
static void
show_varint(struct proto *p, uint64_t v)
{
	int64_t	zigzag = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);

	cv_printf(p->out, CV_NUMBER, "%llu", (unsigned long long)v);
	if (v > INT64_MAX)
		cv_printf(p->out, CV_COMMENT, "  # int: %lld",
		    (long long)v);
	if (v > 1 && (v & 1) != 0)
		cv_printf(p->out, CV_COMMENT, "  # !sint: %lld",
		    (long long)zigzag);
}

/* The same for the types of four and eight bytes. */
static void
show_fixed(struct proto *p, enum wire wire, uint64_t v)
{
	union { uint32_t i; float f; }	f4;
	union { uint64_t i; double f; }	f8;

	cv_printf(p->out, CV_NUMBER, "%llu", (unsigned long long)v);
	if (wire == FIXED32) {
		f4.i = (uint32_t)v;
		cv_printf(p->out, CV_COMMENT, "  # !float: %.9g, int: %d",
		    (double)f4.f, (int)(int32_t)f4.i);
	} else {
		f8.i = v;
		cv_printf(p->out, CV_COMMENT, "  # !double: %.17g, int: %lld",
		    f8.f, (long long)v);
	}
}

/* Messages hold messages, to a depth that we set. */
static void	show_message(struct proto *, struct sp);

/* Bytes may be text, a message or just bytes; the first that fits. */
static void
show_data(struct proto *p, struct sp data)
{
	if (is_text(data)) {
		cv_puts(p->out, CV_STRING, " \"");
		cv_put(p->out, CV_STRING, data);
		cv_puts(p->out, CV_STRING, "\"");
	} else if (p->depth < DEPTH && is_message(data)) {
		cv_newline(p->out);
		p->depth++;
		show_message(p, data);
		p->depth--;
		return;
	} else {
		cv_puts(p->out, CV_KEYWORD, " !binary ");
		cv_put_hex(p->out, CV_STRING, data);
	}
	cv_newline(p->out);
}

static void
show_message(struct proto *p, struct sp s)
{
	struct bytes	b = { .in = s };
	uint64_t	number, value;
	enum wire	wire;
	struct sp	data;

	while (bytes_left(&b) != 0 && !p->out->cut) {
		if (!field_next(&b, &number, &wire, &value, &data))
			return;
		cv_indent(p->out, p->depth * INDENT);
		cv_printf(p->out, CV_KEY, "%llu", (unsigned long long)number);
		cv_puts(p->out, CV_TEXT, ":");
		if (wire == LENGTH) {
			show_data(p, data);
			continue;
		}
		cv_puts(p->out, CV_TEXT, " ");
		if (wire == VARINT)
			show_varint(p, value);
		else
			show_fixed(p, wire, value);
		cv_newline(p->out);
	}
}

int
cv_protobuf_render(const struct cv_in *in, struct cv_out *o,
    struct why *why)
{
	struct proto	p = { .out = o };

	if (!is_message(in->body))
		return (fail(why, ERR_ARG, "not a Protocol Buffers message"));
	show_message(&p, in->body);
	return (0);
}

/* Each frame is packed by itself, with the coding that a field names. */
static int
show_frame(struct proto *p, const struct cv_in *in, bool packed,
    struct sp data, struct why *why)
{
	struct sp	coding = in->msg != NULL ?
	    head_get(in->msg->head, "grpc-encoding") : SPNIL;
	struct str	plain;
	int		rc = 0;

	str_init(&plain, limit_of(DECODED_BYTES));
	if (packed) {
		rc = enc_decode(coding, data, &plain, why);
		data = str_sp(&plain);
	}
	if (rc == 0 && !is_message(data))
		rc = fail(why, ERR_ARG, "not a Protocol Buffers message");
	if (rc == 0)
		show_message(p, data);
	str_fini(&plain);
	return (rc);
}

/* Each message has a flag and a length in front of it. */
int
cv_grpc_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	struct proto	p = { .out = o };
	struct bytes	b = { .in = in->body };
	struct sp	data;
	bool		packed;
	size_t		n = 0;

	while (bytes_left(&b) != 0 && !o->cut) {
		packed = bytes_be(&b, 1) != 0;
		data = bytes_take(&b, bytes_be(&b, 4));
		if (b.over)
			return (fail(why, ERR_ARG, "a gRPC frame is cut"));
		if (n++ != 0) {
			cv_puts(o, CV_COMMENT, "---");
			cv_newline(o);
		}
		if (show_frame(&p, in, packed, data, why) == -1)
			return (-1);
	}
	return (0);
}
