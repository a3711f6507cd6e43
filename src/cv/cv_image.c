/*
 * What the head of an image says: format, size and remarks.
 */
#include <stdio.h>

#include "cv/bytes.h"
#include "cv/cv_views.h"

#define FACTS_MAX	64	/* remarks shown of one image */

struct facts {
	struct bytes	 in;
	struct cv_out	*out;
	size_t		 n;
};

double
cv_image_priority(const struct cv_in *in)
{
	return (sp_starts(in->type, "image/") &&
	    sp_search(in->type, SP("+xml")) == -1);
}

/* A hostile file may repeat itself: so many facts and no more. */
static void
fact(struct facts *f, struct sp name, struct sp value)
{
	if (f->n++ >= FACTS_MAX)
		return;
	(void)cv_pairs(f->out, &name, &value, 1);
}

static void printflike(3, 4)
factf(struct facts *f, const char *name, const char *fmt, ...)
{
	char	buf[128];
	va_list	ap;

	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	fact(f, sp_of(name), sp_of(buf));
}

static void
fact_size(struct facts *f, uint64_t w, uint64_t h)
{
	factf(f, "Size", "%llu x %llu px", (unsigned long long)w,
	    (unsigned long long)h);
}

/* PNG 11.2.2 */
static void
png_header(struct facts *f, struct sp data)
{
	static const char *const	colours[] = { "grey", "?", "RGB",
	    "palette", "grey and alpha", "?", "RGB and alpha" };
	struct bytes			b = { .in = data };
	uint64_t			w, h, depth, colour;

	w = bytes_be(&b, 4);
	h = bytes_be(&b, 4);
	depth = bytes_be(&b, 1);
	colour = bytes_be(&b, 1);
	fact_size(f, w, h);
	factf(f, "Colours", "%s, %u bits", colours[colour < 7 ? colour : 1],
	    (unsigned)depth);
	(void)bytes_take(&b, 2);
	if (bytes_be(&b, 1) == 1)
		factf(f, "Interlaced", "yes");
}

/* PNG 11.3: the chunks that say something to people. */
static void
png_chunk(struct facts *f, struct sp type, struct sp data)
{
	struct bytes	b = { .in = data };
	struct sp	key, value;
	uint64_t	x, y;

	if (sp_is(type, "IHDR"))
		png_header(f, data);
	else if (sp_is(type, "gAMA"))
		factf(f, "Gamma", "%.5g", (double)bytes_be(&b, 4) / 100000);
	else if (sp_is(type, "pHYs")) {
		x = bytes_be(&b, 4);
		y = bytes_be(&b, 4);
		factf(f, "Aspect", "%llu x %llu%s", (unsigned long long)x,
		    (unsigned long long)y, bytes_be(&b, 1) == 1 ?
		    " px a metre" : "");
	} else if (sp_is(type, "tEXt") || sp_is(type, "iTXt")) {
		key = sp_split(data, '\0', &value);
		/* iTXt: two flags, language and key before the text */
		if (sp_is(type, "iTXt")) {
			value = sp_skip(value, 2);
			(void)sp_split(value, '\0', &value);
			(void)sp_split(value, '\0', &value);
		}
		fact(f, key, value);
	} else if (sp_is(type, "acTL"))
		factf(f, "Frames", "%llu", (unsigned long long)
		    bytes_be(&b, 4));
}

/* PNG 5.3: length, type, data, checksum; the last is not judged. */
static void
image_png(struct facts *f)
{
	struct sp	type, data;
	size_t		n;

	(void)bytes_take(&f->in, 8);
	while (bytes_left(&f->in) >= 12) {
		n = (size_t)bytes_be(&f->in, 4);
		type = bytes_take(&f->in, 4);
		data = bytes_take(&f->in, n);
		(void)bytes_take(&f->in, 4);
		png_chunk(f, type, data);
	}
}

/* Sub-blocks joined: length, bytes, ... until a length of 0. */
static void
gif_skip_blocks(struct facts *f, const char *name)
{
	struct sp	part;
	size_t		n;

	while ((n = (size_t)bytes_be(&f->in, 1)) != 0) {
		part = bytes_take(&f->in, n);
		if (name != NULL && !f->in.over)
			fact(f, sp_of(name), part);
	}
}

/* Bytes of a colour table: the flags give the power of two. */
static size_t
gif_table(uint64_t flags)
{
	return ((flags & 0x80) != 0 ? (size_t)3 << ((flags & 7) + 1) : 0);
}

/* Walks to the trailer and counts the pictures on the way. */
static size_t
gif_blocks(struct facts *f)
{
	size_t		frames = 0;
	uint64_t	kind;

	while (!f->in.over && (kind = bytes_be(&f->in, 1)) != ';') {
		if (kind == '!') {
			kind = bytes_be(&f->in, 1);
			gif_skip_blocks(f, kind == 0xfe ? "Comment" : NULL);
		} else if (kind == ',') {
			frames++;
			(void)bytes_take(&f->in, 8);
			(void)bytes_take(&f->in, gif_table(
			    bytes_be(&f->in, 1)) + 1);
			gif_skip_blocks(f, NULL);
		} else
			break;
	}
	return (frames);
}

static void
image_gif(struct facts *f)
{
	uint64_t	w, h, flags, background;

	(void)bytes_take(&f->in, 3);
	fact(f, SP("Version"), bytes_take(&f->in, 3));
	w = bytes_le(&f->in, 2);
	h = bytes_le(&f->in, 2);
	flags = bytes_be(&f->in, 1);
	background = bytes_be(&f->in, 1);
	(void)bytes_take(&f->in, 1 + gif_table(flags));
	fact_size(f, w, h);
	factf(f, "Background", "%llu", (unsigned long long)background);
	factf(f, "Frames", "%zu", gif_blocks(f));
}

/* T.81 B.2: sizes stand in the frame header, of which there are many
 * kinds. */
static void
jpeg_segment(struct facts *f, uint64_t marker, struct sp data)
{
	struct bytes	b = { .in = data };
	uint64_t	depth, w, h;

	if (marker == 0xe0 && sp_starts(data, "JFIF")) {
		(void)bytes_take(&b, 5);
		depth = bytes_be(&b, 1);
		factf(f, "JFIF", "%u.%02u", (unsigned)depth,
		    (unsigned)bytes_be(&b, 1));
	} else if (marker == 0xe1 && sp_starts(data, "Exif"))
		factf(f, "EXIF", "%zu bytes", data.n - 4);
	else if (marker == 0xfe)
		fact(f, SP("Comment"), data);
	else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	    marker != 0xc8 && marker != 0xcc) {
		depth = bytes_be(&b, 1);
		h = bytes_be(&b, 2);
		w = bytes_be(&b, 2);
		fact_size(f, w, h);
		factf(f, "Colours", "%u of %u bits", (unsigned)
		    bytes_be(&b, 1), (unsigned)depth);
		if (marker == 0xc2)
			factf(f, "Progressive", "yes");
	}
}

static void
image_jpeg(struct facts *f)
{
	uint64_t	marker, n;

	(void)bytes_take(&f->in, 2);
	while (!f->in.over && bytes_be(&f->in, 1) == 0xff) {
		while ((marker = bytes_be(&f->in, 1)) == 0xff)
			;
		n = bytes_be(&f->in, 2);
		/* After the start of scan only pixels come. */
		if (marker == 0xda || marker == 0xd9 || n < 2)
			return;
		jpeg_segment(f, marker, bytes_take(&f->in, (size_t)n - 2));
	}
}

/* A negative height means that the rows come from the top. */
static void
image_bmp(struct facts *f)
{
	uint64_t	w;
	int32_t		h;

	(void)bytes_take(&f->in, 18);
	w = bytes_le(&f->in, 4);
	h = (int32_t)(uint32_t)bytes_le(&f->in, 4);
	fact_size(f, w, (uint64_t)(h < 0 ? -(int64_t)h : h));
	(void)bytes_take(&f->in, 2);
	factf(f, "Colours", "%u bits", (unsigned)bytes_le(&f->in, 2));
}

/* RFC 9649 2: three kinds of first chunk, each with its own size. */
static void
image_webp(struct facts *f)
{
	struct sp	kind;
	uint64_t	w, h;

	(void)bytes_take(&f->in, 12);
	kind = bytes_take(&f->in, 4);
	(void)bytes_take(&f->in, 4);
	if (sp_is(kind, "VP8X")) {
		(void)bytes_take(&f->in, 4);
		w = bytes_le(&f->in, 3) + 1;
		h = bytes_le(&f->in, 3) + 1;
	} else if (sp_is(kind, "VP8L")) {
		(void)bytes_take(&f->in, 1);
		w = bytes_le(&f->in, 4);
		h = (w >> 14 & 0x3fff) + 1;
		w = (w & 0x3fff) + 1;
	} else {
		(void)bytes_take(&f->in, 6);
		w = bytes_le(&f->in, 2) & 0x3fff;
		h = bytes_le(&f->in, 2) & 0x3fff;
	}
	factf(f, "Coding", "%s", sp_is(kind, "VP8L") ? "lossless" :
	    sp_is(kind, "VP8X") ? "extended" : "lossy");
	fact_size(f, w, h);
}

/* A size of 0 means 256. */
static void
image_ico(struct facts *f)
{
	uint64_t	i, n, w, h;
	char		name[32];

	(void)bytes_take(&f->in, 4);
	n = bytes_le(&f->in, 2);
	factf(f, "Images", "%u", (unsigned)n);
	for (i = 1; i <= n && bytes_left(&f->in) >= 16; i++) {
		w = bytes_le(&f->in, 1);
		h = bytes_le(&f->in, 1);
		(void)bytes_take(&f->in, 4);
		(void)snprintf(name, sizeof(name), "Image %u", (unsigned)i);
		factf(f, name, "%u x %u px, %u bits",
		    w != 0 ? (unsigned)w : 256, h != 0 ? (unsigned)h : 256,
		    (unsigned)bytes_le(&f->in, 2));
		(void)bytes_take(&f->in, 8);
	}
}

static const struct {
	const char	*magic;
	size_t		 n;
	const char	*name;
	void		(*read)(struct facts *);
} formats[] = {
	{ "\x89PNG\r\n\x1a\n",	8, "Portable Network Graphics", image_png },
	{ "GIF8",		4, "Graphics Interchange Format", image_gif },
	{ "\xff\xd8\xff",	3, "JPEG", image_jpeg },
	{ "BM",			2, "Windows Bitmap", image_bmp },
	{ "RIFF",		4, "WebP", image_webp },
	{ "\0\0\1\0",		4, "Windows Icon", image_ico },
};

int
cv_image_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	struct facts	f = { .in = { .in = in->body }, .out = o };
	size_t		i;

	for (i = 0; i < nitems(formats); i++) {
		if (in->body.n < formats[i].n || memcmp(in->body.p,
		    formats[i].magic, formats[i].n) != 0)
			continue;
		if (sp_is(sp_of(formats[i].magic), "RIFF") &&
		    !sp_is(sp_cut(in->body, 8, 4), "WEBP"))
			continue;
		factf(&f, "Format", "%s", formats[i].name);
		formats[i].read(&f);
		factf(&f, "Bytes", "%zu", in->body.n);
		return (0);
	}
	return (fail(why, ERR_ARG, "not an image of a kind known here"));
}
