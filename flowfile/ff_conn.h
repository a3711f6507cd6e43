/*
 * ff_conn - connections in flow files: struct conn and its dictionary, row
 * by row of model/flow_fields.def.
 *
 * Flows share their connections, and certificates are long: a cache keeps
 * what was written or read last. A cache belongs to one reader or writer.
 */
#ifndef FLOWFILE_FF_CONN_H
#define FLOWFILE_FF_CONN_H

#include "flowfile/tnet.h"
#include "model/conn.h"

#define FF_VERSION	17	/* of what is written unless asked */
#define FF_NEWEST	21	/* of what can be read */

#define FF_CACHED	256

struct ff_cache {
	struct ff_cached {
		const struct conn	*conn;	/* reference */
		struct blob		*text;	/* payload of its value */
		int			 version;
	}	row[FF_CACHED];
};

void	 ff_cache_init(struct ff_cache *);
void	 ff_cache_fini(struct ff_cache *);

/* version 17 or 21. */
void	 ff_conn_put(struct ff_cache *, struct tput *, const struct conn *,
	    int version);
/* From the names of format 21; a new reference. `version` is the one the
 * dictionary was read in. NULL when it is none, or when it is hidden
 * (tnet_parse_but()) and not in the cache. */
const struct conn *ff_conn_get(struct ff_cache *, const struct tnet *,
	    bool server, int version, struct why *);

/* It is in the cache, so that its dictionary need not be looked into: of a
 * format that says all of a connection there. */
bool	 ff_cache_has(const struct ff_cache *, struct sp payload, bool server);

/* Host and port of [host, port, ...]; -1 when it is something else. */
int	 ff_place_get(const struct tnet *, struct place *);

#endif
