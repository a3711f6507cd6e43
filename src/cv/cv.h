/*
 * cv - content views: the bytes of a message and facts about it in, styled
 * lines out.
 *
 * Pure, any thread (big bodies render on a worker). A view never fails
 * hard: when the bytes are not what it wants it returns -1 and the caller
 * falls back to raw. Lines are terminal-safe (escaped) UTF-8.
 */
#ifndef SRC_CV_H
#define SRC_CV_H

#include "base/base.h"
#include "base/str.h"
#include "model/flow.h"

/* Styles by meaning; the screen maps them to colours. */
enum cv_style {
	CV_TEXT, CV_HEADER, CV_HIGHLIGHT, CV_OFFSET, CV_KEY, CV_STRING,
	CV_NUMBER, CV_BOOLEAN, CV_NULL, CV_TAG, CV_ATTR, CV_COMMENT,
	CV_KEYWORD, CV_ERROR, CV_STYLE_N
};

struct cv_run {			/* bytes of the text with one style */
	uint32_t	 from, len;
	uint8_t		 style;
};

struct cv_line {
	uint32_t	 run, nruns;
};

struct cv_more;

struct cv_out {
	struct str	 text;
	struct cv_run	*runs;
	size_t		 nruns, runs_cap;
	struct cv_line	*lines;
	size_t		 nlines, lines_cap;
	size_t		 max_lines;	/* stop after these; 0: no limit */
	bool		 cut;		/* there would have been more */
	char		 title[80];	/* "JSON", "[decoded gzip] JSON" */
	/* private */
	size_t		 max_bytes;	/* of text while max_lines is set */
	bool		 open;		/* the last line may still grow */
	/* Views beside those of the table, or NULL; set after init. They
	 * may take their time: not on main. */
	const struct cv_more *more;
};

void	 cv_out_init(struct cv_out *, size_t max_lines);
void	 cv_out_fini(struct cv_out *);
/* Adds a run to the line being made (escaped). False: the limit is
 * reached, stop rendering. */
bool	 cv_put(struct cv_out *, enum cv_style, struct sp);
bool	 cv_puts(struct cv_out *, enum cv_style, const char *);
bool	 cv_printf(struct cv_out *, enum cv_style, const char *, ...)
	    printflike(3, 4);
bool	 cv_newline(struct cv_out *);
/* All lines of another one, as far as the limit allows. */
void	 cv_append(struct cv_out *, const struct cv_out *);
/* Key/value lines, keys padded to a common width. */
bool	 cv_pairs(struct cv_out *, const struct sp *keys,
	    const struct sp *values, size_t n);

struct cv_in {
	struct sp	 body;		/* content codings undone */
	struct sp	 type;		/* "text/html", lower case, no params */
	struct sp	 content_type;	/* whole field value */
	const struct msg *msg;		/* or NULL (frames) */
	const struct flow *flow;	/* or NULL */
	bool		 request;
};

struct cv {
	const char	*name;		/* "json": mitmproxy's names */
	const char	*title;		/* "JSON" */
	/* How well it suits; the highest above 0 is chosen by "auto". */
	double		(*priority)(const struct cv_in *);
	int		(*render)(const struct cv_in *, struct cv_out *,
			    struct why *);
	const char	*alias;		/* other names, blanks between */
	bool		 is_text;	/* wants the body in UTF-8 */
};

/*
 * Views that come and go while the program runs: those of scripts. Any
 * thread may ask as long as it has a hold.
 */
struct cv_more {
	void		*arg;
	void		(*hold)(void *);
	void		(*drop)(void *);
	/* Is there any? */
	bool		(*any)(void *);
	/* Their names, one by one. */
	void		(*names)(void *, void (*each)(void *, const char *),
			    void *);
	/*
	 * 1: rendered by the view of that name, or by the one that suits
	 * best if it suits better than least. 0: there is none. -1: it
	 * failed. Waits for it, but not for ever.
	 */
	int		(*render)(void *, const struct cv_in *,
			    const char *name, double least, struct cv_out *,
			    struct why *);
};

/* NULL is fine: is there any? */
bool		 cv_has_more(const struct cv_more *);

const struct cv	*cv_at(unsigned);		/* NULL: past the last */
const struct cv	*cv_find(const char *);		/* by name; NULL: none */
const struct cv	*cv_auto(const struct cv_in *);	/* never NULL */
/* "auto" and every view's name, NULL-ended: for options and menus. */
extern const char *const cv_names[];
/* The view's render, with the body made UTF-8 first where it wants text;
 * names the view in the title. */
int		 cv_render(const struct cv *, const struct cv_in *,
		    struct cv_out *, struct why *);

/*
 * Render a message of a flow: undoes content codings, chooses, falls back.
 * name "auto" or a view's. Missing and empty bodies are said in words.
 * When the cut happened a last line says so.
 */
void	 cv_message(const struct flow *, const struct msg *, bool request,
	    const char *name, struct cv_out *);
/* The same for bytes without a head: frames of WebSocket, TCP, UDP. */
void	 cv_bytes(const struct flow *, struct sp, const char *name,
	    struct cv_out *);
/* Decide what bytes look like when there is no type. */
bool	 cv_looks_binary(struct sp);

#endif
