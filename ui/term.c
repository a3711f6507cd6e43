/*
 * curses keeps the cells and sends the differences. Everything that must
 * also work from a dying process (the way back) is one string, made at the
 * start and sent by write(2).
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
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/panic.h"
#include "base/str.h"
#include "run/guard.h"

/* Ways in and out that terminfo has no names for; those who do not know
 * them ignore them. */
#define MOUSE_ON	"\033[?1000h\033[?1006h"
#define MOUSE_OFF	"\033[?1006l\033[?1000l"
#define PASTE_ON	"\033[?2004h"
#define PASTE_OFF	"\033[?2004l"

#define LOOKS	(ST_N + 100)	/* styles, then the gradient */
#define PAIRS	256

struct term {
	struct term_settings set;
	SCREEN		*screen;
	FILE		*null;		/* headless: where output goes */
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

/*
 * For a dying process, which can reach nothing else: the settings to go
 * back to and the bytes that say it. The guard has a copy.
 */
static struct {
	volatile sig_atomic_t	taken;
	struct guard_way	way;
	struct guard		*guard;
} way_back;

/* The terminal is ours, or it is not any more. */
static void
way_back_set(bool taken)
{
	way_back.taken = taken;
	way_back.way.armed = taken;
	guard_set(way_back.guard, &way_back.way);
}

static void
term_restore(void)
{
	if (!way_back.taken)
		return;
	way_back_set(false);
	if (write(STDOUT_FILENO, way_back.way.bytes, way_back.way.n) == -1)
		return;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &way_back.way.was);
}

static void
say(const char *s)
{
	ssize_t	n;

	do
		n = write(STDOUT_FILENO, s, strlen(s));
	while (n == -1 && errno == EINTR);
}

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

	str_init(&s, sizeof(way_back.way.bytes) - 1);
	if (t->xterm)
		str_puts(&s, PASTE_OFF MOUSE_OFF);
	str_puts(&s, capability("sgr0"));
	str_puts(&s, capability("cnorm"));
	str_puts(&s, capability("rmcup"));
	if (capability("rmcup")[0] == '\0')
		str_puts(&s, "\r\n");
	memcpy(way_back.way.bytes, str_c(&s), s.n);
	way_back.way.n = s.n;
	str_fini(&s);
}

/* Signals are events of the loop; curses takes some for itself. */
static const int	signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };

static SCREEN *
newterm_quiet(const char *type, FILE *out, FILE *in)
{
	struct sigaction	was[nitems(signals)];
	SCREEN			*s;
	size_t			i;

	for (i = 0; i < nitems(signals); i++)
		(void)sigaction(signals[i], NULL, &was[i]);
	s = newterm(type, out, in);
	for (i = 0; i < nitems(signals); i++)
		(void)sigaction(signals[i], &was[i], NULL);
	return (s);
}

static int
no_terminal(struct why *why)
{
	const char	*type = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return (fail(why, ERR_TERM, "The console needs a terminal "
		    "(tty) as its input and output; weirdump does without."));
	if (type == NULL || type[0] == '\0')
		return (fail(why, ERR_TERM, "The kind of terminal is not "
		    "known: TERM is not set."));
	return (0);
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
modes_on(const struct term *t)
{
	if (!t->xterm)
		return;
	say(PASTE_ON);
	if (t->set.mouse)
		say(MOUSE_ON);
}

static int
screen_open(struct term *t, struct why *why)
{
	if (t->set.headless) {
		t->null = fopen("/dev/null", "r+");
		if (t->null == NULL)
			return (fail(why, ERR_SYS, "/dev/null: %s",
			    strerror(errno)));
		use_env(FALSE);
		t->screen = newterm_quiet("xterm-256color", t->null, t->null);
		if (t->screen == NULL)
			t->screen = newterm_quiet("xterm", t->null, t->null);
	} else {
		if (no_terminal(why) == -1)
			return (-1);
		if (tcgetattr(STDIN_FILENO, &way_back.way.was) == -1)
			return (fail(why, ERR_TERM, "terminal settings: %s",
			    strerror(errno)));
		t->screen = newterm_quiet(NULL, stdout, stdin);
	}
	if (t->screen == NULL)
		return (fail(why, ERR_TERM, "Terminal \"%.40s\" is not known: "
		    "set TERM to what this terminal is.", getenv("TERM")));
	if (capability("cup")[0] != '\0' && capability("clear")[0] != '\0')
		return (0);
	(void)endwin();
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &way_back.way.was);
	delscreen(t->screen);
	return (fail(why, ERR_TERM, "Terminal \"%.40s\" cannot move its "
	    "cursor, which the console needs; weirdump does without.",
	    getenv("TERM")));
}

struct term *
term_open(const struct term_settings *set, struct why *why)
{
	struct term	*t = xcalloc(1, sizeof(*t));

	t->set = *set;
	(void)setlocale(LC_CTYPE, set->headless ? "C.UTF-8" : "");
	t->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (screen_open(t, why) == -1) {
		if (t->null != NULL)
			(void)fclose(t->null);
		free(t);
		return (NULL);
	}
	t->palette = palette_find(set->palette);
	t->xterm = !set->headless && capability("kmous")[0] != '\0';
	(void)raw();
	(void)noecho();
	(void)nonl();
	(void)leaveok(stdscr, FALSE);
	colours_start(t);
	looks_make(t);
	if (set->headless) {
		(void)resizeterm(set->rows, set->cols);
	} else {
		way_back_make(t);
		way_back.guard = set->guard;
		(void)tcgetattr(STDIN_FILENO, &way_back.way.ours);
		way_back_set(true);
		panic_restorer(term_restore);
		(void)term_resize(t);
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
	delscreen(t->screen);
	if (t->null != NULL)
		(void)fclose(t->null);
	free(t);
}

void
term_leave(struct term *t)
{
	if (t->away)
		return;
	t->away = true;
	if (t->xterm) {
		(void)fflush(stdout);
		say(PASTE_OFF MOUSE_OFF);
	}
	(void)curs_set(1);
	(void)endwin();
	if (!t->set.headless) {
		/* What was set before, to the last flag. */
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &way_back.way.was);
		way_back_set(false);
	}
}

void
term_enter(struct term *t)
{
	if (!t->away)
		return;
	t->away = false;
	if (!t->set.headless)
		way_back_set(true);
	(void)reset_prog_mode();
	(void)raw();
	(void)term_resize(t);
	(void)clearok(curscr, TRUE);
	(void)wrefresh(stdscr);
	(void)curs_set(0);
	modes_on(t);
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
