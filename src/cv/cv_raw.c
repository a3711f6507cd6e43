/*
 * Text as it is; what everything falls back to.
 */
#include "cv/cv_views.h"

/* Above nothing, below every view that has an opinion. */
double
cv_raw_priority(const struct cv_in *in)
{
	(void)in;
	return (0.1);
}

int
cv_raw_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	(void)why;
	(void)cv_lines(o, CV_TEXT, in->body);
	return (0);
}
