/*
 * dns - DNS messages in a line: what lists and logs say of them.
 *
 * A message that is broken is shown as far as it can be read. Pure.
 */
#ifndef SRC_CV_DNS_H
#define SRC_CV_DNS_H

#include "base/str.h"

/* "NOERROR", "RCODE23" */
void		 dns_put_code(struct str *, unsigned);
/* The first question as "(A) dns.google", the answers as "1.1.1.1, ..." or
 * the code when there are none. */
void		 dns_put_question(struct str *, struct sp msg);
void		 dns_put_answers(struct str *, struct sp msg);

#endif
