/*
 * Content views: the first byte chooses one, the second how many lines are
 * wanted, the rest is a body. What comes out must be safe for a terminal.
 */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "cv/cv.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
judge(const struct cv_out *o, size_t max_lines)
{
	size_t	i;

	assert(utf8_valid(str_sp(&o->text)));
	for (i = 0; i < o->text.n; i++)
		assert((unsigned char)o->text.p[i] >= ' ' &&
		    o->text.p[i] != 0x7f);
	assert(max_lines == 0 || o->nlines <= max_lines);
	for (i = 0; i < o->nruns; i++)
		assert((size_t)o->runs[i].from + o->runs[i].len <=
		    o->text.n);
	for (i = 0; i < o->nlines; i++)
		assert((size_t)o->lines[i].run + o->lines[i].nruns <=
		    o->nruns);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const	types[] = { "", "text/html",
	    "text/xml", "text/plain; charset=utf-16",
	    "text/plain; charset=shift_jis",
	    "multipart/form-data; boundary=B" };
	struct cv_in			in;
	struct cv_out			o;
	const struct cv			*cv;
	struct why			why;
	size_t				max_lines;

	if (n < 2 || (cv = cv_at(p[0])) == NULL)
		return (0);
	max_lines = p[1] & 15;
	in = (struct cv_in){ .body = sp_mem(p + 2, n - 2),
	    .content_type = sp_of(types[(p[1] >> 4) % nitems(types)]) };
	in.type = in.content_type;
	cv_out_init(&o, max_lines);
	(void)cv_render(cv, &in, &o, &why);
	judge(&o, max_lines);
	(void)cv_auto(&in);
	cv_out_fini(&o);
	return (0);
}
