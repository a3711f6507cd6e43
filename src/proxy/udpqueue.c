#include "proxy/udpqueue.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"

struct udpwait {
	STAILQ_ENTRY(udpwait) link;
	struct blob	*data;
	bool		 injected;
};

void
udpqueue_init(struct udpqueue *q, uint64_t *bytes)
{
	STAILQ_INIT(&q->list);
	q->n = 0;
	q->bytes = bytes;
}

int
udpqueue_add(struct udpqueue *q, struct blob *data, bool injected,
    struct why *why)
{
	struct udpwait	*w;

	if (q->n >= limit_of(UDP_WAITING) ||
	    *q->bytes + data->n > limit_of(UDP_WAITING_BYTES)) {
		blob_unref(data);
		return (fail(why, ERR_LIMIT, "too many wait: %u here, %llu "
		    "bytes at this port", q->n,
		    (unsigned long long)*q->bytes));
	}
	w = xcalloc(1, sizeof(*w));
	w->data = data;
	w->injected = injected;
	STAILQ_INSERT_TAIL(&q->list, w, link);
	q->n++;
	*q->bytes += data->n;
	return (0);
}

struct blob *
udpqueue_take(struct udpqueue *q, bool *injected)
{
	struct udpwait	*w = STAILQ_FIRST(&q->list);
	struct blob	*data;

	if (w == NULL)
		return (NULL);
	STAILQ_REMOVE_HEAD(&q->list, link);
	data = w->data;
	*injected = w->injected;
	q->n--;
	*q->bytes -= data->n;
	free(w);
	return (data);
}

void
udpqueue_fini(struct udpqueue *q)
{
	struct blob	*data;
	bool		 injected;

	while ((data = udpqueue_take(q, &injected)) != NULL)
		blob_unref(data);
}
