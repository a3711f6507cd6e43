#include "codec/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>

#include "codec/form.h"

const char *
charset_name(struct sp label, char buf[CHARSET_NAME])
{
	static const struct {
		const char	*label, *means;
	} means[] = {
		{ "utf-8", NULL },		{ "utf8", NULL },
		{ "us-ascii", NULL },		{ "ascii", NULL },
		{ "latin1", "CP1252" },		{ "latin-1", "CP1252" },
		{ "iso-8859-1", "CP1252" },	{ "utf-16", "UTF-16LE" },
		{ "gb2312", "GB18030" },	{ "gbk", "GB18030" },
		{ "shift_jis", "CP932" },	{ "ks_c_5601-1987", "CP949" },
	};
	size_t	i;

	for (i = 0; i < nitems(means); i++)
		if (sp_iis(label, means[i].label))
			return (means[i].means);
	/* Behind a slash iconv is told what it may lose. */
	if (label.n == 0 || label.n >= CHARSET_NAME ||
	    sp_find(label, '/') != -1)
		return (NULL);
	(void)snprintf(buf, CHARSET_NAME, "%.*s", SPF(label));
	return (buf);
}

/* All of it or nothing. */
static int
recode(const char *to, const char *from, struct sp s, struct str *out)
{
	union { const unsigned char *c; char *p; } in = { s.p };
	size_t	left = s.n, room;
	iconv_t	cd = iconv_open(to, from);
	char	*had, *end;
	bool	last;
	int	r = 0;

	if (cd == (iconv_t)-1)
		return (-1);
	do {
		/* At the end some charsets have to be brought home. */
		last = left == 0;
		room = left < 4096 ? left * 4 + 16 : 16384;
		if ((had = end = str_room(out, room)) == NULL ||
		    (iconv(cd, last ? NULL : &in.p, &left, &end, &room) ==
		    (size_t)-1 && errno != E2BIG))
			r = -1;
		else
			str_grew(out, (size_t)(end - had));
	} while (r == 0 && !last);
	(void)iconv_close(cd);
	return (r);
}

int
charset_encode(struct sp content_type, struct sp text, struct str *out)
{
	char		 buf[CHARSET_NAME];
	const char	*to;

	to = charset_name(form_param(content_type, "charset"), buf);
	return (to != NULL ? recode(to, "UTF-8", text, out) : -1);
}

int
charset_decode(struct sp content_type, struct sp bytes, struct str *out)
{
	char		 buf[CHARSET_NAME];
	const char	*from;
	struct str	 again;
	int		 r;

	from = charset_name(form_param(content_type, "charset"), buf);
	if (from == NULL || recode("UTF-8", from, bytes, out) == -1)
		return (-1);
	str_init(&again, STR_MAX);
	r = recode(from, "UTF-8", str_sp(out), &again);
	if (r == 0 && !sp_eq(str_sp(&again), bytes))
		r = -1;
	str_fini(&again);
	return (r);
}
