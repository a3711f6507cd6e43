/*
 * ZIP: what its directory lists (APPNOTE 4.3.12).
 */
#include "cv/bytes.h"
#include "cv/cv_views.h"

#define END_BYTES	22	/* of the end record, without its remark */
#define REMARK_MAX	65535

double
cv_zip_priority(const struct cv_in *in)
{
	return (cv_type_in(in, "application/zip "
	    "application/java-archive "
	    "application/vnd.android.package-archive"));
}

/* The end record stands last, but for a remark of any length. */
static bool
find_directory(struct sp body, struct bytes *dir)
{
	size_t	i, least;

	if (body.n < END_BYTES)
		return (false);
	least = body.n > END_BYTES + REMARK_MAX ?
	    body.n - END_BYTES - REMARK_MAX : 0;
	for (i = body.n - END_BYTES + 1; i-- > least;)
		if (memcmp(body.p + i, "PK\5\6", 4) == 0) {
			*dir = (struct bytes){ .in = body, .at = i + 16 };
			dir->at = (size_t)bytes_le(dir, 4);
			return (dir->at <= i);
		}
	return (false);
}

/* Size and name; the rest of an entry is stepped over. */
static bool
show_entry(struct bytes *b, struct cv_out *o)
{
	struct sp	name;
	uint64_t	size, name_len, more;

	if (!sp_is(bytes_take(b, 4), "PK\1\2"))
		return (false);
	(void)bytes_take(b, 20);
	size = bytes_le(b, 4);
	name_len = bytes_le(b, 2);
	more = bytes_le(b, 2);
	more += bytes_le(b, 2);
	(void)bytes_take(b, 12);
	name = bytes_take(b, name_len);
	(void)bytes_take(b, more);
	cv_printf(o, CV_NUMBER, "%12llu  ", (unsigned long long)size);
	cv_put(o, CV_STRING, name);
	return (cv_newline(o));
}

int
cv_zip_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	struct bytes	b;

	if (!find_directory(in->body, &b))
		return (fail(why, ERR_ARG, "no ZIP directory at its end"));
	while (!b.over && show_entry(&b, o))
		;
	return (0);
}
