/*
 * certtext - the facts of a certificate, in words, for front ends.
 *
 * Pure; any thread.
 */
#ifndef SRC_CERTTEXT_H
#define SRC_CERTTEXT_H

#include "base/base.h"

/* Calls put for each fact: "Type" "RSA, 2048 bits", "SHA256 digest",
 * "Valid from", "Valid to", "Serial", "Subject", "Issuer", "Alt names". */
void	 cert_text(struct sp der, void (*put)(void *, const char *,
	    const char *), void *);

#endif
