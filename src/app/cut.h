/*
 * cut - single facts of flows by name: "request.method",
 * "response.header[server]", "server_conn.address.host".
 *
 * Pure; main thread. A fact that is not there is empty text; a name that
 * means nothing is an error. Source: mitmproxy-features.md 9 "cut".
 */
#ifndef SRC_CUT_H
#define SRC_CUT_H

#include "base/str.h"
#include "model/flow.h"

/* Appends the value. bytes (may be NULL): whether it is a body rather
 * than text. */
int	 cut_put(const struct flow *, struct sp spec, struct str *,
	    bool *bytes, struct why *);
/* One field of a CSV line (RFC 4180); bytes are written as Python does. */
void	 cut_put_csv(struct str *, struct sp, bool bytes);

#endif
