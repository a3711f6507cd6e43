#include "base/date.h"

#include <stdio.h>
#include <time.h>

static const char days[] = "SunMonTueWedThuFriSat";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

double
date_now(void)
{
	struct timespec	ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return ((double)ts.tv_sec + (double)ts.tv_nsec / 1e9);
}

uint64_t
date_mono_ns(void)
{
	struct timespec	ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec);
}

int
date_parse_http(struct sp s, double *out)
{
	static const char *const forms[] = {
		"%a, %d %b %Y %H:%M:%S GMT",	/* IMF-fixdate */
		"%A, %d-%b-%y %H:%M:%S GMT",	/* RFC 850 */
		"%a, %d-%b-%Y %H:%M:%S GMT",	/* cookies of old */
		"%a %b %d %H:%M:%S %Y",		/* asctime */
	};
	struct tm	 tm;
	char		 buf[64];
	const char	*end;
	size_t		 i;

	if (s.n >= sizeof(buf))
		return (-1);
	memcpy(buf, s.p, s.n);
	buf[s.n] = '\0';
	for (i = 0; i < nitems(forms); i++) {
		memset(&tm, 0, sizeof(tm));
		end = strptime(buf, forms[i], &tm);
		if (end != NULL && *end == '\0') {
			*out = (double)timegm(&tm);
			return (0);
		}
	}
	return (-1);
}

void
date_http(double t, char out[32])
{
	time_t		sec = (time_t)t;
	struct tm	tm;

	(void)gmtime_r(&sec, &tm);
	(void)snprintf(out, 32, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
	    days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
	    (tm.tm_year + 1900) % 10000, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
date_local(double t, char out[32])
{
	time_t		sec = (time_t)t;
	struct tm	tm;
	size_t		n;

	(void)localtime_r(&sec, &tm);
	n = strftime(out, 32, "%Y-%m-%d %H:%M:%S", &tm);
	(void)snprintf(out + n, 32 - n, ".%03d",
	    (int)((t - (double)sec) * 1000) % 1000);
}

void
date_clock(double t, char out[16])
{
	char	full[32];

	date_local(t, full);
	(void)snprintf(out, 16, "%.12s", strlen(full) > 11 ? full + 11 : full);
}

void
date_span(double s, char out[16])
{
	if (s < 0)
		s = 0;
	if (s < 0.9995)
		(void)snprintf(out, 16, "%dms", (int)(s * 1000 + 0.5));
	else if (s < 60)
		(void)snprintf(out, 16, "%.1fs", s);
	else if (s < 3600)
		(void)snprintf(out, 16, "%dm", (int)(s / 60));
	else if (s < 86400)
		(void)snprintf(out, 16, "%dh", (int)(s / 3600));
	else
		(void)snprintf(out, 16, "%dd", (int)(s / 86400) % 1000000);
}

void
date_size(uint64_t n, char out[16])
{
	static const char	units[] = "bkmgtp";
	double			v = (double)n;
	size_t			u = 0;

	while (v >= 1023.95 && units[u + 1] != '\0') {
		v /= 1024;
		u++;
	}
	if (u == 0)
		(void)snprintf(out, 16, "%ub", (unsigned)n);
	else
		(void)snprintf(out, 16, "%.1f%c", v, units[u]);
}
