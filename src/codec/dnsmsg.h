/*
 * dnsmsg - DNS messages (RFC 1035 4): a walk through their records, and
 * messages made of records.
 *
 * Reading borrows the message and allocates nothing; every length and
 * pointer is checked, a broken message ends the walk with the reason.
 * Names are text: labels with dots, "." for the root, what would be
 * mistaken as \. or \DDD (RFC 1035 5.1). Pure.
 */
#ifndef SRC_DNSMSG_H
#define SRC_DNSMSG_H

#include "base/base.h"
#include "base/str.h"

#define DNSMSG_HEAD	12		/* bytes of a header */
#define DNSMSG_MAX	65535		/* bytes of a message */
#define DNSMSG_NAME	1024		/* a name as text, with its NUL */
#define DNSMSG_WIRE	255		/* bytes of a name, RFC 1035 2.3.4 */

enum dnsmsg_section { DNSMSG_QUESTION, DNSMSG_ANSWER, DNSMSG_AUTHORITY,
	DNSMSG_ADDITIONAL, DNSMSG_SECTIONS };

/* The second line of the header (RFC 1035 4.1.1, RFC 4035 3.2). */
#define DNSMSG_QR	0x8000u		/* a response */
#define DNSMSG_AA	0x0400u
#define DNSMSG_TC	0x0200u
#define DNSMSG_RD	0x0100u
#define DNSMSG_RA	0x0080u
#define DNSMSG_AD	0x0020u
#define DNSMSG_CD	0x0010u
#define DNSMSG_OP(flags)	((flags) >> 11 & 15u)
#define DNSMSG_CODE(flags)	((flags) & 15u)

enum dnsmsg_code { DNSMSG_NOERROR, DNSMSG_FORMERR, DNSMSG_SERVFAIL,
	DNSMSG_NXDOMAIN, DNSMSG_NOTIMP, DNSMSG_REFUSED };

struct dnsmsg {
	struct sp	 in;
	unsigned	 id, flags;
	unsigned	 count[DNSMSG_SECTIONS];
	/* private */
	size_t		 at;
	unsigned	 section, done;
};

struct dnsmsg_rr {
	enum dnsmsg_section section;
	char		 name[DNSMSG_NAME];
	unsigned	 type, class;
	uint32_t	 ttl;
	struct sp	 data;		/* as it stands; empty in questions */
	size_t		 at;		/* where data stands in the message */
};

/* -1 ERR_DNS_FORMAT: not even a header. */
int	 dnsmsg_open(struct dnsmsg *, struct sp, struct why *) wunused;
/* 1: the next record; 0: that was all; -1: broken here. */
int	 dnsmsg_next(struct dnsmsg *, struct dnsmsg_rr *, struct why *)
	    wunused;
/* All of it, to the last byte; -1 when something is broken or left. */
int	 dnsmsg_check(struct sp, struct why *) wunused;
/* The first question; -1 when there is none that can be read. */
int	 dnsmsg_question(struct sp, struct dnsmsg_rr *, struct why *) wunused;

/*
 * A name from an offset on, as text (to may be NULL) and as labels
 * without pointers (wire may be NULL). Returns where the message goes on,
 * 0 when it is broken. Pointers lead backwards only (RFC 1035 4.1.4).
 */
size_t	 dnsmsg_name(struct sp msg, size_t at, char to[DNSMSG_NAME],
	    struct str *wire);
/* Text to labels, without compression; a dot at the end is fine. -1
 * ERR_ARG. */
int	 dnsmsg_name_put(struct str *, struct sp text, struct why *) wunused;
/* Same name? Case does not matter (RFC 4343). */
bool	 dnsmsg_name_is(const char *, const char *);

/* A message that grows in a str; names are compressed as they repeat. */
struct dnsmsg_out {
	struct str	*to;		/* empty at the start */
	/* private: labels that can be pointed at */
	struct {
		uint16_t	at;	/* where it stands */
		uint8_t		up;	/* the one behind it, from 1; 0: root */
	}		 label[32];
	unsigned	 n_labels;
	unsigned	 looks;		/* comparisons made so far */
};

void	 dnsmsg_start(struct dnsmsg_out *, struct str *, unsigned id,
	    unsigned flags);
/*
 * One record more; sections in their order. Data is bytes for the wire
 * with no pointers in them (dnsdata.h makes them); questions have none.
 * -1 ERR_ARG, ERR_LIMIT; the message is as it was before then.
 */
int	 dnsmsg_add(struct dnsmsg_out *, const struct dnsmsg_rr *,
	    struct why *) wunused;
/* An answer to a query without records, as a name server would give it:
 * same id, opcode, (first) question and RD; -1 when the query has no
 * header. */
int	 dnsmsg_answer(struct dnsmsg_out *, struct str *, struct sp query,
	    enum dnsmsg_code, struct why *) wunused;

/* Over TCP each message has its length in front (RFC 1035 4.2.2). Returns
 * the bytes of the first message with its prefix, 0 while it is not all
 * there; *msg is without the prefix. */
size_t	 dnsmsg_tcp_cut(struct sp, struct sp *msg);
void	 dnsmsg_tcp_put(struct str *, struct sp msg);

const char *dnsmsg_code_name(unsigned);	/* NULL: no name */

/* For text: one byte as it is, or as \c (a special one) or \DDD (controls,
 * blanks among the special ones, high bytes unless raw). Its length. */
size_t	 dnsmsg_escape(char [4], unsigned, const char *special, bool raw);
/* One byte off the front of text that is not empty; -1: a broken \DDD.
 * *plain: it was not escaped. */
int	 dnsmsg_unescape(struct sp *, bool *plain);

#endif
