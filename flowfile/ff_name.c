#include "flowfile/ff_name.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/mem.h"
#include "base/path.h"

#define NAME_BYTES	4096

char *
ff_name_path(const char *spec, bool *append)
{
	*append = spec[0] == '+';
	if (*append)
		spec++;
	return (path_home(sp_of(spec)));
}

char *
ff_name_at(const char *path, double at)
{
	char		 buf[NAME_BYTES];
	struct tm	 tm;
	time_t		 t = (time_t)at;

	if (strchr(path, '%') == NULL || localtime_r(&t, &tm) == NULL)
		return (xstrdup(path));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	/* The pattern is the user's own. */
	if (strftime(buf, sizeof(buf), path, &tm) == 0)
		return (xstrdup(path));
#pragma GCC diagnostic pop
	return (xstrdup(buf));
}

bool
ff_name_same(const char *a, const char *b)
{
	struct stat	sa, sb;

	return (stat(a, &sa) == 0 && stat(b, &sb) == 0 &&
	    sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino);
}
