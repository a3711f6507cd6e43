/*
 * dns - DNS messages (RFC 1035 4) for reading: a walk through questions
 * and records.
 *
 * Everything is checked against the bytes that are there; a broken
 * message ends the walk early. Pure.
 */
#ifndef SRC_CV_DNS_H
#define SRC_CV_DNS_H

#include "cv/bytes.h"
#include "base/str.h"

enum dns_section { DNS_QUESTION, DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL,
	DNS_SECTIONS };

struct dns {
	struct bytes	 in;
	unsigned	 id, flags;
	unsigned	 count[DNS_SECTIONS];
	/* private */
	unsigned	 section, done;
};

struct dns_record {
	enum dns_section section;
	struct str	 name;		/* with dots; "." is the root */
	unsigned	 type, class;
	uint32_t	 ttl;
	struct sp	 data;		/* empty in questions */
	size_t		 at;		/* where data stands in the message */
};

/* False: not even a header. */
bool		 dns_init(struct dns *, struct sp);
/* The next record; false at the end. The name is the caller's to fini. */
bool		 dns_next(struct dns *, struct dns_record *);
void		 dns_record_fini(struct dns_record *);

/* "A", "TYPE65280"; "NOERROR"; data in words ("8.8.8.8"). */
void		 dns_put_type(struct str *, unsigned);
void		 dns_put_code(struct str *, unsigned);
void		 dns_put_data(struct str *, struct sp msg,
		    const struct dns_record *);

/* The first question as "(A) dns.google", the answers as "1.1.1.1, ..." */
void		 dns_put_question(struct str *, struct sp msg);
void		 dns_put_answers(struct str *, struct sp msg);

#endif
