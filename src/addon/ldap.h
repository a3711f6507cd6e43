/*
 * ldap - logins judged by a directory: the entry of the user is searched
 * for and bound to with the password.
 *
 * Frozen once made; asking blocks, for LDAP_WAIT_S seconds at most each
 * step, and is safe on any thread. RFC 4511, 4515.
 */
#ifndef SRC_ADDON_LDAP_H
#define SRC_ADDON_LDAP_H

#include "base/str.h"

#define LDAP_WAIT_S	5

struct ldap_place {
	char	*url;		/* "ldaps://host:port" */
	char	*dn, *password;	/* who may search */
	char	*base;		/* below this */
	char	*key;		/* attribute that is the user's name */
};

/* "ldap[s]:host[:port]:dn:password:base[?search_filter_key=name]" */
int	 ldap_place_parse(struct ldap_place *, const char *, struct why *);
void	 ldap_place_fini(struct ldap_place *);
/* RFC 4515 3: nothing in it means more than itself. */
void	 ldap_escape(struct str *, struct sp);
/* 1: a good login. 0: a bad one. -1: nobody knows. */
int	 ldap_judge(const struct ldap_place *, struct sp user,
	    struct sp password, struct why *);

#endif
