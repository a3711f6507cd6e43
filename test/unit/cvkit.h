/*
 * cvkit - what the tests of content views share: a body in, its lines out.
 */
#ifndef TEST_CVKIT_H
#define TEST_CVKIT_H

#include "base/mem.h"
#include "cv/cv.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

struct cvrow {
	const char	*name;
	const char	*type;		/* media type, or NULL */
	const char	*body;
	size_t		 n;		/* of body; 0: it ends at its NUL */
	const char	*lines;		/* NULL: the view does not want it */
};

/* All lines, each with its end; the caller's to free. */
static inline char *
cvkit_text(const struct cv_out *o)
{
	struct str	 s;
	const struct cv_run	*run;

	str_init(&s, STR_MAX);
	for (size_t i = 0; i < o->nlines; i++) {
		for (uint32_t r = 0; r < o->lines[i].nruns; r++) {
			run = &o->runs[o->lines[i].run + r];
			str_add(&s, sp_cut(str_sp(&o->text), run->from,
			    run->len));
		}
		str_putc(&s, '\n');
	}
	return (str_take(&s));
}

/* Renders an exact-size heap copy, so that a byte too far is seen. NULL:
 * the view refused. */
static inline char *
cvkit_render(const char *view, const char *type, struct sp body,
    size_t max_lines)
{
	const struct cv	*cv = cv_find(view);
	unsigned char	*copy = malloc(body.n != 0 ? body.n : 1);
	struct cv_in	 in = { .type = sp_of(type),
			    .content_type = sp_of(type) };
	struct cv_out	 o;
	struct why	 why = { ERR_NONE, "" };
	char		*text = NULL;

	assert_non_null(cv);
	assert_non_null(copy);
	if (body.n != 0)
		memcpy(copy, body.p, body.n);
	in.body = sp_mem(copy, body.n);
	cv_out_init(&o, max_lines);
	if (cv_render(cv, &in, &o, &why) == 0)
		text = cvkit_text(&o);
	else
		assert_true(why.text[0] != '\0');
	cv_out_fini(&o);
	free(copy);
	return (text);
}

static inline void
cvkit_row(const char *view, const struct cvrow *row)
{
	struct sp	body = sp_mem(row->body, row->n != 0 ? row->n :
	    strlen(row->body));
	char		*got = cvkit_render(view, row->type, body, 0);

	if ((got == NULL) != (row->lines == NULL) ||
	    (got != NULL && strcmp(got, row->lines) != 0))
		print_error("row \"%s\"\n", row->name);
	if (row->lines == NULL)
		assert_null(got);
	else {
		assert_non_null(got);
		assert_string_equal(got, row->lines);
	}
	free(got);
	/* Whatever is missing at its end, and however little is wanted. */
	for (size_t n = 0; n <= body.n; n++) {
		free(cvkit_render(view, row->type, sp_cut(body, 0, n), 0));
		free(cvkit_render(view, row->type, sp_cut(body, 0, n), 2));
	}
}

static inline void
cvkit_rows(const char *view, const struct cvrow *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cvkit_row(view, &rows[i]);
}

/* What auto makes of a body of that type. */
static inline const char *
cvkit_auto(const char *type, struct sp body)
{
	struct cv_in	in = { .body = body, .type = sp_of(type),
			    .content_type = sp_of(type) };

	return (cv_auto(&in)->name);
}

#endif
