#include "addon/login.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/mem.h"
#include "run/work.h"

struct login_job {
	TAILQ_ENTRY(login_job) link;	/* login->waiters */
	struct login	*login;
	void		(*done)(void *, unsigned, const char *);
	void		*arg;
};

/* One login that is asked about, of one loop. */
struct login {
	struct job	 job;
	LIST_ENTRY(login) link;		/* logins->all, under the lock */
	struct logins	*logins;	/* reference */
	struct loop	*loop;
	char		*text;
	char		*client;	/* who came with it first, or NULL */
	uint64_t	 since_ns;
	TAILQ_HEAD(, login_job) waiters;	/* the loop's */
	enum login_is	 is;		/* the worker's until it is done */
	struct why	 why;
};

struct logins {
	struct passwd_file	*file;
	struct lock		*lock;
	LIST_HEAD(, login)	 all;	/* under the lock, as the rest */
	size_t			 n;
	unsigned		 refs;
};

/* The lane of all logins. */
static const char	login_lane;

struct logins *
logins_new(struct passwd_file *file)
{
	struct logins	*g = xcalloc(1, sizeof(*g));

	g->file = file;
	g->lock = lock_new();
	g->refs = 1;
	LIST_INIT(&g->all);
	return (g);
}

static void
logins_unref(struct logins *g)
{
	bool	last;

	lock_take(g->lock);
	last = --g->refs == 0;
	lock_give(g->lock);
	if (!last)
		return;
	passwd_close(g->file);
	lock_free(g->lock);
	free(g);
}

void
logins_free(struct logins *g)
{
	if (g != NULL)
		logins_unref(g);
}

enum login_is
logins_recall(struct logins *g, struct sp login)
{
	return (passwd_recall(g->file, login));
}

unsigned
login_bits(enum login_is is)
{
	return (AV_LOGIN(is) | (is == LOGIN_GOOD ? AV_TRUSTED : 0));
}

/* --- one login ----------------------------------------------------------- */

/* On a worker. */
static void
login_run(struct job *job)
{
	struct login	*l = (struct login *)job;
	uint64_t	 waited = date_mono_ns() - l->since_ns;

	if (atomic_load(&job->cancelled))
		return;
	if (waited > LOGIN_WAIT_S * UINT64_C(1000000000))
		l->is = LOGIN_BUSY;
	else
		l->is = passwd_judge(l->logins->file, sp_of(l->text),
		    &l->why);
}

static void
login_leave(struct login *l)
{
	struct logins	*g = l->logins;

	lock_take(g->lock);
	LIST_REMOVE(l, link);
	g->n--;
	lock_give(g->lock);
}

static void
login_done(struct job *job)
{
	struct login		*l = (struct login *)job;
	const char		*text = NULL;
	struct login_job	*w;

	login_leave(l);		/* whoever comes now begins anew */
	if (l->is == LOGIN_BUSY)
		text = "too many logins wait to be judged";
	else if (l->is == LOGIN_DOWN)
		text = l->why.text;
	while ((w = TAILQ_FIRST(&l->waiters)) != NULL) {
		TAILQ_REMOVE(&l->waiters, w, link);
		w->done(w->arg, login_bits(l->is), text);
		free(w);
	}
	logins_unref(l->logins);
	free(l->client);
	free(l->text);
	free(l);
}

/* The same one of the same loop, unless it was given up. */
static struct login *
login_find(struct logins *g, struct loop *loop, struct sp text)
{
	struct login	*l;

	LIST_FOREACH(l, &g->all, link)
		if (l->loop == loop && sp_eq(sp_of(l->text), text) &&
		    !atomic_load(&l->job.cancelled))
			return (l);
	return (NULL);
}

/* One client does not keep the others out. */
static bool
has_room(const struct logins *g, const char *client)
{
	const struct login	*l;
	size_t			 n = 0;

	LIST_FOREACH(l, &g->all, link)
		n += client != NULL && l->client != NULL &&
		    strcmp(l->client, client) == 0;
	return (n < limit_of(LOGINS_CLIENT) && g->n < limit_of(LOGINS));
}

static struct login *
login_enter(struct logins *g, struct loop *loop, struct sp text,
    const char *client)
{
	struct login	*l = xcalloc(1, sizeof(*l));

	l->job = (struct job){ .run = login_run, .done = login_done };
	l->logins = g;
	l->loop = loop;
	l->text = xspdup(text);
	l->client = client != NULL ? xstrdup(client) : NULL;
	l->since_ns = date_mono_ns();
	TAILQ_INIT(&l->waiters);
	LIST_INSERT_HEAD(&g->all, l, link);
	g->n++;
	g->refs++;
	return (l);
}

struct login_job *
logins_submit(struct logins *g, const struct login_ask *ask, struct sp text)
{
	struct login_job	*w;
	struct login		*l;
	bool			 fresh;

	lock_take(g->lock);
	l = login_find(g, ask->loop, text);
	fresh = l == NULL && has_room(g, ask->client);
	if (fresh)
		l = login_enter(g, ask->loop, text, ask->client);
	lock_give(g->lock);
	if (l == NULL)
		return (NULL);
	w = xcalloc(1, sizeof(*w));
	*w = (struct login_job){ .login = l, .done = ask->done,
	    .arg = ask->arg };
	TAILQ_INSERT_TAIL(&l->waiters, w, link);
	if (fresh)
		work_submit_ordered(ask->work, ask->loop, &l->job,
		    &login_lane);
	return (w);
}

void
login_forget(struct login_job *w)
{
	if (w == NULL)
		return;
	TAILQ_REMOVE(&w->login->waiters, w, link);
	if (TAILQ_EMPTY(&w->login->waiters))
		atomic_store(&w->login->job.cancelled, true);
	free(w);
}
