#include "ui/style.h"

#include <math.h>

#define BOLD	LOOK_BOLD
#define UNDER	LOOK_UNDER
#define REV	LOOK_REV

/* Parts that colours play; each palette casts them. */
enum role {
	R_TEXT, R_BG, R_TITLE, R_BAR, R_BARBG, R_BARKEY, R_BAROFF, R_OFFBG,
	R_CHOSEN, R_CHOSENBG, R_FOUND, R_FOUNDBG, R_GREEN, R_RED, R_YELLOW,
	R_ORANGE, R_BLUE, R_CYAN, R_MAGENTA, R_DIM, R_PUNCT, R_DOMAIN,
	R_FILENAME, R_EXT, R_QKEY, R_QVALUE, ROLE_N
};

/* A colour with 256 and with 16; -1 is the terminal's own. */
struct shade {
	short	c256, c16;
};

static const struct {
	const char	*name;
	short		 fg, bg;
	unsigned char	 attr, mono;
} styles[ST_N] = {
#define STYLE(name, fg, bg, attr, mono) \
	{ #name, R_##fg, R_##bg, attr, mono },
#include "ui/style.def"
#undef STYLE
};

#define C(c256, c16)	{ c256, c16 }
/* What the two bright and the two sparing palettes share. */
#define FRAME(text, title, bg, barbg, key, dim) \
	[R_TEXT] = text, [R_BG] = { bg, bg }, [R_TITLE] = title, \
	[R_BAR] = { 15, 15 }, [R_BARBG] = barbg, [R_BARKEY] = { key, key }, \
	[R_BAROFF] = dim, [R_OFFBG] = { bg, bg }, [R_CHOSEN] = { 15, 15 }, \
	[R_CHOSENBG] = barbg, [R_FOUND] = { 0, 0 }, [R_FOUNDBG] = { 3, 3 }, \
	[R_DIM] = dim

static const struct shade palettes[PAL_N][ROLE_N] = {
	[PAL_DARK] = {
		FRAME(C(252, 7), C(231, 15), 0, C(24, 4), 14, C(244, 8)),
		[R_GREEN] = { 77, 2 }, [R_RED] = { 203, 1 },
		[R_YELLOW] = { 185, 3 }, [R_ORANGE] = { 215, 11 },
		[R_BLUE] = { 75, 12 }, [R_CYAN] = { 80, 6 },
		[R_MAGENTA] = { 176, 5 }, [R_PUNCT] = { 242, 8 },
		[R_DOMAIN] = { 252, 15 }, [R_FILENAME] = { 252, 6 },
		[R_EXT] = { 152, 7 }, [R_QKEY] = { 75, 3 },
		[R_QVALUE] = { 110, 7 },
	},
	[PAL_LIGHT] = {
		FRAME(C(236, 0), C(0, 0), 15, C(25, 4), 11, C(245, 8)),
		[R_GREEN] = { 28, 2 }, [R_RED] = { 160, 1 },
		[R_YELLOW] = { 136, 3 }, [R_ORANGE] = { 166, 3 },
		[R_BLUE] = { 26, 4 }, [R_CYAN] = { 30, 6 },
		[R_MAGENTA] = { 127, 5 }, [R_PUNCT] = { 247, 8 },
		[R_DOMAIN] = { 236, 0 }, [R_FILENAME] = { 238, 4 },
		[R_EXT] = { 60, 4 }, [R_QKEY] = { 26, 4 },
		[R_QVALUE] = { 30, 6 },
	},
	[PAL_LOWDARK] = {
		FRAME(C(7, 7), C(7, 7), 0, C(4, 4), 14, C(8, 8)),
		[R_GREEN] = { 2, 2 }, [R_RED] = { 9, 9 },
		[R_YELLOW] = { 3, 3 }, [R_ORANGE] = { 11, 11 },
		[R_BLUE] = { 12, 12 }, [R_CYAN] = { 6, 6 },
		[R_MAGENTA] = { 5, 5 }, [R_PUNCT] = { 7, 7 },
		[R_DOMAIN] = { 15, 15 }, [R_FILENAME] = { 6, 6 },
		[R_EXT] = { 7, 7 }, [R_QKEY] = { 3, 3 },
		[R_QVALUE] = { 7, 7 },
	},
	[PAL_LOWLIGHT] = {
		FRAME(C(0, 0), C(0, 0), 15, C(4, 4), 11, C(8, 8)),
		[R_GREEN] = { 2, 2 }, [R_RED] = { 1, 1 },
		[R_YELLOW] = { 3, 3 }, [R_ORANGE] = { 3, 3 },
		[R_BLUE] = { 4, 4 }, [R_CYAN] = { 6, 6 },
		[R_MAGENTA] = { 5, 5 }, [R_PUNCT] = { 8, 8 },
		[R_DOMAIN] = { 0, 0 }, [R_FILENAME] = { 4, 4 },
		[R_EXT] = { 4, 4 }, [R_QKEY] = { 4, 4 },
		[R_QVALUE] = { 6, 6 },
	},
	[PAL_SOLARIZED_DARK] = {
		[R_TEXT] = { 244, 7 }, [R_BG] = { 234, 0 },
		[R_TITLE] = { 230, 15 }, [R_BAR] = { 254, 15 },
		[R_BARBG] = { 240, 4 }, [R_BARKEY] = { 33, 14 },
		[R_BAROFF] = { 245, 8 }, [R_OFFBG] = { 235, 0 },
		[R_CHOSEN] = { 254, 15 }, [R_CHOSENBG] = { 240, 4 },
		[R_FOUND] = { 234, 0 }, [R_FOUNDBG] = { 136, 3 },
		[R_GREEN] = { 64, 2 }, [R_RED] = { 160, 1 },
		[R_YELLOW] = { 136, 3 }, [R_ORANGE] = { 166, 11 },
		[R_BLUE] = { 33, 12 }, [R_CYAN] = { 37, 6 },
		[R_MAGENTA] = { 125, 5 }, [R_DIM] = { 245, 8 },
		[R_PUNCT] = { 242, 8 }, [R_DOMAIN] = { 252, 15 },
		[R_FILENAME] = { 132, 5 }, [R_EXT] = { 96, 5 },
		[R_QKEY] = { 37, 6 }, [R_QVALUE] = { 30, 6 },
	},
	[PAL_SOLARIZED_LIGHT] = {
		[R_TEXT] = { 241, 0 }, [R_BG] = { 230, 15 },
		[R_TITLE] = { 234, 0 }, [R_BAR] = { 230, 15 },
		[R_BARBG] = { 241, 4 }, [R_BARKEY] = { 75, 11 },
		[R_BAROFF] = { 241, 8 }, [R_OFFBG] = { 254, 7 },
		[R_CHOSEN] = { 230, 15 }, [R_CHOSENBG] = { 241, 4 },
		[R_FOUND] = { 230, 15 }, [R_FOUNDBG] = { 136, 3 },
		[R_GREEN] = { 64, 2 }, [R_RED] = { 160, 1 },
		[R_YELLOW] = { 136, 3 }, [R_ORANGE] = { 166, 3 },
		[R_BLUE] = { 33, 4 }, [R_CYAN] = { 37, 6 },
		[R_MAGENTA] = { 125, 5 }, [R_DIM] = { 245, 8 },
		[R_PUNCT] = { 245, 8 }, [R_DOMAIN] = { 235, 0 },
		[R_FILENAME] = { 88, 5 }, [R_EXT] = { 96, 5 },
		[R_QKEY] = { 37, 6 }, [R_QVALUE] = { 30, 6 },
	},
};

static const char *const names[PAL_N + 1] = {
	"dark", "light", "lowdark", "lowlight", "solarized_dark",
	"solarized_light", NULL
};

const char *const *
palette_names(void)
{
	return (names);
}

enum palette
palette_find(const char *name)
{
	int	i;

	for (i = 0; i < PAL_N; i++)
		if (name != NULL && strcmp(names[i], name) == 0)
			return ((enum palette)i);
	return (PAL_SOLARIZED_DARK);
}

const char *
style_name(int style)
{
	if (style >= ST_GRADIENT)
		return ("gradient");
	return (styles[style].name);
}

/* Red, yellow, green, cyan, blue; neither so light nor so dark that they
 * could not be read on black and on white. */
static int
gradient_colour(int n, int colours)
{
	static const short	low[] = { 1, 3, 2, 6, 4 };
	static const short	high[] = { 196, 160, 166, 166, 172, 172, 136,
	    136, 142, 106, 106, 70, 70, 34, 35, 36, 37, 31, 32, 33 };

	n = n < 0 ? 0 : n > 99 ? 99 : n;
	return (colours < 256 ? low[n / 20] : high[n / 5]);
}

static int
shade_of(enum palette p, short role, int colours, unsigned *attr)
{
	const struct shade	*s = &palettes[p][role];

	if (colours >= 256)
		return (s->c256);
	if (colours >= 16 || s->c16 < 8)
		return (s->c16);
	if (attr != NULL)
		*attr |= LOOK_BOLD;	/* eight colours: bright is bold */
	return (s->c16 - 8);
}

/* What is plain text, more or less: in the terminal's own colour it is seen
 * on its own background, whatever that is. */
static bool
is_plain(short role)
{
	return (role == R_TEXT || role == R_TITLE || role == R_DOMAIN);
}

void
style_look(enum palette p, int style, int colours, bool transparent,
    struct look *out)
{
	out->fg = out->bg = -1;
	if (style >= ST_GRADIENT) {
		out->attr = 0;
		if (colours >= 8)
			out->fg = gradient_colour(style - ST_GRADIENT,
			    colours);
		if (!transparent && colours >= 8)
			out->bg = shade_of(p, R_BG, colours, NULL);
		return;
	}
	if (colours < 8) {
		out->attr = styles[style].mono;
		return;
	}
	out->attr = styles[style].attr;
	out->fg = shade_of(p, styles[style].fg, colours, &out->attr);
	if (styles[style].bg != R_BG || !transparent)
		out->bg = shade_of(p, styles[style].bg, colours, NULL);
	else if (is_plain(styles[style].fg))
		out->fg = -1;
}

static int
gradient_of(double share)
{
	return (ST_GRADIENT + (int)(99 - 100 * (share < 0.99 ? share : 0.99)));
}

int
style_of_size(uint64_t n)
{
	return (gradient_of(log2((double)n + 1) / 20));
}

int
style_of_span(double s)
{
	double	ms = s * 1000;

	return (gradient_of(log2(ms > 1 ? ms : 1) / 12));
}
