/*
 * charset - characters as the bytes that a message has of them. Pure.
 */
#ifndef SRC_CHARSET_H
#define SRC_CHARSET_H

#include "base/base.h"
#include "base/str.h"

#define CHARSET_NAME	64

/* What iconv should read for a label; labels mean what browsers take them
 * for (WHATWG Encoding 4.2). NULL: UTF-8, nothing to do. */
const char	*charset_name(struct sp label, char buf[CHARSET_NAME]);

/*
 * Text in UTF-8 as the bytes of the charset that a content type names, and
 * back. -1: they are the same, or it cannot be done without loss.
 */
int		 charset_encode(struct sp content_type, struct sp text,
		    struct str *);
int		 charset_decode(struct sp content_type, struct sp bytes,
		    struct str *);

#endif
