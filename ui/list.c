#include "ui/list.h"

void
list_init(struct list *l)
{
	memset(l, 0, sizeof(*l));
	l->row_h = 1;
	l->page = 1;
}

void
list_set_n(struct list *l, size_t n)
{
	l->n = n;
	if (l->at >= n)
		l->at = n > 0 ? n - 1 : 0;
}

void
list_go(struct list *l, ssize_t to)
{
	if (to < 0)
		to += (ssize_t)l->n;
	if (to < 0)
		to = 0;
	l->at = (size_t)to;
	list_set_n(l, l->n);
}

bool
list_nav(struct list *l, enum nav nav)
{
	size_t	page = l->page > 1 ? (size_t)l->page - 1 : 1;

	switch (nav) {
	case NAV_START:
		l->at = 0;
		return (true);
	case NAV_END:
		list_go(l, -1);
		return (true);
	case NAV_UP:
		l->at -= l->at > 0;
		return (true);
	case NAV_DOWN:
		l->at++;
		break;
	case NAV_PAGEUP:
		l->at -= l->at > page ? page : l->at;
		return (true);
	case NAV_PAGEDOWN:
		l->at += page;
		break;
	default:
		return (false);
	}
	list_set_n(l, l->n);
	return (true);
}

void
list_see(struct list *l, int rows)
{
	size_t	h = rows > 0 ? (size_t)rows : 1;

	l->page = rows > 0 ? rows : 1;
	if (l->at < l->top)
		l->top = l->at;
	if (l->at >= l->top + h)
		l->top = l->at - h + 1;
	/* No empty lines at the foot while there are rows above. */
	if (l->top + h > l->n)
		l->top = l->n > h ? l->n - h : 0;
}

void
list_draw(struct list *l, const struct area *a, list_row_fn *row, void *arg)
{
	struct area	part;
	size_t		i;
	int		y;

	draw_fill(a, ST_text);
	list_see(l, a->h / l->row_h);
	for (i = l->top, y = 0; i < l->n && y < a->h; i++, y += l->row_h) {
		part = area_cut(a, y, 0, l->row_h, a->w);
		row(arg, i, &part, i == l->at);
	}
}

ssize_t
list_hit(const struct list *l, int y)
{
	size_t	i = l->top + (size_t)(y / l->row_h);

	return (y >= 0 && i < l->n ? (ssize_t)i : -1);
}
