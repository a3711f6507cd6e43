/* s_data - what a command gave back, in a box. */
#include <stdlib.h>

#include "base/mem.h"
#include "cv/cv.h"
#include "base/utf8.h"
#include "ui/text.h"
#include "ui/ui.h"

#define BOX_SIDES	4	/* cells of its frame */

struct s_data {
	struct screen	 screen;
	struct text	 text;
	struct cv_out	 out;
	char		*title;
};

static void
data_title(struct screen *s, struct str *out)
{
	str_puts(out, ((struct s_data *)s)->title);
}

static void
data_draw(struct screen *s, const struct area *a)
{
	struct s_data	*d = (struct s_data *)s;

	text_clear(&d->text);
	text_add(&d->text, &d->out);
	text_set_chop(&d->text, !opts_bool(s->ui->model->opts,
	    "console_wrap_lines"));
	text_draw(&d->text, a);
}

static void
data_nav(struct screen *s, enum nav nav)
{
	if (nav == NAV_SELECT)
		ui_pop(s->ui);
	else
		(void)text_nav(&((struct s_data *)s)->text, nav);
}

static struct text *
data_text(struct screen *s)
{
	return (&((struct s_data *)s)->text);
}

static void
data_size(struct screen *s, int *h, int *w)
{
	struct s_data	*d = (struct s_data *)s;
	size_t		 i, n, cells, widest = 40;
	int		 room;

	data_draw(s, &(struct area){ s->ui->term, 0, 0, 0, 0 });
	n = text_lines(&d->text);
	for (i = 0; i < n && i < 200; i++) {
		cells = utf8_cells(text_line(&d->text, i));
		widest = cells > widest ? cells : widest;
	}
	/* Wrapped lines are seen whole, too, where there is room. */
	room = term_cols(s->ui->term) - BOX_SIDES;
	*w = widest > (size_t)room ? room : (int)widest;
	*h = (int)text_height(&d->text, *w, 500);
}

static void
data_close(struct screen *s)
{
	struct s_data	*d = (struct s_data *)s;

	cv_out_fini(&d->out);
	text_fini(&d->text);
	free(d->title);
}

static const struct screen_ops data_ops = {
	.label	= "Data",
	.ctx	= CTX_DATAVIEWER,
	.close	= data_close,
	.title	= data_title,
	.draw	= data_draw,
	.nav	= data_nav,
	.text	= data_text,
	.size	= data_size,
};

static void
put_lines(struct cv_out *o, struct sp s)
{
	struct sp	one;

	do {
		one = sp_split(s, '\n', &s);
		(void)cv_put(o, CV_TEXT, one);
		(void)cv_newline(o);
	} while (s.n != 0);
}

static void
put_table(struct cv_out *o, const struct cmd_res *res)
{
	size_t	i, cols = res->kind == RES_TABLE && res->cols > 0 ?
	    res->cols : 1;

	for (i = 0; i < res->n; i++) {
		(void)cv_put(o, CV_TEXT, sp_of(res->list[i]));
		if ((i + 1) % cols == 0)
			(void)cv_newline(o);
		else
			(void)cv_puts(o, CV_COMMENT, " | ");
	}
}

struct screen *
s_data_new(struct ui *ui, const char *title, struct cmd_res *res)
{
	struct s_data	*d = screen_new(ui, &data_ops, sizeof(*d));

	d->title = xstrdup(title);
	text_init(&d->text);
	cv_out_init(&d->out, 0);
	switch (res->kind) {
	case RES_INT:
		(void)cv_printf(&d->out, CV_TEXT, "%lld", res->i);
		break;
	case RES_BOOL:
		(void)cv_puts(&d->out, CV_TEXT, res->i ? "true" : "false");
		break;
	case RES_STR:
		put_lines(&d->out, str_sp(&res->text));
		break;
	default:
		put_table(&d->out, res);
	}
	if (d->out.nlines == 0)
		(void)cv_newline(&d->out);
	return (&d->screen);
}
