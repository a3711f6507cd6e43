/*
 * settings - what the front end remembers about single flows (which view,
 * full contents or not), by name; never saved.
 *
 * Goes with its flow. Main thread. model->app->settings, while
 * cmd_view_module is there.
 */
#ifndef SRC_SETTINGS_H
#define SRC_SETTINGS_H

#include "model/model.h"

struct settings;

struct settings	*settings_new(struct model *);
void		 settings_free(struct settings *);
/* NULL: was never set. The text lives until the next settings_set(). */
const char	*settings_get(const struct settings *, const struct flow *,
		    const char *key);
/* Tells that the flow changed. */
void		 settings_set(struct settings *, struct flow *,
		    const char *key, const char *value);
/* The same by id; the flow need not be read. */
const char	*settings_get_id(const struct settings *, uint64_t flow,
		    const char *key);
void		 settings_set_id(struct settings *, uint64_t flow,
		    const char *key, const char *value);

#endif
