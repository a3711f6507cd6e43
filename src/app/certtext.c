#include "app/certtext.h"

#include "net/certinfo.h"

void
cert_text(struct sp der, void (*put)(void *, const char *, const char *),
    void *arg)
{
	certinfo_walk(der, put, arg);
}
