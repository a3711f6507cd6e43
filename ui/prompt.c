#include "ui/prompt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

void
prompt_init(struct prompt *p, struct cmds *cmds)
{
	memset(p, 0, sizeof(*p));
	p->cmds = cmds;
	line_init(&p->line);
	str_init(&p->hint, 4096);
}

void
prompt_fini(struct prompt *p)
{
	if (p->cycling)
		completion_fini(&p->comp);
	free(p->label);
	free(p->front);
	line_fini(&p->line);
	str_fini(&p->hint);
	memset(p, 0, sizeof(*p));
}

bool
prompt_is_open(const struct prompt *p)
{
	return (p->kind != PROMPT_NONE);
}

static void
cycle_end(struct prompt *p)
{
	if (p->cycling)
		completion_fini(&p->comp);
	p->cycling = false;
}

/* Closes first: done() may open the next one. */
static void
prompt_done(struct prompt *p, const char *answer)
{
	prompt_fn	*done = p->done;
	void		*arg = p->arg;
	char		*copy = answer != NULL ? xstrdup(answer) : NULL;

	cycle_end(p);
	p->kind = PROMPT_NONE;
	p->done = NULL;
	p->typed = NULL;
	if (done != NULL)
		done(arg, copy);
	free(copy);
}

void
prompt_cancel(struct prompt *p)
{
	if (p->kind != PROMPT_NONE)
		prompt_done(p, NULL);
}

static void
prompt_open(struct prompt *p, enum prompt_kind kind, char *label,
    struct sp text, prompt_fn *done, void *arg)
{
	prompt_cancel(p);
	free(p->label);
	p->label = label;
	p->kind = kind;
	p->done = done;
	p->arg = arg;
	p->browsing = false;
	p->judged = false;
	p->typed = NULL;
	p->note[0] = '\0';
	line_set(&p->line, text);
	free(p->front);
	p->front = NULL;
}

static bool
is_quote(int c)
{
	return (c == '\'' || c == '"');
}

/* Does the line hold one word from there to its end? */
static bool
is_one_word(const char *line, size_t from)
{
	struct words	w;
	bool		one;

	words_split(&w, line);
	one = w.n > 0 && w.v[w.n - 1].from == from &&
	    w.v[w.n - 1].to == strlen(line);
	words_fini(&w);
	return (one);
}

/* The line as the lexer understands what was meant. */
static char *
prompt_meant(const struct prompt *p)
{
	struct sp	 line = str_sp(&p->line.text);
	size_t		 n = p->front != NULL ? strlen(p->front) : 0;
	struct str	 s;

	if (n == 0 || line.n <= n || memcmp(line.p, p->front, n) != 0 ||
	    line.p[line.n - 1] != line.p[n - 1] ||
	    is_one_word(str_c(&p->line.text), n - 1))
		return (xspdup(line));
	str_init(&s, STR_MAX);
	str_add(&s, sp_cut(line, 0, n - 1));
	words_quote(&s, sp_cut(line, n, line.n - n - 1));
	return (str_take(&s));
}

void
prompt_command(struct prompt *p, struct sp text, size_t given, size_t tail,
    prompt_fn *done, void *arg)
{
	prompt_open(p, PROMPT_COMMAND, xstrdup(": "), text, done, arg);
	p->line.given = given;
	p->line.at = text.n - tail;
	if (tail == 1 && given > 0 && given < text.n &&
	    is_quote(text.p[given - 1]) &&
	    text.p[text.n - 1] == text.p[given - 1])
		p->front = xspdup(sp_cut(text, 0, given));
}

void
prompt_text(struct prompt *p, const char *label, struct sp text,
    prompt_fn *done, void *arg)
{
	prompt_open(p, PROMPT_TEXT, xasprintf("%s: ", label), text, done,
	    arg);
}

void
prompt_ask(struct prompt *p, prompt_fn *done, void *arg, const char *fmt,
    ...)
{
	struct str	s;
	va_list		ap;

	str_init(&s, 512);
	va_start(ap, fmt);
	str_vprintf(&s, fmt, ap);
	va_end(ap);
	str_puts(&s, " (yes/no)? ");
	prompt_open(p, PROMPT_ASK, str_take(&s), SPNIL, done, arg);
}

/* Puts a candidate in the place of the word at the cursor. */
static void
cycle_show(struct prompt *p)
{
	struct line	*l = &p->line;
	struct sp	 all = str_sp(&l->text);
	char		*rest = xspdup(sp_skip(all, l->at));
	size_t		 n = strlen(rest);

	str_cut(&l->text, p->comp.from);
	str_puts(&l->text, p->comp.list.list[p->comp_at]);
	l->at = l->text.n;
	str_add(&l->text, sp_mem(rest, n));
	free(rest);
}

static void
cycle(struct prompt *p, int step)
{
	size_t	n;

	if (p->cmds == NULL || p->kind != PROMPT_COMMAND)
		return;
	if (!p->cycling) {
		memset(&p->comp, 0, sizeof(p->comp));
		cmds_complete(p->cmds, str_c(&p->line.text), p->line.at,
		    &p->comp);
		if (p->comp.list.n == 0) {
			completion_fini(&p->comp);
			return;
		}
		p->cycling = true;
		p->comp_at = step > 0 ? 0 : p->comp.list.n - 1;
	} else {
		n = p->comp.list.n;
		p->comp_at = (p->comp_at + n + (size_t)(step + (int)n)) % n;
	}
	cycle_show(p);
	if (p->comp.list.n == 1)
		cycle_end(p);		/* the next tab starts anew */
}

/* History is kept by commands of the engine, so that scripts see it too. */
static void
history(struct prompt *p, const char *verb)
{
	const char	*words[2] = { "commands.history.filter", NULL };
	struct cmd_res	 res;

	if (p->cmds == NULL || p->kind != PROMPT_COMMAND)
		return;
	if (!p->browsing) {
		words[1] = str_c(&p->line.text);
		cmd_res_init(&res);
		(void)cmds_call(p->cmds, words, 2, &res, NULL);
		cmd_res_fini(&res);
		p->browsing = true;
	}
	words[0] = verb;
	cmd_res_init(&res);
	if (cmds_call(p->cmds, words, 1, &res, NULL) == 0 &&
	    res.kind == RES_STR)
		line_set(&p->line, str_sp(&res.text));
	cmd_res_fini(&res);
}

static void
ask_key(struct prompt *p, const struct key *k)
{
	if (k->code == 'y' || k->code == 'Y')
		prompt_done(p, "y");
	else if (k->code == 'n' || k->code == 'N' || k->code == K_ESC ||
	    k->code == 'q' || (k->code == 'c' && (k->mods & KM_CTRL)))
		prompt_done(p, "n");
}

static bool
is_ctrl(const struct key *k, uint32_t c)
{
	return (k->code == c && (k->mods & KM_CTRL));
}

void
prompt_watch(struct prompt *p, prompt_fn *typed)
{
	p->typed = typed;
}

void
prompt_note(struct prompt *p, const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	(void)vsnprintf(p->note, sizeof(p->note), fmt, ap);
	va_end(ap);
}

static void
prompt_enter(struct prompt *p)
{
	char	*line = prompt_meant(p);

	prompt_done(p, line);
	free(line);
}

static void
edit_key(struct prompt *p, const struct key *k)
{
	bool	changed;

	if (k->code == K_TAB) {
		cycle(p, k->mods & KM_SHIFT ? -1 : 1);
		return;
	}
	cycle_end(p);
	if (k->code == K_ESC || is_ctrl(k, 'c') || is_ctrl(k, 'g'))
		prompt_cancel(p);
	else if (k->code == K_ENTER)
		prompt_enter(p);
	else if (k->code == K_UP || is_ctrl(k, 'p'))
		history(p, "commands.history.prev");
	else if (k->code == K_DOWN || is_ctrl(k, 'n'))
		history(p, "commands.history.next");
	else if (k->code == ' ' && p->line.text.n == 0 &&
	    p->kind == PROMPT_COMMAND)
		return;			/* no blank before the command */
	else if (line_key(&p->line, k, &changed) && changed)
		p->browsing = false;
}

void
prompt_key(struct prompt *p, const struct key *k)
{
	char	*was, *now;

	if (k->code == K_MOUSE)
		return;
	p->judged = false;
	if (p->kind == PROMPT_ASK) {
		ask_key(p, k);
		return;
	}
	was = xspdup(str_sp(&p->line.text));
	edit_key(p, k);
	if (p->typed != NULL && strcmp(was, str_c(&p->line.text)) != 0) {
		now = prompt_meant(p);
		p->typed(p->arg, now);
		free(now);
	}
	free(was);
}

int
prompt_height(const struct prompt *p)
{
	return (p->kind == PROMPT_NONE ? 0 :
	    p->cycling && p->comp.list.n > 1 ? 2 : 1);
}

/* The candidates in a row, the present one marked, scrolled to it. */
static void
cycle_draw(const struct prompt *p, const struct area *a)
{
	const struct cmd_res	*list = &p->comp.list;
	size_t			 i, first = p->comp_at;
	int			 x = 0, w = a->w;

	/* As many as fit before it, so that going round is seen. */
	while (first > 0 && w > 0)
		w -= (int)utf8_cells(sp_of(list->list[--first])) + 2;
	if (first > 0 || w < 0)
		first = first + 1 <= p->comp_at ? first + 1 : p->comp_at;
	for (i = first; i < list->n && x < a->w; i++) {
		x += draw_puts(a, 0, x, i == p->comp_at ?
		    ST_option_selected : ST_commander_hint, list->list[i]);
		x += 2;
	}
}

/* "!ls" is the shell's and none of ours to judge. */
static bool
is_shell(const struct prompt *p)
{
	return (p->kind == PROMPT_COMMAND && p->line.text.n > 0 &&
	    p->line.text.p[0] == '!');
}

/* The part [from, from + n) of the line, each word in its style. */
static void
command_draw(const struct prompt *p, const struct area *a, int x,
    size_t from, size_t n)
{
	struct sp	s = str_sp(&p->line.text);
	ssize_t		blank = sp_find(s, ' ');
	size_t		first = blank >= 0 ? (size_t)blank : s.n;
	size_t		split = first > from ? first - from : 0;
	int		style = ST_text;

	if (is_shell(p))
		style = ST_commander_command;
	else if (p->kind == PROMPT_COMMAND) {
		char	*name = xspdup(sp_cut(s, 0, first));

		style = p->cmds != NULL && cmds_find(p->cmds, name) != NULL ?
		    ST_commander_command : ST_commander_invalid;
		free(name);
	}
	if (split > n)
		split = n;
	x += draw_text(a, 0, x, style, sp_cut(s, from, split));
	(void)draw_text(a, 0, x, p->valid || p->kind != PROMPT_COMMAND ?
	    ST_text : ST_commander_invalid,
	    sp_cut(s, from + split, n - split));
}

/* What may follow, and whether what stands there is fine; looking that up
 * may read directories, so it is done once for each key. */
static void
judge(struct prompt *p)
{
	struct completion	 c;
	char			*meant;

	if (p->judged || p->kind != PROMPT_COMMAND || p->cmds == NULL)
		return;
	if (is_shell(p)) {
		str_clear(&p->hint);
		p->valid = p->judged = true;
		return;
	}
	memset(&c, 0, sizeof(c));
	cmds_complete(p->cmds, str_c(&p->line.text), p->line.at, &c);
	str_clear(&p->hint);
	str_add(&p->hint, str_sp(&c.hint));
	p->valid = c.valid;
	p->judged = true;
	completion_fini(&c);
	meant = prompt_meant(p);
	if (strcmp(meant, str_c(&p->line.text)) != 0) {
		memset(&c, 0, sizeof(c));
		cmds_complete(p->cmds, meant, strlen(meant), &c);
		p->valid = c.valid;
		str_clear(&p->hint);
		completion_fini(&c);
	}
	free(meant);
}

/* Takes its cells off the row, when there is plenty of room. */
static void
note_draw(const struct prompt *p, struct area *row)
{
	int	w = (int)utf8_cells(sp_of(p->note));

	if (w == 0 || row->w < 2 * w + 10)
		return;
	row->w -= w + 1;
	(void)draw_puts(&(struct area){ row->term, row->y,
	    row->x + row->w + 1, 1, w }, 0, 0, ST_title, p->note);
}

void
prompt_draw(struct prompt *p, const struct area *a, int *cy, int *cx)
{
	struct area	row = *a;
	size_t		from, n, cursor;
	int		x;

	draw_fill(a, ST_text);
	if (prompt_height(p) == 2 && a->h == 2) {
		cycle_draw(p, a);
		row = area_cut(a, 1, 0, 1, a->w);
	}
	note_draw(p, &row);
	/* Of a long question the end is what has to be seen. */
	if (p->kind == PROMPT_ASK &&
	    utf8_cells(sp_of(p->label)) >= (size_t)row.w)
		x = draw_column(&row, 0, 0, row.w - 1, FIT_CUT_FRONT,
		    ST_title, sp_of(p->label));
	else
		x = draw_puts(&row, 0, 0, ST_title, p->label);
	*cy = row.y;
	*cx = row.x + x;
	if (p->kind == PROMPT_ASK || row.w - x < 2)
		return;
	line_window(&p->line, (size_t)(row.w - x), &from, &n, &cursor);
	*cx = row.x + x + (int)cursor;
	judge(p);
	command_draw(p, &row, x, from, n);
	x += (int)utf8_cells(sp_cut(str_sp(&p->line.text), from, n));
	if (p->kind == PROMPT_COMMAND && p->line.at == p->line.text.n)
		(void)draw_text(&row, 0, x + (n > 0 &&
		    str_c(&p->line.text)[p->line.text.n - 1] != ' '),
		    ST_commander_hint, str_sp(&p->hint));
}
