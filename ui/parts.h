/*
 * parts - the parts of a flow that a person edits, as rows of a grid or as
 * bytes: read from a flow, put back as new messages.
 *
 * Putting back remembers the flow's old state for "revert" and tells
 * everybody. Main thread.
 */
#ifndef UI_PARTS_H
#define UI_PARTS_H

#include "model/model.h"
#include "ui/grid.h"

enum part_kind { PART_GRID, PART_BODY, PART_PROMPT, PART_URL, PART_NOTE,
	PART_MESSAGE };

struct part {
	const char	*name;		/* "request-headers" */
	enum part_kind	 kind;
	bool		 request;	/* else of the response */
	const char	*heads[2];	/* PART_GRID: titles of columns */
	int		(*load)(const struct msg *, struct grid *,
			    struct why *);
	int		(*save)(struct msg *, struct grid *, struct why *);
};

const struct part *part_at(unsigned);		/* NULL: past the last */
const struct part *part_find(const char *);
/* Can this part of the flow be edited? */
bool	 part_fits(const struct part *, const struct flow *);

/* Does its message exist? */
bool	 part_is_there(const struct part *, const struct flow *);
/* A copy of the message to change; a response that is missing is made. */
struct msg *part_begin(const struct part *, struct flow *);
/* Takes the message: it becomes the flow's. */
void	 part_end(struct model *, const struct part *, struct flow *,
	    struct msg *);

#endif
