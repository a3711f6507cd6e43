#include "ui/pane.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ui/find.h"

static const char *const names[LAYOUT_N + 1] = {
	"single", "vertical", "horizontal", NULL
};

const char *const *
layout_names(void)
{
	return (names);
}

enum layout
layout_find(const char *name)
{
	int	i;

	for (i = 0; i < LAYOUT_N; i++)
		if (name != NULL && strcmp(names[i], name) == 0)
			return ((enum layout)i);
	return (LAYOUT_SINGLE);
}

void *
screen_new(struct ui *ui, const struct screen_ops *ops, size_t size)
{
	struct screen	*s = xcalloc(1, size);

	s->magic = SCREEN_MAGIC;
	s->ops = ops;
	s->ui = ui;
	obj_born(OBJ_screen);
	return (s);
}

void
screen_free(struct screen *s)
{
	if (s == NULL)
		return;
	if (s->ops->close != NULL)
		s->ops->close(s);
	s->magic = 0;
	obj_gone(OBJ_screen);
	free(s);
}

void
panes_init(struct panes *p)
{
	memset(p, 0, sizeof(*p));
	p->titles = true;
}

void
panes_fini(struct panes *p)
{
	struct screen	*s, *below;
	size_t		 i;

	for (i = 0; i < nitems(p->v); i++) {
		for (s = p->v[i].top; s != NULL; s = below) {
			below = s->below;
			screen_free(s);
		}
		p->v[i].top = NULL;
	}
}

void
pane_push(struct pane *p, struct screen *s)
{
	s->below = p->top;
	p->top = s;
}

bool
pane_pop(struct pane *p)
{
	struct screen	*s = p->top;

	if (s->below == NULL)
		return (false);
	p->top = s->below;
	screen_free(s);
	return (true);
}

struct screen *
panes_top(const struct panes *p)
{
	return (p->v[p->focus].top);
}

static struct area
pane_inside(const struct panes *p, const struct pane *pane)
{
	return (area_cut(&pane->area, p->titles, 0,
	    pane->area.h - p->titles, pane->area.w));
}

struct pane *
panes_at(struct panes *p, int y, int x, struct area *in)
{
	size_t	i;

	for (i = 0; i < nitems(p->v); i++)
		if (area_has(&p->v[i].area, y, x)) {
			*in = pane_inside(p, &p->v[i]);
			return (&p->v[i]);
		}
	return (NULL);
}

void
panes_focus_next(struct panes *p)
{
	if (p->layout != LAYOUT_SINGLE)
		p->focus = 1 - p->focus;
}

void
panes_recalc(struct panes *p, const struct area *a)
{
	struct area	none = { a->term, 0, 0, 0, 0 };
	int		half;

	switch (p->layout) {
	case LAYOUT_VERTICAL:
		half = (a->h + 1) / 2;
		p->v[0].area = area_cut(a, 0, 0, half, a->w);
		p->v[1].area = area_cut(a, half, 0, a->h - half, a->w);
		return;
	case LAYOUT_HORIZONTAL:
		half = (a->w - 1) / 2;
		p->v[0].area = area_cut(a, 0, 0, a->h, half);
		p->v[1].area = area_cut(a, 0, half + 1, a->h,
		    a->w - half - 1);
		return;
	default:
		p->focus = 0;
		p->v[0].area = *a;
		p->v[1].area = none;
	}
}

static void
pane_repaint(const struct panes *p, const struct pane *pane, bool focus)
{
	struct area	in = pane_inside(p, pane), bar;
	struct str	title;

	if (pane->area.h == 0 || pane->top == NULL)
		return;
	bar = area_cut(&pane->area, 0, 0, p->titles, pane->area.w);
	if (p->titles) {
		str_init(&title, 512);
		pane->top->ops->title(pane->top, &title);
		draw_fill(&bar, focus ? ST_heading : ST_heading_inactive);
		(void)draw_text(&bar, 0, 0, focus ? ST_heading :
		    ST_heading_inactive, str_sp(&title));
		str_fini(&title);
	}
	pane->top->ops->draw(pane->top, &in);
	find_draw(pane->top, &bar, &in);
}

void
panes_repaint(struct panes *p)
{
	struct area	gap;
	size_t		i;

	for (i = 0; i < nitems(p->v); i++)
		pane_repaint(p, &p->v[i], p->layout == LAYOUT_SINGLE ||
		    p->focus == i);
	if (p->layout == LAYOUT_HORIZONTAL) {
		gap = p->v[0].area;
		gap.x += gap.w;
		gap.w = 1;
		draw_vline(&gap, ST_heading_inactive);
	}
}
