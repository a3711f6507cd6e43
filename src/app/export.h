/*
 * export - flows as other programs want them: one row a format.
 *
 * Pure; main thread. What a format cannot say is an error, never left out
 * in silence. Source: mitmproxy-features.md 9 "export".
 */
#ifndef SRC_EXPORT_H
#define SRC_EXPORT_H

#include "base/str.h"
#include "model/flow.h"

struct export_how {
	bool		 original_ip;	/* curl: --resolve to the old address */
};

struct export_format {
	const char	*name;		/* "curl" */
	const char	*help;
	int		(*put)(const struct flow *,
			    const struct export_how *, struct str *,
			    struct why *);
	const char	*between;	/* what parts several flows */
};

/* NULL: past the last. */
const struct export_format *export_at(unsigned);
const struct export_format *export_find(const char *);	/* NULL: none */
/* NULL-ended, for completion. */
const char *const *export_names(void *);

/* A word for a POSIX shell, quoted only where it must be. */
void	 shell_quote(struct str *, struct sp);
/* The messages of a WebSocket, one line each with its direction. */
void	 export_put_frames(struct str *, const struct websocket *);

#endif
