#include "net/verify.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>

#include "net/addr.h"
#include "net/cert.h"

/* Does it hold certificates by hash, as c_rehash(1) names them? */
static bool
dir_is_hashed(const char *path)
{
	DIR		*dir = opendir(path);
	struct dirent	*e;
	bool		 found = false;
	size_t		 i;

	while (dir != NULL && !found && (e = readdir(dir)) != NULL) {
		for (i = 0; i < 8 &&
		    isxdigit((unsigned char)e->d_name[i]); i++)
			continue;
		found = i == 8 && strcmp(e->d_name + 8, ".0") == 0;
	}
	if (dir != NULL)
		closedir(dir);
	return (found);
}

static const char *
env_or(const char *name, const char *otherwise)
{
	const char	*s = getenv(name);

	return (s != NULL && s[0] != '\0' ? s : otherwise);
}

/*
 * The system's authorities. Reading all of them from the bundle takes
 * OpenSSL 3 some 40 ms; from a hashed directory only those are read that
 * are needed. Both hold the same where there are both, but a bundle that
 * the user has named elsewhere is read.
 */
static void
verify_add_system(X509_STORE *s)
{
	const char	*dir, *file;
	X509_LOOKUP	*l;
	size_t		 n;

	dir = env_or(X509_get_default_cert_dir_env(),
	    X509_get_default_cert_dir());
	file = env_or(X509_get_default_cert_file_env(), NULL);
	n = strlen(dir);
	if (!dir_is_hashed(dir)) {
		(void)X509_STORE_set_default_paths(s);
		return;
	}
	l = X509_STORE_add_lookup(s, X509_LOOKUP_hash_dir());
	(void)X509_LOOKUP_add_dir(l, dir, X509_FILETYPE_PEM);
	if (file != NULL && (strncmp(file, dir, n) != 0 || file[n] != '/'))
		(void)X509_STORE_load_file(s, file);
}

X509_STORE *
verify_store_new(const char *file, const char *dir, struct why *why)
{
	X509_STORE	*s = X509_STORE_new();

	/* A system without a store is no failure before it is needed. */
	verify_add_system(s);
	ERR_clear_error();
	if (file != NULL && X509_STORE_load_file(s, file) != 1) {
		(void)cert_fail(why, ERR_CERT,
		    "cannot read trusted certificates from %.120s", file);
		X509_STORE_free(s);
		return (NULL);
	}
	if (dir != NULL && X509_STORE_load_path(s, dir) != 1) {
		(void)cert_fail(why, ERR_CERT,
		    "cannot use the certificate directory %.120s", dir);
		X509_STORE_free(s);
		return (NULL);
	}
	return (s);
}

void
verify_set_ctx(SSL_CTX *ctx, X509_STORE *store)
{
	X509_VERIFY_PARAM	*p = SSL_CTX_get0_param(ctx);

	SSL_CTX_set1_cert_store(ctx, store);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	/* Whatever the user puts into the store is trusted as it is. */
	(void)X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_PARTIAL_CHAIN);
	/* RFC 9525: no name in the CN, no wildcard within a label. */
	X509_VERIFY_PARAM_set_hostflags(p,
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
	    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
}

int
verify_set_name(SSL *ssl, const char *host, struct why *why)
{
	X509_VERIFY_PARAM	*p = SSL_get0_param(ssl);
	char			 name[256];
	int			 ok;

	if (addr_host_ascii(sp_of(host), name, why) == -1)
		return (-1);
	name[strcspn(name, "%")] = '\0';
	if (addr_host_is_ip(sp_of(name)))
		ok = X509_VERIFY_PARAM_set1_ip_asc(p, name);
	else
		ok = X509_VERIFY_PARAM_set1_host(p, name, 0);
	if (ok == 1)
		return (0);
	return (cert_fail(why, ERR_TLS, "cannot verify the name %.120s",
	    host));
}

int
verify_fail(long result, const char *host, struct why *why)
{
	switch (result) {
	case X509_V_ERR_HOSTNAME_MISMATCH:
		return (fail(why, ERR_TLS_VERIFY, "certificate verify failed: "
		    "hostname mismatch, the certificate is not valid for "
		    "'%.100s'", host));
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return (fail(why, ERR_TLS_VERIFY, "certificate verify failed: "
		    "IP address mismatch, the certificate is not valid for "
		    "'%.100s'", host));
	}
	return (fail(why, ERR_TLS_VERIFY, "certificate verify failed: %s (%s)",
	    X509_verify_cert_error_string(result), host));
}
