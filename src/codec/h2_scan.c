#include "codec/h2_scan.h"

#define FRAME_HEAD	9	/* RFC 9113 4.1 */
#define WINDOW_UPDATE	8	/* RFC 9113 6.9 */
#define INCREMENT	4

void
h2_scan_init(struct h2_scan *s, size_t preface)
{
	s->skip = preface;
	s->n = 0;
}

static uint32_t
word(const unsigned char *p)
{
	/* the first bit is reserved, of increments and of stream ids */
	return ((uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3]);
}

/* A frame's head is here: most are passed over. */
static void
judge(struct h2_scan *s)
{
	size_t	length = (size_t)s->frame[0] << 16 |
	    (size_t)s->frame[1] << 8 | s->frame[2];

	if (s->frame[3] == WINDOW_UPDATE && length == INCREMENT)
		return;
	s->skip = length;
	s->n = 0;
}

int32_t
h2_scan_feed(struct h2_scan *s, struct sp in)
{
	int32_t	found = -1;
	size_t	n;

	while (in.n != 0) {
		if (s->skip != 0) {
			n = s->skip < in.n ? s->skip : in.n;
			s->skip -= n;
			in = sp_skip(in, n);
			continue;
		}
		s->frame[s->n++] = in.p[0];
		in = sp_skip(in, 1);
		if (s->n == FRAME_HEAD)
			judge(s);
		if (s->n < sizeof(s->frame))
			continue;
		s->n = 0;
		if (word(s->frame + FRAME_HEAD) == 0)
			found = (int32_t)word(s->frame + 5);
	}
	return (found);
}
