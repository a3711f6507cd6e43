/*
 * f_conf - configuration files: what is read is written so that it reads
 * the same.
 */
#include "app/conf.h"

#include <assert.h>

#include "model/opt.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct opt	rows[] = {
	{ .name = "flag", .type = OPT_BOOL, .def = "false" },
	{ .name = "list", .type = OPT_SEQ },
	{ .name = "maybe", .type = OPT_STR, .flags = OPT_NULLABLE },
	{ .name = "number", .type = OPT_INT, .def = "1" },
	{ .name = "scripts", .type = OPT_SEQ },
	{ .name = "text", .type = OPT_STR, .def = "" },
};

static struct opts *
make(void)
{
	struct opts	*os = opts_new();

	assert(opts_add(os, rows, nitems(rows), NULL) == 0);
	return (os);
}

static int
key(void *arg unused, const struct conf_key *k, struct why *why unused)
{
	assert(k->key != NULL && k->cmd != NULL && k->help != NULL &&
	    k->ctx[0] != NULL);
	return (0);
}

static void
compare(const struct opts *a, const struct opts *b)
{
	struct str	s, t;
	size_t		i;

	for (i = 0; i < nitems(rows); i++) {
		str_init(&s, STR_MAX);
		str_init(&t, STR_MAX);
		opts_text(a, rows[i].name, &s);
		opts_text(b, rows[i].name, &t);
		assert(sp_eq(str_sp(&s), str_sp(&t)));
		str_fini(&s);
		str_fini(&t);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct opts	*os = make(), *again = make();
	struct str	 s;
	struct why	 why;

	str_init(&s, STR_MAX);
	if (conf_load_text(os, "f", sp_mem(p, n), NULL, &why) == 0) {
		assert(conf_amend(os, "f", SPNIL, &s, &why) == 0);
		assert(conf_load_text(again, "f", str_sp(&s), NULL,
		    &why) == 0);
		compare(os, again);
	} else
		assert(why.text[0] != '\0');
	(void)conf_keys_text("f", sp_mem(p, n), key, NULL, NULL);
	str_fini(&s);
	opts_free(os);
	opts_free(again);
	return (0);
}
