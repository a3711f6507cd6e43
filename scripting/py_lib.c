#include "scripting/host.h"

#include <stdlib.h>

#include "base/mem.h"

/* The table is sorted by name (embed.awk keeps the order it is given, and
 * make gives it sorted); it is short enough to be walked. */
static const struct lib_file *
lib_by_name(const char *name)
{
	const struct lib_file	*f;

	for (f = lib_files; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return (f);
	return (NULL);
}

const struct lib_file *
lib_find(const char *module, bool *package)
{
	const struct lib_file	*f;
	char			*path = xstrdup(module), *p, *name;

	for (p = path; *p != '\0'; p++)
		if (*p == '.')
			*p = '/';
	name = xasprintf("%s.py", path);
	f = lib_by_name(name);
	free(name);
	*package = f == NULL;
	if (f == NULL) {
		name = xasprintf("%s/__init__.py", path);
		f = lib_by_name(name);
		free(name);
	}
	free(path);
	return (f);
}
