#include "base/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

struct spill {
	int		fd;
	uint64_t	len;
};

/* Where the file system has no O_TMPFILE, a name for a moment. */
static int
open_unnamed(const char *dir)
{
	char	path[4096];
	int	fd;

	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd != -1)
		return (fd);
	if ((size_t)snprintf(path, sizeof(path), "%s/weir-XXXXXX", dir) >=
	    sizeof(path))
		return (-1);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd != -1)
		(void)unlink(path);
	return (fd);
}

struct spill *
spill_new(struct why *why)
{
	const char	*dir = getenv("TMPDIR");
	struct spill	*s;
	int		 fd = -1;

	if (dir != NULL && dir[0] == '/')
		fd = open_unnamed(dir);
	if (fd == -1)
		fd = open_unnamed("/var/tmp");
	if (fd == -1) {
		(void)fail(why, ERR_FILE, "no file for a big body: %s",
		    strerror(errno));
		return (NULL);
	}
	s = xcalloc(1, sizeof(*s));
	s->fd = fd;
	return (s);
}

void
spill_free(struct spill *s)
{
	if (s == NULL)
		return;
	(void)close(s->fd);
	free(s);
}

int
spill_add(struct spill *s, struct sp b, struct why *why)
{
	ssize_t	n;

	while (b.n != 0) {
		n = pwrite(s->fd, b.p, b.n, (off_t)s->len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return (fail(why, ERR_FILE,
			    "cannot keep a big body: %s", strerror(errno)));
		s->len += (uint64_t)n;
		b = sp_skip(b, (size_t)n);
	}
	return (0);
}

int
spill_add_chain(struct spill *s, const struct chain *c, struct why *why)
{
	unsigned	i;

	for (i = 0; i < c->n; i++)
		if (spill_add(s, chain_at(c, i), why) == -1)
			return (-1);
	return (0);
}

uint64_t
spill_len(const struct spill *s)
{
	return (s->len);
}

struct blob *
spill_blob(struct spill *s)
{
	if (s->len == 0)
		return (blob_new(0));
	return (blob_map(s->fd, (size_t)s->len));
}
