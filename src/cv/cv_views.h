/*
 * cv_views - what the views share among themselves: their prototypes, made
 * from the table, and the helpers for text.
 *
 * For src/cv only.
 */
#ifndef SRC_CV_VIEWS_H
#define SRC_CV_VIEWS_H

#include "cv/cv.h"

#define CV(sym, name, alias, title, text)				\
	double	cv_##sym##_priority(const struct cv_in *);		\
	int	cv_##sym##_render(const struct cv_in *, struct cv_out *, \
		    struct why *);
#include "cv/cv.def"
#undef CV

/* Where an output stands, and back there: for a second view after one that
 * failed. Only the last mark is good. */
struct cv_mark {
	size_t		 text, nruns, nlines;
	uint32_t	 last_run, last_line;	/* may have grown since */
	bool		 cut, open;
};

struct cv_mark	 cv_out_mark(const struct cv_out *);
void	 cv_out_back(struct cv_out *, const struct cv_mark *);
/* A sentence as a line of its own, even when the limit is reached. */
void	 cv_say(struct cv_out *, enum cv_style, const char *);

/* Is the media type one of these (blanks between)? */
bool	 cv_type_in(const struct cv_in *, const char *);
/* First byte that is not white, or -1. */
int	 cv_first_byte(struct sp);

/* A multiple of blanks, never more than a screen can use. */
bool	 cv_indent(struct cv_out *, size_t columns);
/* All of a text: lines split, tabs expanded, a last line end forgotten. */
bool	 cv_lines(struct cv_out *, enum cv_style, struct sp);
/* The same, each line indented. */
bool	 cv_lines_at(struct cv_out *, size_t columns, enum cv_style,
	    struct sp);
/* Bytes in lower-case hex, without line breaks. */
bool	 cv_put_hex(struct cv_out *, enum cv_style, struct sp);

/*
 * The body as UTF-8, by its byte order mark, the charset of the content
 * type, or what its first bytes declare. Where nothing has to be done the
 * span points at the body; else the bytes stand in the str.
 */
struct sp cv_utf8(const struct cv_in *, struct str *);

#endif
