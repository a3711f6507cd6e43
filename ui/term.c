/*
 * curses keeps the cells and finds the differences. It writes them into a
 * file in memory, as it sends every line by itself otherwise; from there
 * they go to the terminal as one frame, so that no half of one is seen.
 */
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1

#include "ui/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/mem.h"
#include "base/str.h"
#include "ui/tty.h"

/* Ways in and out that terminfo has no names for; those who do not know
 * them ignore them. */
#define MOUSE_ON	"\033[?1000h\033[?1006h"
#define MOUSE_OFF	"\033[?1006l\033[?1000l"
#define PASTE_ON	"\033[?2004h"
#define PASTE_OFF	"\033[?2004l"
#define FRAME_ON	"\033[?2026h"
#define FRAME_OFF	"\033[?2026l"

#define CLIP_MAX	74994	/* what xterm takes */
#define FRAME_READ	((size_t)8192)

#define LOOKS	(ST_N + 100)	/* styles, then the gradient */
#define PAIRS	256

struct term {
	struct term_settings set;
	SCREEN		*screen;
	FILE		*out;		/* curses' side: memory, or nothing */
	struct tty	*tty;		/* NULL when headless */
	struct str	 frame;
	enum palette	 palette;
	int		 colours;
	bool		 utf8, xterm, away;
	struct cell_look {
		attr_t	 attr;
		int	 pair;
	}		 looks[LOOKS];
	short		 pairs[PAIRS][2];
	int		 npairs;
};

static const char *
capability(const char *name)
{
	const char	*s = tigetstr(name);

	return (s == NULL || s == (const char *)-1 ? "" : s);
}

static void
way_back_make(const struct term *t)
{
	struct str	s;

	str_init(&s, 256);
	if (t->xterm)
		str_puts(&s, FRAME_OFF PASTE_OFF MOUSE_OFF);
	str_puts(&s, capability("sgr0"));
	str_puts(&s, capability("cnorm"));
	str_puts(&s, capability("rmcup"));
	if (capability("rmcup")[0] == '\0')
		str_puts(&s, "\r\n");
	tty_way_back(t->tty, str_sp(&s));
	str_fini(&s);
}

/* Signals are events of the loop; curses takes some for itself. */
static const int	signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };

static SCREEN *
newterm_quiet(const char *type, FILE *out)
{
	struct sigaction	was[nitems(signals)];
	SCREEN			*s;
	size_t			i;

	for (i = 0; i < nitems(signals); i++)
		(void)sigaction(signals[i], NULL, &was[i]);
	s = newterm(type, out, out);
	for (i = 0; i < nitems(signals); i++)
		(void)sigaction(signals[i], &was[i], NULL);
	return (s);
}

static void
looks_make(struct term *t)
{
	struct look	look;
	int		i, k;

	t->npairs = 0;
	for (i = 0; i < LOOKS; i++) {
		style_look(t->palette, i < ST_N ? i : ST_GRADIENT + i - ST_N,
		    t->colours, t->set.transparent, &look);
		t->looks[i].attr =
		    (look.attr & LOOK_BOLD ? A_BOLD : 0) |
		    (look.attr & LOOK_UNDER ? A_UNDERLINE : 0) |
		    (look.attr & LOOK_REV ? A_REVERSE : 0);
		t->looks[i].pair = 0;
		if (look.fg == -1 && look.bg == -1)
			continue;
		for (k = 0; k < t->npairs; k++)
			if (t->pairs[k][0] == look.fg &&
			    t->pairs[k][1] == look.bg)
				break;
		if (k == t->npairs) {
			if (k + 1 >= PAIRS || k + 1 >= COLOR_PAIRS)
				continue;
			t->pairs[k][0] = (short)look.fg;
			t->pairs[k][1] = (short)look.bg;
			(void)init_pair((short)(k + 1), (short)look.fg,
			    (short)look.bg);
			t->npairs++;
		}
		t->looks[i].pair = k + 1;
	}
	wbkgdset(stdscr, ' ' | (attr_t)COLOR_PAIR(t->looks[ST_text].pair));
}

static void
colours_start(struct term *t)
{
	const char	*no = getenv("NO_COLOR");

	t->colours = 0;
	if (t->set.headless ? t->set.colours < 8 :
	    (no != NULL && no[0] != '\0') || !has_colors())
		return;
	if (start_color() == ERR || use_default_colors() == ERR)
		return;
	t->colours = t->set.headless ? t->set.colours : COLORS;
}

static void
forget_frame(struct term *t)
{
	if (ftruncate(fileno(t->out), 0) == 0)
		(void)lseek(fileno(t->out), 0, SEEK_SET);
}

/* What curses has written and then this, as one. */
static void
term_send(struct term *t, const char *more)
{
	char	*room;
	ssize_t	n;
	off_t	at = 0;

	if (t->tty == NULL)
		return;
	str_clear(&t->frame);
	if (t->xterm)
		str_puts(&t->frame, FRAME_ON);
	while ((room = str_room(&t->frame, FRAME_READ)) != NULL &&
	    (n = pread(fileno(t->out), room, FRAME_READ, at)) > 0) {
		str_grew(&t->frame, (size_t)n);
		at += n;
	}
	str_puts(&t->frame, more);
	if (t->xterm)
		str_puts(&t->frame, FRAME_OFF);
	if (at > 0 || more[0] != '\0')
		tty_send(t->tty, str_sp(&t->frame));
	if (at > 0)
		forget_frame(t);
}

static void
modes_on(struct term *t)
{
	term_send(t, !t->xterm ? "" :
	    t->set.mouse ? PASTE_ON MOUSE_ON : PASTE_ON);
}

static void
out_close(struct term *t)
{
	if (t->screen != NULL)
		delscreen(t->screen);
	if (t->out != NULL)
		(void)fclose(t->out);
	tty_close(t->tty);
	str_fini(&t->frame);
	free(t);
}

/* Where curses writes: nowhere, or into memory. */
static int
out_open(struct term *t, struct why *why)
{
	int	fd;

	if (t->set.headless)
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	else
		fd = memfd_create("weir-frame", MFD_CLOEXEC);
	t->out = fd == -1 ? NULL : fdopen(fd, "w");
	if (t->out != NULL)
		return (0);
	(void)fail(why, ERR_SYS, "room for a screen: %s", strerror(errno));
	if (fd != -1)
		(void)close(fd);
	return (-1);
}

static int
screen_open(struct term *t, struct why *why)
{
	const char	*type = t->set.headless ? "xterm-256color" :
	    getenv("TERM");

	if (out_open(t, why) == -1)
		return (-1);
	if (t->set.headless) {
		use_env(FALSE);
		t->screen = newterm_quiet(type, t->out);
		if (t->screen == NULL)
			t->screen = newterm_quiet("xterm", t->out);
	} else {
		t->tty = tty_open(t->set.guard, why);
		if (t->tty == NULL)
			return (-1);
		if (type == NULL || type[0] == '\0')
			return (fail(why, ERR_TERM, "The kind of terminal is "
			    "not known: TERM is not set."));
		t->screen = newterm_quiet(type, t->out);
	}
	if (t->screen == NULL)
		return (fail(why, ERR_TERM, "Terminal \"%.40s\" is not known: "
		    "set TERM to what this terminal is.", type));
	if (capability("cup")[0] != '\0' && capability("clear")[0] != '\0')
		return (0);
	return (fail(why, ERR_TERM, "Terminal \"%.40s\" cannot move its "
	    "cursor, which the console needs; weirdump does without.", type));
}

struct term *
term_open(const struct term_settings *set, struct why *why)
{
	struct term	*t = xcalloc(1, sizeof(*t));

	t->set = *set;
	str_init(&t->frame, STR_MAX);
	(void)setlocale(LC_CTYPE, set->headless ? "C.UTF-8" : "");
	t->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (screen_open(t, why) == -1) {
		out_close(t);
		return (NULL);
	}
	t->palette = palette_find(set->palette);
	t->xterm = !set->headless && capability("kmous")[0] != '\0';
	(void)nonl();
	(void)leaveok(stdscr, FALSE);
	colours_start(t);
	looks_make(t);
	if (set->headless) {
		(void)resizeterm(set->rows, set->cols);
	} else {
		way_back_make(t);
		tty_take(t->tty);
		/* It has begun with a size that it made up: once more, with
		 * scroll region and all. */
		(void)term_resize(t);
		(void)endwin();
		forget_frame(t);
		modes_on(t);
	}
	(void)curs_set(0);
	return (t);
}

void
term_close(struct term *t)
{
	if (t == NULL)
		return;
	if (!t->away)
		term_leave(t);
	out_close(t);
}

void
term_leave(struct term *t)
{
	if (t->away)
		return;
	t->away = true;
	(void)curs_set(1);
	(void)endwin();
	if (t->tty == NULL)
		return;
	term_send(t, t->xterm ? PASTE_OFF MOUSE_OFF : "");
	tty_give(t->tty);
}

void
term_enter(struct term *t)
{
	if (!t->away)
		return;
	t->away = false;
	if (t->tty != NULL)
		tty_take(t->tty);
	(void)term_resize(t);
	(void)clearok(curscr, TRUE);
	(void)wrefresh(stdscr);
	(void)curs_set(0);
	modes_on(t);
}

/* A shell that got the terminal meanwhile left it in its own mode and on
 * its own page. */
void
term_again(struct term *t)
{
	if (t->tty == NULL || t->away)
		return;
	(void)endwin();
	forget_frame(t);
	t->away = true;
	term_enter(t);
}

void
term_suspend(struct term *t)
{
	struct sigaction	dfl, was;
	sigset_t		set, old;
	bool			away = t->away;

	if (t->set.headless)
		return;
	term_leave(t);
	memset(&dfl, 0, sizeof(dfl));
	dfl.sa_handler = SIG_DFL;
	(void)sigemptyset(&dfl.sa_mask);
	(void)sigaction(SIGTSTP, &dfl, &was);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTSTP);
	(void)sigprocmask(SIG_UNBLOCK, &set, &old);
	(void)kill(0, SIGTSTP);		/* the whole job, as a shell expects */
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	(void)sigaction(SIGTSTP, &was, NULL);
	if (!away)		/* else whoever has it takes it again */
		term_enter(t);
}

bool
term_resize(struct term *t)
{
	struct winsize	ws;

	if (t->set.headless || ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == -1 ||
	    ws.ws_row == 0 || ws.ws_col == 0)
		return (false);
	if (ws.ws_row == LINES && ws.ws_col == COLS)
		return (false);
	(void)resizeterm(ws.ws_row, ws.ws_col);
	return (true);
}

void
term_resize_to(struct term *t, int rows, int cols)
{
	(void)t;
	(void)resizeterm(rows, cols);
}

void
term_set_palette(struct term *t, const char *name, bool transparent)
{
	t->palette = palette_find(name);
	t->set.transparent = transparent;
	looks_make(t);
	term_redraw(t);
}

void
term_redraw(struct term *t)
{
	(void)t;
	(void)clearok(curscr, TRUE);
}

void
term_flush(struct term *t, int y, int x)
{
	if (t->away)
		return;
	(void)curs_set(y >= 0);
	if (y >= 0)
		(void)wmove(stdscr, y, x);
	(void)wnoutrefresh(stdscr);
	(void)doupdate();
	term_send(t, "");
}

bool
term_drain(struct term *t)
{
	return (t->tty == NULL || tty_drain(t->tty));
}

int
term_fd(const struct term *t)
{
	return (t->tty != NULL ? tty_fd(t->tty) : -1);
}

/* OSC 52 of xterm's control sequences; its limit is the tightest. */
int
term_clip(struct term *t, struct sp text, struct why *why)
{
	struct str	s;

	if (text.n > CLIP_MAX)
		return (fail(why, ERR_CMD, "%zu bytes are more than the "
		    "terminal's clipboard takes (%d), and none of wl-copy, "
		    "xclip, xsel and pbcopy can be used here", text.n,
		    CLIP_MAX));
	if (t->tty == NULL || t->away)
		return (fail(why, ERR_CMD, "no terminal, so no clipboard"));
	str_init(&s, 2 * CLIP_MAX);
	str_puts(&s, "\033]52;c;");
	base64_put(&s, text);
	str_puts(&s, "\a");
	tty_send(t->tty, str_sp(&s));
	str_fini(&s);
	return (0);
}

int
term_rows(const struct term *t)
{
	(void)t;
	return (LINES);
}

int
term_cols(const struct term *t)
{
	(void)t;
	return (COLS);
}

bool
term_utf8(const struct term *t)
{
	return (t->utf8);
}

bool
term_headless(const struct term *t)
{
	return (t->set.headless);
}

void
term_use(struct term *t, int style)
{
	const struct cell_look	*l;

	l = &t->looks[style < ST_GRADIENT ? style :
	    style - ST_GRADIENT + ST_N];
	(void)wattr_set(stdscr, l->attr, (short)l->pair, NULL);
}
