#include "base/pem.h"

#include "base/base64.h"

#define LINE_BYTES	48	/* 64 columns of base64 */

void
pem_put(struct str *out, struct sp der)
{
	str_puts(out, "-----BEGIN CERTIFICATE-----\n");
	while (der.n != 0) {
		base64_put(out, sp_cut(der, 0, LINE_BYTES));
		str_putc(out, '\n');
		der = sp_skip(der, LINE_BYTES);
	}
	str_puts(out, "-----END CERTIFICATE-----\n");
}

/* The first certificate of the text; what stands around it is comment. */
struct blob *
pem_get(struct sp s)
{
	struct blob	*b = NULL;
	struct str	 der;
	ssize_t		 from, to;

	if ((from = sp_search(s, SP("-----BEGIN CERTIFICATE-----"))) == -1)
		return (NULL);
	s = sp_skip(s, (size_t)from + 27);
	if ((to = sp_search(s, SP("-----END"))) == -1)
		return (NULL);
	str_init(&der, STR_MAX);
	if (base64_get(sp_cut(s, 0, (size_t)to), BASE64_LINES,
	    &der) == 0 && der.n != 0)
		b = blob_of(str_sp(&der));
	str_fini(&der);
	return (b);
}
