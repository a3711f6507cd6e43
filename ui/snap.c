#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1

#include "ui/snap.h"

#include <curses.h>
#include <wchar.h>

#include "base/utf8.h"
#include "ui/term.h"

/* The cell's text; returns how many columns it takes. */
static int
snap_cell(int y, int x, struct str *out, attr_t *attrs)
{
	wchar_t		wc[CCHARW_MAX + 1];
	cchar_t		cell;
	attr_t		attr;
	short		pair;
	char		b[4];
	int		i, w;

	if (mvwin_wch(curscr, y, x, &cell) == ERR ||
	    getcchar(&cell, wc, &attr, &pair, NULL) == ERR ||
	    wc[0] == L'\0') {
		str_putc(out, ' ');
		return (1);
	}
	*attrs |= attr;
	for (i = 0; i < CCHARW_MAX && wc[i] != L'\0'; i++)
		str_add(out, sp_mem(b, utf8_encode((uint32_t)wc[i], b)));
	w = wcwidth(wc[0]);
	return (w > 1 ? w : 1);
}

void
snap_put(const struct term *t, struct str *out)
{
	struct str	row;
	attr_t		attrs;
	int		y, x;

	str_init(&row, 65536);
	for (y = 0; y < term_rows(t); y++) {
		str_clear(&row);
		attrs = 0;
		for (x = 0; x < term_cols(t);)
			x += snap_cell(y, x, &row, &attrs);
		while (row.n > 0 && row.p[row.n - 1] == ' ')
			str_cut(&row, row.n - 1);
		str_putc(out, attrs & A_REVERSE ? 'r' :
		    attrs & A_UNDERLINE ? 'u' : attrs & A_BOLD ? 'b' : ' ');
		str_add(out, str_sp(&row));
		str_putc(out, '\n');
	}
	str_fini(&row);
}
