/*
 * prompt - the last line of the screen: commands with completion and
 * history, free text, questions with one key for an answer.
 *
 * Its state decides who gets the keys; nothing waits inside a call. The
 * answer comes through done(), once, with NULL when the user went away.
 * Main thread.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include "model/cmd.h"
#include "ui/draw.h"
#include "ui/line.h"

enum prompt_kind { PROMPT_NONE, PROMPT_COMMAND, PROMPT_TEXT, PROMPT_ASK };

/* The text, "y" or "n" for a question, NULL when cancelled. */
typedef void prompt_fn(void *, const char *);

struct prompt {
	enum prompt_kind kind;
	char		*label;		/* in front: "Search", the question */
	struct line	 line;
	struct cmds	*cmds;		/* NULL: no completion or history */
	prompt_fn	*done;
	void		*arg;
	/* private: completion goes round while tab is pressed */
	struct completion comp;
	bool		 cycling;
	size_t		 comp_at;
	bool		 browsing;	/* history was asked already */
	bool		 judged, valid;	/* of the text as it stands */
	struct str	 hint;
	char		*front;		/* up to the quote that was given, with
					 * the other one at the end; or NULL */
	prompt_fn	*typed;		/* with the arg of done, or NULL */
	char		 note[40];	/* at the right edge; "": nothing */
};

void	 prompt_init(struct prompt *, struct cmds *);
void	 prompt_fini(struct prompt *);
bool	 prompt_is_open(const struct prompt *);
/* Whatever was open is cancelled. The first ctrl u leaves the given bytes
 * alone; the cursor stands in front of the tail. When that is a quote, and
 * one is the last given byte, all that is typed between them is one word,
 * whatever quotes it has. */
void	 prompt_command(struct prompt *, struct sp text, size_t given,
	    size_t tail, prompt_fn *, void *);
void	 prompt_text(struct prompt *, const char *label, struct sp text,
	    prompt_fn *, void *);
void	 prompt_ask(struct prompt *, prompt_fn *, void *, const char *, ...)
	    printflike(4, 5);
/* Calls this, too, each time the text has changed: as it would be answered
 * now. */
void	 prompt_watch(struct prompt *, prompt_fn *typed);
/* What is said beside the text, until it is closed. */
void	 prompt_note(struct prompt *, const char *, ...) printflike(2, 3);
void	 prompt_cancel(struct prompt *);
/* Every key while it is open. */
void	 prompt_key(struct prompt *, const struct key *);
/* Lines it wants. */
int	 prompt_height(const struct prompt *);
/* *x gets the cursor's cell, -1 for none. */
void	 prompt_draw(struct prompt *, const struct area *, int *y, int *x);

#endif
