/*
 * s_flow - what others ask the flow view.
 */
#ifndef UI_S_FLOW_H
#define UI_S_FLOW_H

#include "base/base.h"

struct ui;

/* Is the response in front? */
bool	 s_flow_shows_response(struct ui *);

#endif
