#include "model/opt.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/panic.h"
#include "model/near.h"
#include "model/opt_value.h"

struct slot {
	const struct opt *row;
	struct value	 value;
	/* Set by opts_set_spec: the next member is appended to these. */
	bool		 by_spec;
};

struct watcher {
	char		*name;		/* NULL: all */
	opt_watch_fn	*fn;		/* NULL: dropped */
	void		*arg;
};

struct opts {
	struct map	 slots;		/* struct slot */
	struct watcher	 *watchers;
	size_t		 nwatchers, capwatchers;
	unsigned	 telling;	/* depth of notifications */
	struct deferred {
		char	*spec;		/* "name=value" */
		bool	 quiet;		/* may stay unknown */
	}		*deferred;
	size_t		 ndeferred;
};

struct opts *
opts_new(void)
{
	struct opts	*os = xcalloc(1, sizeof(*os));

	map_init(&os->slots);
	return (os);
}

static void
slot_free(struct slot *sl)
{
	value_fini(&sl->value);
	free(sl);
}

void
opts_free(struct opts *os)
{
	size_t	i;

	if (os == NULL)
		return;
	for (i = 0; i < os->slots.n; i++)
		slot_free(os->slots.v[i].value);
	map_fini(&os->slots);
	for (i = 0; i < os->nwatchers; i++)
		free(os->watchers[i].name);
	free(os->watchers);
	for (i = 0; i < os->ndeferred; i++)
		free(os->deferred[i].spec);
	free(os->deferred);
	free(os);
}

/* Rows */

void
opts_drop(struct opts *os, const struct opt *rows, size_t n)
{
	struct slot	*sl;
	size_t		 i;

	for (i = 0; i < n; i++) {
		sl = map_get(&os->slots, rows[i].name);
		if (sl == NULL || sl->row != &rows[i])
			continue;
		(void)map_drop(&os->slots, rows[i].name);
		slot_free(sl);
	}
}

/* Values that came before their option apply now, in their order. */
static int
apply_deferred(struct opts *os, const char *name, struct why *why)
{
	size_t	 i = 0;
	char	*spec;
	int	 rc = 0;

	while (i < os->ndeferred) {
		spec = os->deferred[i].spec;
		if (!sp_is(sp_split(sp_of(spec), '=', &(struct sp){ 0 }),
		    name)) {
			i++;
			continue;
		}
		os->ndeferred--;
		memmove(os->deferred + i, os->deferred + i + 1,
		    (os->ndeferred - i) * sizeof(*os->deferred));
		if (rc == 0)
			rc = opts_set_spec(os, spec, why);
		free(spec);
	}
	return (rc);
}

int
opts_add(struct opts *os, const struct opt *rows, size_t n, struct why *why)
{
	struct slot	*sl;
	size_t		 i;

	for (i = 0; i < n; i++) {
		sl = xcalloc(1, sizeof(*sl));
		sl->row = &rows[i];
		if (!map_add(&os->slots, rows[i].name, sl)) {
			free(sl);
			opts_drop(os, rows, i);
			return (fail(why, ERR_ARG, "there is an option %s"
			    " already", rows[i].name));
		}
		value_default(&rows[i], &sl->value);
	}
	for (i = 0; i < n; i++) {
		if (apply_deferred(os, rows[i].name, why) == 0)
			continue;
		opts_drop(os, rows, n);
		return (-1);
	}
	return (0);
}

size_t
opts_n(const struct opts *os)
{
	return (os->slots.n);
}

const struct opt *
opts_at(const struct opts *os, size_t i)
{
	struct slot	*sl = os->slots.v[i].value;

	return (sl->row);
}

const struct opt *
opts_find(const struct opts *os, const char *name)
{
	struct slot	*sl = map_get(&os->slots, name);

	return (sl != NULL ? sl->row : NULL);
}

/* Reading */

static const struct slot *
slot_of(const struct opts *os, const char *name)
{
	struct slot	*sl = map_get(&os->slots, name);

	if (sl == NULL)
		panic("there is no option %s", name);
	return (sl);
}

static const struct value *
typed(const struct opts *os, const char *name, enum opt_type a,
    enum opt_type b)
{
	const struct slot	*sl = slot_of(os, name);

	if (sl->row->type != a && sl->row->type != b)
		panic("option %s was read as another type", name);
	return (&sl->value);
}

bool
opts_bool(const struct opts *os, const char *name)
{
	return (typed(os, name, OPT_BOOL, OPT_BOOL)->i != 0);
}

long long
opts_int(const struct opts *os, const char *name)
{
	return (typed(os, name, OPT_INT, OPT_INT)->i);
}

const char *
opts_str(const struct opts *os, const char *name)
{
	return (typed(os, name, OPT_STR, OPT_CHOICE)->s);
}

size_t
opts_seq_n(const struct opts *os, const char *name)
{
	return (typed(os, name, OPT_SEQ, OPT_SEQ)->n);
}

const char *
opts_seq_at(const struct opts *os, const char *name, size_t i)
{
	return (typed(os, name, OPT_SEQ, OPT_SEQ)->v[i]);
}

bool
opts_is_null(const struct opts *os, const char *name)
{
	return (slot_of(os, name)->value.null);
}

bool
opts_is_default(const struct opts *os, const char *name)
{
	const struct slot	*sl = slot_of(os, name);
	struct value		 def;
	bool			 same;

	value_default(sl->row, &def);
	same = value_eq(&sl->value, &def);
	value_fini(&def);
	return (same);
}

void
opts_text(const struct opts *os, const char *name, struct str *out)
{
	const struct slot	*sl = slot_of(os, name);

	value_text(sl->row, &sl->value, out);
}

/* Telling */

static int
tell(struct opts *os, const struct opt *row, size_t upto, size_t *refused,
    struct why *why)
{
	struct watcher	*w;
	size_t		 i;

	for (i = 0; i < upto; i++) {
		w = &os->watchers[i];
		if (w->fn == NULL ||
		    (w->name != NULL && strcmp(w->name, row->name) != 0))
			continue;
		if (w->fn(w->arg, row, why) == -1 && refused != NULL) {
			*refused = i;
			return (-1);
		}
	}
	return (0);
}

/* Watchers that were dropped while they were being called go now. */
static void
sweep(struct opts *os)
{
	size_t	i, n = 0;

	for (i = 0; i < os->nwatchers; i++) {
		if (os->watchers[i].fn != NULL)
			os->watchers[n++] = os->watchers[i];
		else
			free(os->watchers[i].name);
	}
	os->nwatchers = n;
}

/*
 * Puts the value in place and tells. Setting what is there already tells,
 * too: "set intercept ~q" switches interception on again. When somebody
 * refuses, those who had taken the new value hear of the old one.
 */
static int
put(struct opts *os, struct slot *sl, struct value *val, struct why *why)
{
	const struct opt	*row = sl->row;
	struct value		 old = sl->value;
	size_t			 refused = 0;
	int			 rc;

	sl->value = *val;
	os->telling++;
	rc = tell(os, row, os->nwatchers, &refused, why);
	if (rc == -1) {
		value_fini(&sl->value);
		sl->value = old;
		(void)tell(os, row, refused, NULL, NULL);
	} else
		value_fini(&old);
	if (--os->telling == 0)
		sweep(os);
	return (rc);
}

/* Setting */

int
opts_unknown(const struct opts *os, const char *spec, struct why *why)
{
	struct near	 nr;
	char		 hint[96];
	char		*name;
	size_t		 i;

	name = xspdup(sp_split(sp_of(spec), '=', &(struct sp){ 0 }));
	near_init(&nr, name);
	for (i = 0; i < os->slots.n; i++)
		near_try(&nr, os->slots.v[i].name);
	(void)fail(why, ERR_OPT_UNKNOWN, "unknown option %s%s", name,
	    near_words(&nr, hint, sizeof(hint)));
	free(name);
	return (-1);
}

static struct slot *
slot_find(struct opts *os, const char *name, struct why *why)
{
	struct slot	*sl = map_get(&os->slots, name);

	if (sl == NULL)
		(void)opts_unknown(os, name, why);
	return (sl);
}

static int
set_words(struct opts *os, struct slot *sl, const char *const *words,
    size_t n, struct why *why)
{
	struct value	val;

	if (value_parse(sl->row, words, n, &sl->value, &val, why) == -1) {
		value_fini(&val);
		return (-1);
	}
	return (put(os, sl, &val, why));
}

int
opts_set(struct opts *os, const char *name, const char *const *words,
    size_t n, struct why *why)
{
	struct slot	*sl;

	if ((sl = slot_find(os, name, why)) == NULL)
		return (-1);
	if (set_words(os, sl, words, n, why) == -1)
		return (-1);
	sl->by_spec = false;
	return (0);
}

int
opts_set1(struct opts *os, const char *name, const char *word,
    struct why *why)
{
	return (opts_set(os, name, &word, word != NULL, why));
}

/* A sequence named again on the command line grows by one member. */
static int
append_member(struct opts *os, struct slot *sl, const char *word,
    struct why *why)
{
	size_t		 n = sl->by_spec ? sl->value.n : 0, i;
	const char	**words = xcalloc(n + 1, sizeof(*words));
	int		 rc;

	for (i = 0; i < n; i++)
		words[i] = sl->value.v[i];
	words[n] = word;
	rc = set_words(os, sl, words, n + 1, why);
	free(words);
	if (rc == 0)
		sl->by_spec = true;
	return (rc);
}

int
opts_set_spec(struct opts *os, const char *spec, struct why *why)
{
	const char	*value = strchr(spec, '=');
	struct slot	*sl;
	char		*name;
	int		 rc = -1;

	if (value == NULL)
		return (opts_set(os, spec, NULL, 0, why));
	name = xspdup(sp_mem(spec, (size_t)(value - spec)));
	value++;
	if ((sl = slot_find(os, name, why)) != NULL) {
		if (sl->row->type == OPT_SEQ)
			rc = append_member(os, sl, value, why);
		else
			rc = opts_set(os, name, &value, 1, why);
	}
	free(name);
	return (rc);
}

static void
defer(struct opts *os, const char *spec, bool quiet)
{
	os->deferred = xrealloc(os->deferred, os->ndeferred + 1,
	    sizeof(*os->deferred));
	os->deferred[os->ndeferred++] = (struct deferred){ xstrdup(spec),
		quiet };
}

int
opts_set_deferred(struct opts *os, const char *spec, struct why *why)
{
	char	*name = xspdup(sp_split(sp_of(spec), '=', &(struct sp){ 0 }));
	bool	 known = opts_find(os, name) != NULL;

	free(name);
	if (known)
		return (opts_set_spec(os, spec, why));
	defer(os, spec, false);
	return (0);
}

void
opts_set_later(struct opts *os, const char *spec)
{
	defer(os, spec, true);
}

const char *
opts_deferred_at(const struct opts *os, size_t nth)
{
	size_t	i;

	for (i = 0; i < os->ndeferred; i++)
		if (!os->deferred[i].quiet && nth-- == 0)
			return (os->deferred[i].spec);
	return (NULL);
}

int
opts_reset(struct opts *os, const char *name, struct why *why)
{
	struct slot	*sl;
	struct value	 def;

	if ((sl = slot_find(os, name, why)) == NULL)
		return (-1);
	value_default(sl->row, &def);
	sl->by_spec = false;
	return (put(os, sl, &def, why));
}

void
opts_reset_all(struct opts *os)
{
	size_t		 i;
	const char	*name;

	/* By index: a watcher may add or drop rows meanwhile. */
	for (i = 0; i < os->slots.n; i++) {
		name = os->slots.v[i].name;
		if (!opts_is_default(os, name))
			(void)opts_reset(os, name, NULL);
	}
}

void
opts_watch(struct opts *os, const char *name, opt_watch_fn *fn, void *arg)
{
	if (os->nwatchers == os->capwatchers) {
		os->capwatchers = os->capwatchers * 2 + 16;
		os->watchers = xrealloc(os->watchers, os->capwatchers,
		    sizeof(*os->watchers));
	}
	os->watchers[os->nwatchers++] = (struct watcher){
		name != NULL ? xstrdup(name) : NULL, fn, arg };
}

void
opts_unwatch(struct opts *os, opt_watch_fn *fn, void *arg)
{
	size_t	i;

	for (i = 0; i < os->nwatchers; i++)
		if (os->watchers[i].fn == fn && os->watchers[i].arg == arg)
			os->watchers[i].fn = NULL;
	if (os->telling == 0)
		sweep(os);
}
