/*
 * cookie - Cookie and Set-Cookie values as pairs (RFC 6265), leniently.
 *
 * Pure. Names and values are kept as written (quotes included).
 */
#ifndef SRC_COOKIE_H
#define SRC_COOKIE_H

#include "codec/form.h"

/* "a=1; b=2" */
void	 cookie_parse(struct sp, struct pairs *);
void	 cookie_put(struct str *, const struct pairs *);
/* "name=value; Path=/; Secure": the first pair is the cookie, the others
 * its attributes (value p NULL when there is no '='). */
void	 cookie_parse_set(struct sp, struct pairs *);
void	 cookie_put_set(struct str *, const struct pairs *);

#endif
