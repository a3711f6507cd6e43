/*
 * style - what things look like: names for styles, palettes that give them
 * colours, and how a look is said with 256, 16, 8 or no colours.
 *
 * Pure; knows numbers of colours, not curses. Any thread.
 */
#ifndef UI_STYLE_H
#define UI_STYLE_H

#include "base/base.h"

enum style {
#define STYLE(name, fg, bg, attr, mono) ST_##name,
#include "ui/style.def"
#undef STYLE
	ST_N
};

/* Good (blue) to bad (red): ST_GRADIENT + 0 (red) ... + 99 (blue). */
#define ST_GRADIENT	1000

enum palette { PAL_DARK, PAL_LIGHT, PAL_LOWDARK, PAL_LOWLIGHT,
	PAL_SOLARIZED_DARK, PAL_SOLARIZED_LIGHT, PAL_N };

#define LOOK_BOLD	1u
#define LOOK_UNDER	2u
#define LOOK_REV	4u

struct look {
	int		fg, bg;		/* -1: the terminal's own */
	unsigned	attr;		/* LOOK_ */
};

/* NULL-ended names of the palettes, in the order of the enum. */
const char	*const *palette_names(void);
/* The palette of that name; the default one when there is none. */
enum palette	 palette_find(const char *);
/* colours: how many the terminal has (below 8: none are used).
 * transparent: leave the terminal's background. */
void		 style_look(enum palette, int style, int colours,
		    bool transparent, struct look *);
const char	*style_name(int style);
/* Gradient styles for a size in bytes and a duration in seconds. */
int		 style_of_size(uint64_t);
int		 style_of_span(double);

#endif
