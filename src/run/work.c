#include "run/work.h"

#include <stdlib.h>

#include "base/mem.h"

#define WORK_MAX	8

/*
 * Ordered jobs: a key that is running has a lane; jobs of that key wait in
 * it, and the worker that finishes one goes on with the next.
 */
struct lane {
	const void	*key;
	struct qitem	*head, **tail;
	struct lane	*next;
};

struct work {
	struct queue	*queue;
	struct lock	*lock;		/* lanes */
	struct lane	*lanes;
	unsigned	 n;
	struct thread	*threads[WORK_MAX];
};

static struct job *
job_of(struct qitem *it)
{
	return ((struct job *)(void *)((char *)it - offsetof(struct job,
	    item)));
}

static void
on_job_done(struct post *p)
{
	struct job	*j;

	j = (struct job *)(void *)((char *)p - offsetof(struct job, post));
	j->done(j);
}

/* The next of the lane, or the lane goes. */
static struct job *
lane_next(struct work *w, const void *key)
{
	struct lane	**lp, *l;
	struct qitem	 *it;

	lock_take(w->lock);
	for (lp = &w->lanes; (*lp)->key != key; lp = &(*lp)->next)
		;
	l = *lp;
	it = l->head;
	if (it != NULL) {
		l->head = it->link;
		if (l->head == NULL)
			l->tail = &l->head;
	} else {
		*lp = l->next;
		free(l);
	}
	lock_give(w->lock);
	return (it != NULL ? job_of(it) : NULL);
}

static void
work_thread(void *arg)
{
	struct work	*w = arg;
	struct qitem	*it;
	struct job	*j;
	const void	*key;

	while ((it = queue_take(w->queue, -1)) != NULL) {
		j = job_of(it);
		while (j != NULL) {
			key = j->key;
			j->run(j);
			j->post.fn = on_job_done;
			/* From here on the job is its loop's. */
			loop_post(j->home, &j->post);
			j = key != NULL ? lane_next(w, key) : NULL;
		}
	}
}

struct work *
work_new(unsigned workers)
{
	struct work	*w = xcalloc(1, sizeof(*w));

	w->queue = queue_new();
	w->lock = lock_new();
	w->n = workers < 1 ? 1 : workers > WORK_MAX ? WORK_MAX : workers;
	return (w);
}

/* Threads start with the first job: many runs never need one. */
static void
work_wake(struct work *w)
{
	unsigned	i;

	lock_take(w->lock);
	for (i = 0; i < w->n && w->threads[i] == NULL; i++)
		w->threads[i] = thread_start("worker", work_thread, w);
	lock_give(w->lock);
}

void
work_free(struct work *w)
{
	unsigned	i;

	if (w == NULL)
		return;
	queue_close(w->queue);
	for (i = 0; i < w->n; i++)
		thread_join(w->threads[i]);
	queue_free(w->queue);
	lock_free(w->lock);
	free(w);
}

void
work_submit(struct work *w, struct loop *home, struct job *j)
{
	work_submit_ordered(w, home, j, NULL);
}

/* True: somebody works on that key, the job waits in its lane. */
static bool
lane_enter(struct work *w, struct job *j)
{
	struct lane	*l;
	bool		 waits = false;

	lock_take(w->lock);
	for (l = w->lanes; l != NULL && l->key != j->key; l = l->next)
		;
	if (l != NULL) {
		j->item.link = NULL;
		*l->tail = &j->item;
		l->tail = &j->item.link;
		waits = true;
	} else {
		l = xcalloc(1, sizeof(*l));
		l->key = j->key;
		l->tail = &l->head;
		l->next = w->lanes;
		w->lanes = l;
	}
	lock_give(w->lock);
	return (waits);
}

void
work_submit_ordered(struct work *w, struct loop *home, struct job *j,
    const void *key)
{
	j->home = home;
	j->key = key;
	work_wake(w);
	if (key == NULL || !lane_enter(w, j))
		queue_put(w->queue, &j->item);
}
