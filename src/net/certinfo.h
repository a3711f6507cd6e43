/*
 * certinfo - what stands in a certificate, as words for people.
 *
 * Pure; any thread. Names are from strangers: they are printable here.
 */
#ifndef SRC_CERTINFO_H
#define SRC_CERTINFO_H

#include "base/base.h"

/* Calls put for each fact, in the order of mitmproxy-features.md 7.6.
 * Says only "Error" when the bytes are no certificate. */
void	 certinfo_walk(struct sp der, void (*put)(void *, const char *,
	    const char *), void *);

#endif
