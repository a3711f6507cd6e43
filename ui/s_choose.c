/* s_choose - a box with choices; each has a key of its own. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "model/cmd.h"
#include "ui/list.h"
#include "ui/ui.h"

/* No q: that one leaves. */
static const char	shortcuts[] = "123456789abcdefghijklmnoprstuvwxyz";

struct s_choose {
	struct screen	 screen;
	struct list	 list;
	char		*title;
	char		**choices;
	char		**words;	/* to run, {choice} replaced */
	size_t		 nwords;
};

static void
choose_title(struct screen *s, struct str *out)
{
	struct s_choose	*c = (struct s_choose *)s;

	str_puts(out, c->title);
	if (c->list.page > 0 && (size_t)c->list.page < c->list.n)
		str_printf(out, " %zu/%zu", c->list.at + 1, c->list.n);
}

static void
choose_row(void *arg, size_t i, const struct area *a, bool focus)
{
	struct s_choose	*c = arg;
	int		 style = focus ? ST_option_selected : ST_text;
	int		 x;

	draw_fill(a, style);
	x = draw_printf(a, 0, 0, style, "%c) ", i < sizeof(shortcuts) - 1 ?
	    shortcuts[i] : ' ');
	(void)draw_puts(a, 0, x, style, c->choices[i]);
}

static void
choose_draw(struct screen *s, const struct area *a)
{
	struct s_choose	*c = (struct s_choose *)s;

	list_draw(&c->list, a, choose_row, c);
}

static void
choose_size(struct screen *s, int *h, int *w)
{
	struct s_choose	*c = (struct s_choose *)s;
	size_t		 i, cells;

	*h = (int)c->list.n;
	*w = 24;
	for (i = 0; i < c->list.n; i++) {
		cells = utf8_cells(sp_of(c->choices[i])) + 4;
		if ((int)cells > *w && cells < 200)
			*w = (int)cells;
	}
}

static void
put_word(struct str *line, const char *word, const char *choice)
{
	struct str	 s;
	const char	*at = strstr(word, "{choice}");

	str_init(&s, 65536);
	if (at != NULL) {
		str_add(&s, sp_mem(word, (size_t)(at - word)));
		str_puts(&s, choice);
		str_puts(&s, at + strlen("{choice}"));
	} else
		str_puts(&s, word);
	if (line->n > 0)
		str_putc(line, ' ');
	words_quote(line, str_sp(&s));
	str_fini(&s);
}

static void
choose_take(struct s_choose *c, size_t i)
{
	struct ui	*ui = c->screen.ui;
	struct str	 line;
	size_t		 k;

	str_init(&line, 65536);
	for (k = 0; k < c->nwords; k++)
		put_word(&line, c->words[k], c->choices[i]);
	ui_close_box(ui);		/* frees c */
	ui_run(ui, str_c(&line));
	str_fini(&line);
}

static bool
choose_key(struct screen *s, const struct key *k)
{
	struct s_choose	*c = (struct s_choose *)s;
	const char	*at;

	if (k->mods != 0 || k->code >= 0x80 || k->code == 0)
		return (false);
	at = strchr(shortcuts, (int)k->code);
	if (at == NULL || (size_t)(at - shortcuts) >= c->list.n)
		return (false);
	choose_take(c, (size_t)(at - shortcuts));
	return (true);
}

static void
choose_nav(struct screen *s, enum nav nav)
{
	struct s_choose	*c = (struct s_choose *)s;

	if (nav == NAV_SELECT)
		choose_take(c, c->list.at);
	else
		(void)list_nav(&c->list, nav);
}

static void
choose_mouse(struct screen *s, const struct key *k, int y, int x)
{
	struct s_choose	*c = (struct s_choose *)s;
	ssize_t		 i = list_hit(&c->list, y);

	(void)k;
	(void)x;
	if (i >= 0)
		choose_take(c, (size_t)i);
}

static void
choose_close(struct screen *s)
{
	struct s_choose	*c = (struct s_choose *)s;
	size_t		 i;

	for (i = 0; i < c->list.n; i++)
		free(c->choices[i]);
	for (i = 0; i < c->nwords; i++)
		free(c->words[i]);
	free(c->choices);
	free(c->words);
	free(c->title);
}

static const struct screen_ops choose_ops = {
	.label	= "Choose",
	.ctx	= CTX_CHOOSER,
	.close	= choose_close,
	.title	= choose_title,
	.draw	= choose_draw,
	.key	= choose_key,
	.nav	= choose_nav,
	.mouse	= choose_mouse,
	.size	= choose_size,
};

static char **
copy_all(const char *const *v, size_t n)
{
	char	**out = xcalloc(n + 1, sizeof(*out));
	size_t	  i;

	for (i = 0; i < n; i++)
		out[i] = xstrdup(v[i]);
	return (out);
}

struct screen *
s_choose_new(struct ui *ui, const char *title, const char *const *choices,
    size_t n, const char *const *words, size_t nwords)
{
	struct s_choose	*c = screen_new(ui, &choose_ops, sizeof(*c));

	list_init(&c->list);
	list_set_n(&c->list, n);
	c->title = xstrdup(title);
	c->choices = copy_all(choices, n);
	c->words = copy_all(words, nwords);
	c->nwords = nwords;
	return (&c->screen);
}
