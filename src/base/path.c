#include "base/path.h"

#include <stdlib.h>

#include "base/mem.h"

char *
path_home(struct sp path)
{
	const char	*home = getenv("HOME");

	if (home != NULL && (sp_is(path, "~") || sp_starts(path, "~/")))
		return (xasprintf("%s%.*s", home, SPF(sp_skip(path, 1))));
	return (xspdup(path));
}
