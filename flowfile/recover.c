#include "flowfile/recover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "base/date.h"
#include "flowfile/journal.h"

/* ---- finding them ---- */

static char *
path_in(const char *dir, const char *name)
{
	return (xasprintf("%s/%s", dir, name));
}

/* The lock of a journal whose session is gone, or -1. */
static int
take_lock(const char *path)
{
	int	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1) {
		(void)close(fd);
		fd = -1;
	}
	return (fd);
}

/* The lock is taken for the look, and let go: who opens it takes it
 * again, and may find that somebody was faster. */
static bool
is_left(const char *dir, const char *name, struct left *l)
{
	struct stat	 st;
	char		*path = path_in(dir, name);
	int		 fd = take_lock(path);
	bool		 ok;

	free(path);
	ok = fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size != 0;
	if (fd != -1)
		(void)close(fd);
	if (ok)
		*l = (struct left){ .name = xstrdup(name),
		    .size = (uint64_t)st.st_size,
		    .time = (double)st.st_mtime };
	return (ok);
}

static int
newest_first(const void *a, const void *b)
{
	const struct left	*l = a, *r = b;

	if (l->time != r->time)
		return (l->time < r->time ? 1 : -1);
	return (strcmp(r->name, l->name));
}

void
lefts_find(struct lefts *ls, const char *dir)
{
	DIR		*d = opendir(dir);
	struct dirent	*e;
	struct left	 l;

	*ls = (struct lefts){ NULL, 0 };
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, JOURNAL_PREFIX,
		    sizeof(JOURNAL_PREFIX) - 1) != 0 ||
		    !is_left(dir, e->d_name, &l))
			continue;
		ls->v = xrealloc(ls->v, ls->n + 1, sizeof(*ls->v));
		ls->v[ls->n++] = l;
	}
	if (d != NULL)
		(void)closedir(d);
	if (ls->n != 0)
		qsort(ls->v, ls->n, sizeof(*ls->v), newest_first);
}

void
lefts_fini(struct lefts *ls)
{
	size_t	i;

	for (i = 0; i < ls->n; i++)
		free(ls->v[i].name);
	free(ls->v);
	*ls = (struct lefts){ NULL, 0 };
}

void
left_text(const struct left *l, struct str *s)
{
	char	when[32], size[16];

	date_local(l->time, when);
	date_size(l->size, size);
	str_printf(s, "%s  %.19s  %s", l->name, when, size);
}

/* ---- taking one over ---- */

struct recover {
	struct model	 *model;
	char		 *path;
	int		  fd;		/* holds the lock */
	bool		  whole;	/* all of it is in the store */
	struct flow	**v;		/* in order; references */
	size_t		  n, cap;
	/* The flows by uuid: indexes of v, plus 1; open addressing. */
	size_t		 *slots, nslots;
};

struct recover *
recover_new(struct model *m, const char *dir, const char *name,
    struct why *why)
{
	struct recover	*r;
	char		*path = path_in(dir, name);
	int		 fd;

	if (strchr(name, '/') != NULL || (fd = take_lock(path)) == -1) {
		(void)fail(why, ERR_FILE, "cannot recover %s: %s", name,
		    errno == EWOULDBLOCK ? "its session still runs" :
		    strerror(errno));
		free(path);
		return (NULL);
	}
	r = xcalloc(1, sizeof(*r));
	r->model = m;
	r->path = path;
	r->fd = fd;
	return (r);
}

static void
forget_flows(struct recover *r)
{
	size_t	i;

	for (i = 0; i < r->n; i++)
		flow_unref(r->v[i]);
	free(r->v);
	free(r->slots);
	r->v = NULL;
	r->slots = NULL;
	r->n = r->cap = r->nslots = 0;
}

void
recover_free(struct recover *r, bool remove)
{
	if (r == NULL)
		return;
	forget_flows(r);
	if (remove && r->whole)
		(void)unlink(r->path);
	(void)close(r->fd);
	free(r->path);
	free(r);
}

const char *
recover_path(const struct recover *r)
{
	return (r->path);
}

/* Where the flow of this uuid is, or would be put. */
static size_t *
slot_of(const struct recover *r, const unsigned char uuid[16])
{
	uint64_t	h;
	size_t		i;

	memcpy(&h, uuid, sizeof(h));
	i = (size_t)(h * 0x9e3779b97f4a7c15u >> 20) & (r->nslots - 1);
	while (r->slots[i] != 0 &&
	    memcmp(r->v[r->slots[i] - 1]->uuid, uuid, 16) != 0)
		i = (i + 1) & (r->nslots - 1);
	return (&r->slots[i]);
}

/* Both at once: half of the slots stay free. */
static void
grow(struct recover *r)
{
	size_t	i;

	if (r->n == r->cap) {
		r->cap = r->cap != 0 ? r->cap * 2 : 256;
		r->v = xrealloc(r->v, r->cap, sizeof(struct flow *));
		free(r->slots);
		r->nslots = r->cap * 2;
		r->slots = xcalloc(r->nslots, sizeof(*r->slots));
		for (i = 0; i < r->n; i++)
			*slot_of(r, r->v[i]->uuid) = i + 1;
	}
}

/* A later record: the user had changed it, perhaps back. */
static void
renew(struct recover *r, struct flow *f, const struct flow *last)
{
	flow_revert(f);
	flow_take_facts(f, last);
	flow_take_marks(f, last);
	/* The user may have deleted it by now. */
	if (store_get(r->model->store, f->id) == f)
		store_touch(r->model->store, f);
}

void
recover_flow(struct recover *r, struct flow *f)
{
	size_t	*slot;

	grow(r);
	slot = slot_of(r, f->uuid);
	if (*slot != 0) {
		renew(r, r->v[*slot - 1], f);
		flow_unref(f);
		return;
	}
	r->v[r->n++] = f;
	*slot = r->n;
	store_add(r->model->store, f);
}

/* Not before the end, for only then the last record of each is known. */
void
recover_end(struct recover *r)
{
	size_t	i;

	r->whole = r->n != 0;
	for (i = 0; i < r->n; i++)
		bus_fire(r->model->bus, BUS_FLOW_DONE, r->v[i]);
	if (r->n != 0)
		model_status(r->model, "Recovered %zu flow%s. They are gone "
		    "when you quit: save what you need.", r->n,
		    r->n == 1 ? "" : "s");
	else
		model_status(r->model, "There is no flow in %s.", r->path);
	forget_flows(r);
}
