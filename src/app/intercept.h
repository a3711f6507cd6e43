/*
 * intercept - holds flows that match a filter until the user decides.
 *
 * A decider on main, the last one. Holding is a bit in the verdict
 * (HV_INTERCEPT): whoever asked keeps the call until model_resume() or
 * model_kill(). Main thread; the filter goes to shards by reference.
 */
#ifndef SRC_INTERCEPT_H
#define SRC_INTERCEPT_H

#include "model/module.h"

struct filter;

extern const struct module	intercept_module;

/* The filter that holds flows now, a new reference; NULL: none does. For
 * deciding which bodies must wait (filter_may_match). */
struct filter	*intercept_filter(const struct opts *);

#endif
