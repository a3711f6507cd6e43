/*
 * What OpenSSL's failures mean to somebody who watches a proxy: who did
 * not like what, and which option may help.
 */
#include "net/tls_int.h"

#include "net/verify.h"

static const char	untrusting[] =
    "client does not trust the proxy's certificate for %.80s (%s)";
static const char	no_tls[] =
    "server %.80s does not speak TLS on this port (%s)";
static const char	no_alpn[] =
    "server %.80s speaks none of the protocols that were offered (%s)";

/* From clients: the alerts of those who look at our leaf, and the rest. */
static const struct words {
	int		 reason;
	const char	*format;	/* host, OpenSSL's reason */
} accept_words[] = {
	{ SSL_R_TLSV1_ALERT_UNKNOWN_CA,			untrusting },
	{ SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,	untrusting },
	{ SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,		untrusting },
	{ SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,	untrusting },
	{ SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,	untrusting },
	{ SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,	untrusting },
	{ SSL_R_TLSV1_ALERT_ACCESS_DENIED,		untrusting },
	{ SSL_R_UNSUPPORTED_PROTOCOL,
	    "client for %.80s speaks no TLS version that is allowed (%s); see "
	    "tls_version_client_min" },
	{ SSL_R_VERSION_TOO_LOW,
	    "client for %.80s speaks no TLS version that is allowed (%s); see "
	    "tls_version_client_min" },
	{ SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,
	    "client for %.80s refuses our TLS version (%s); see "
	    "tls_version_client_max" },
	{ SSL_R_NO_SHARED_CIPHER,
	    "client for %.80s shares no cipher with the proxy (%s); see "
	    "ciphers_client" },
	{ 0, "client TLS handshake failed for %.80s: %s" },
};

static const struct words	connect_words[] = {
	{ SSL_R_WRONG_VERSION_NUMBER,			no_tls },
	{ SSL_R_HTTP_REQUEST,				no_tls },
	{ SSL_R_PACKET_LENGTH_TOO_LONG,			no_tls },
	{ SSL_R_UNEXPECTED_MESSAGE,			no_tls },
	{ SSL_R_UNSUPPORTED_PROTOCOL,
	    "server %.80s speaks no TLS version that is allowed (%s); see "
	    "tls_version_server_min" },
	{ SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,
	    "server %.80s speaks no TLS version that is allowed (%s); see "
	    "tls_version_server_min" },
	{ SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,
	    "server %.80s refused the TLS handshake (%s): no common cipher, "
	    "or it wants a client certificate" },
	{ SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
	    "server %.80s wants a client certificate (%s); see "
	    "client_certs" },
	{ SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
	    "server %.80s does not take our client certificate (%s)" },
	{ SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL,	no_alpn },
	{ SSL_R_TLSV1_UNRECOGNIZED_NAME,
	    "server %.80s does not know this name (%s)" },
	{ SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED,
	    "server %.80s only speaks an unsafe old form of TLS (%s)" },
	{ 0, "TLS handshake with server %.80s failed: %s" },
};

static const char *
words_find(const struct words *w, int reason)
{
	while (w->reason != 0 && w->reason != reason)
		w++;
	return (w->format);
}

/* The formats are those of the tables above. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static int
words_fail(struct why *why, enum err code, const char *format,
    const char *host, const char *reason)
{
	return (fail(why, code, format, host, reason));
}
#pragma GCC diagnostic pop

static int
accept_fail(const struct tls *t, int code, const char *reason,
    struct why *why)
{
	const char	*format = words_find(accept_words, code);

	return (words_fail(why, format == untrusting ? ERR_TLS_REFUSED :
	    ERR_TLS_CLIENT, format, t->host, reason));
}

static int
connect_fail(const struct tls *t, int code, const char *reason,
    struct why *why)
{
	const char	*format = words_find(connect_words, code);

	return (words_fail(why, format == no_alpn ? ERR_TLS_ALPN : ERR_TLS,
	    format, t->host, reason));
}

int
tls_fail_words(const struct tls *t, struct why *why)
{
	unsigned long	 e = ERR_peek_error();
	const char	*reason = ERR_reason_error_string(e);
	long		 result;
	int		 code = ERR_GET_REASON(e);

	ERR_clear_error();
	if (ERR_GET_LIB(e) != ERR_LIB_SSL)
		code = 0;
	if (reason == NULL)
		reason = "protocol error";
	if (t->server)
		return (accept_fail(t, code, reason, why));
	result = SSL_get_verify_result(t->ssl);
	if (code == SSL_R_CERTIFICATE_VERIFY_FAILED && result != X509_V_OK)
		return (verify_fail(result, t->host, why));
	return (connect_fail(t, code, reason, why));
}

int
tls_fail_eof(const struct tls *t, struct why *why)
{
	if (!t->server)
		return (fail(why, ERR_TLS, "server %.100s closed the "
		    "connection during the TLS handshake", t->host));
	if (t->step != TLS_SHAKE)
		return (fail(why, ERR_TLS_CLIENT, "client disconnected "
		    "during the TLS handshake"));
	return (fail(why, ERR_TLS_REFUSED, "client disconnected during the "
	    "TLS handshake; it may not trust the proxy's certificate for "
	    "%.80s", t->host));
}
