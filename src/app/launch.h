/*
 * launch - browsers that use the proxy, each with a profile of its own
 * that is thrown away.
 *
 * Main thread.
 */
#ifndef SRC_LAUNCH_H
#define SRC_LAUNCH_H

#include "base/base.h"

struct launch;

struct launch	*launch_new(void);
/* Ends the browsers and removes their profiles. */
void		 launch_free(struct launch *);
/* "chrome" or "firefox", through the proxy at host:port. */
int		 launch_browser(struct launch *, const char *browser,
		    const char *proxy, struct why *);

#endif
