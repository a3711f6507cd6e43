/*
 * detail - all there is to know about a flow but its messages, as lines:
 * comment, metadata, connections, certificate, times.
 *
 * Source: mitmproxy-features.md 7.6. Main thread.
 */
#ifndef UI_DETAIL_H
#define UI_DETAIL_H

#include "cv/cv.h"

void	 detail_put(struct cv_out *, const struct flow *);

#endif
