#include "ui/under.h"

#define LINES		6	/* with the title */
#define LIST_LINES	3	/* the least for the list */

static int
height(const struct under *u, const struct area *a, const char *help)
{
	int	wants;

	if (!u->more)
		return (a->h > 3 * LINES ? LINES : 0);
	wants = draw_wrapped_height(a->w - 2, sp_of(help)) + 1;
	wants = wants > LINES ? wants : LINES;
	if (wants > a->h - LIST_LINES)
		wants = a->h - LIST_LINES;
	return (wants > 1 ? wants : 0);
}

struct area
under_list(const struct under *u, const struct area *a, const char *help)
{
	return (area_cut(a, 0, 0, a->h - height(u, a, help), a->w));
}

void
under_draw(const struct under *u, const struct area *a, const char *title,
    const char *help)
{
	int		h = height(u, a, help);
	int		style = u->more ? ST_heading : ST_heading_inactive;
	struct area	low = area_cut(a, a->h - h, 0, h, a->w);
	struct area	bar = area_cut(&low, 0, 0, 1, low.w);

	if (h == 0)
		return;
	draw_fill(&low, ST_text);
	draw_fill(&bar, style);
	(void)draw_puts(&bar, 0, 0, style, title);
	low = area_cut(&low, 1, 1, h - 1, low.w - 2);
	(void)draw_wrapped(&low, ST_text, sp_of(help));
}

const char *
under_verb(const struct under *u)
{
	return (u->more ? "Less help" : "More help");
}
