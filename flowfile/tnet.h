/*
 * tnet - tnetstrings both ways, in the dialect of flow files: "," bytes,
 * ";" text, "#" integer, "^" float, "!" boolean, "~" null, "]" list and
 * "}" dictionary.
 *
 * Reading makes a tree whose texts point into what was read; a length is
 * believed only as far as the bytes that are there. Writing goes from the
 * back to the front, so that every length is known when it is written: a
 * value comes before its key, a closing tag before its members. Pure.
 */
#ifndef FLOWFILE_TNET_H
#define FLOWFILE_TNET_H

#include "base/arena.h"
#include "base/base.h"

struct tnet {
	struct sp	 s;		/* payload */
	struct tnet	*kids;		/* of a list; of a dictionary: key,
					 * value, key, value */
	struct tnet	*next;
	char		 tag;
};

/*
 * The frame of the value that begins here: 1 and its whole size, 0 when
 * more bytes are needed to tell, -1 when no value begins here.
 */
int		 tnet_frame(struct sp, uint64_t *size, struct why *);
/* One value that fills the span; NULL with the reason when it does not. */
struct tnet	*tnet_parse(struct sp, struct arena *, struct why *);

/*
 * Of a dictionary some members need not be looked into: hide() is asked
 * about each that is a dictionary. A hidden one has no kids, and was not
 * checked.
 */
struct tnet_hide {
	bool		(*hide)(void *, struct sp key, struct sp payload);
	void		*arg;
	bool		 hidden;	/* some are */
};
struct tnet	*tnet_parse_but(struct sp, struct arena *,
		    struct tnet_hide *, struct why *);

/* Dictionaries, for values that may be NULL or anything else. */
struct tnet	*tnet_get(const struct tnet *, const char *);
void		 tnet_set(struct tnet *, struct arena *, const char *,
		    struct tnet *);		/* NULL: null */
struct tnet	*tnet_del(struct tnet *, const char *);	/* what it was */
void		 tnet_rename(struct tnet *, const char *, const char *);

bool		 tnet_is(const struct tnet *, char tag);
bool		 tnet_is_null(const struct tnet *);	/* NULL is, too */
/* Bytes or text; p is NULL for anything else. */
struct sp	 tnet_sp(const struct tnet *);
bool		 tnet_bool(const struct tnet *);
/* A number that fits, or what is given for others. */
int64_t		 tnet_int(const struct tnet *, int64_t);
double		 tnet_num(const struct tnet *, double);
/* The member of a list at an index, or NULL; how many there are. */
struct tnet	*tnet_at(const struct tnet *, unsigned);
size_t		 tnet_n(const struct tnet *);

/* Values made here; texts are copied into the arena. */
struct tnet	*tnet_new(struct arena *, char tag, struct sp);
struct tnet	*tnet_dup(struct arena *, const struct tnet *);
struct tnet	*tnet_list(struct arena *, struct tnet *const *, size_t);

/* The bytes written so far are p + at .. p + cap. */
struct tput {
	unsigned char	*p;
	size_t		 at, cap;
};

void		 tput_init(struct tput *);
void		 tput_fini(struct tput *);
void		 tput_clear(struct tput *);
struct sp	 tput_sp(const struct tput *);
void		 tput_raw(struct tput *, struct sp);	/* no frame */
void		 tput_bytes(struct tput *, struct sp);
/* What is not UTF-8 is replaced: readers refuse the whole file for it. */
void		 tput_text(struct tput *, struct sp);
void		 tput_int(struct tput *, int64_t);
void		 tput_num(struct tput *, double);
void		 tput_bool(struct tput *, bool);
void		 tput_null(struct tput *);
void		 tput_key(struct tput *, const char *);
/* The end of a list or dictionary; the members; then its beginning. */
size_t		 tput_close(struct tput *, char tag);
void		 tput_open(struct tput *, size_t closed);
/* A value of the tree as it is. */
void		 tput_tree(struct tput *, const struct tnet *);

/* Shortest text that reads back as the same number; as Python's repr(). */
size_t		 tnet_num_text(double, char [40]);

#endif
