#include "proxy/capture.h"

#define LOG_TAG	"exch"

void
capture_init(struct capture *c)
{
	memset(c, 0, sizeof(*c));
	c->keeps = true;
	chain_init(&c->body);
}

void
capture_fini(struct capture *c)
{
	chain_fini(&c->body);
	spill_free(c->spill);
	head_unref(c->trailers);
	c->spill = NULL;
	c->trailers = NULL;
}

static void
capture_let_go(struct capture *c)
{
	c->keeps = false;
	chain_fini(&c->body);
	spill_free(c->spill);
	c->spill = NULL;
}

/* Past what memory is for: the whole goes to a file, or is let go. */
static int
capture_overflow(struct capture *c, const struct cfg *cfg, struct why *why)
{
	if (!cfg->spills && !c->must) {
		capture_let_go(c);
		return (0);
	}
	c->spill = spill_new(why);
	if (c->spill == NULL ||
	    spill_add_chain(c->spill, &c->body, why) == -1)
		return (-1);
	chain_fini(&c->body);
	return (0);
}

static int
capture_keep(struct capture *c, const struct cfg *cfg, struct sp data,
    struct why *why)
{
	if (c->spill == NULL && cfg->keep_max != 0 &&
	    c->len > cfg->keep_max && capture_overflow(c, cfg, why) == -1)
		return (-1);
	if (c->spill != NULL)
		return (spill_add(c->spill, data, why));
	if (c->keeps)
		chain_append(&c->body, data);
	return (0);
}

int
capture_add(struct capture *c, const struct cfg *cfg, struct sp data,
    struct why *why)
{
	c->len += data.n;
	if (!c->keeps || capture_keep(c, cfg, data, why) == 0)
		return (0);
	/* A full disk is no reason to end what is only watched. */
	log_warn(cfg->log, "%s", why->text);
	capture_let_go(c);
	why->code = ERR_INTERNAL;
	return (c->must ? -1 : 0);
}

/* The file as one blob; false: it cannot be mapped. */
static bool
capture_map(struct capture *c, struct msg *m)
{
	struct blob	*b = spill_blob(c->spill);

	if (b != NULL)
		chain_push(&m->body, b);
	return (b != NULL);
}

void
capture_give(struct capture *c, struct msg *m)
{
	m->body_len = c->len;
	m->trailers = c->trailers;
	c->trailers = NULL;
	m->has_body = c->keeps;
	if (c->spill == NULL)
		chain_move(&m->body, &c->body);
	else
		m->has_body = capture_map(c, m);
}

void
capture_show(struct capture *c, struct msg *m)
{
	m->body_len = c->len;
	m->has_body = c->keeps;
	if (c->spill == NULL)
		chain_share_growing(&m->body, &c->body);
	else
		m->has_body = capture_map(c, m);
}
