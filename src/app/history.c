#include "app/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"

#define LINE_MAX_BYTES	((size_t)65536)
#define FILE_MAX_BYTES	((size_t)16 << 20)

struct history {
	char	*path;			/* NULL: not kept */
	char	**v;			/* oldest first */
	size_t	 n;
	char	*prefix;		/* of what is browsed */
	size_t	 at;			/* n: below the newest */
};

static void
forget_oldest(struct history *h, size_t k)
{
	size_t	i;

	for (i = 0; i < k; i++)
		free(h->v[i]);
	h->n -= k;
	memmove(h->v, h->v + k, h->n * sizeof(*h->v));
}

/* True when the line is new. Line ends inside would be two lines. */
static bool
remember(struct history *h, struct sp line)
{
	char	*text, *p;

	if (line.n == 0 || line.n > LINE_MAX_BYTES)
		return (false);
	text = xspdup(line);
	for (p = text; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	if (h->n > 0 && strcmp(h->v[h->n - 1], text) == 0) {
		free(text);
		return (false);
	}
	if (h->n == HISTORY_MAX)
		forget_oldest(h, HISTORY_MAX / 2);
	h->v[h->n++] = text;
	return (true);
}

static int
open_file(const struct history *h, int flags)
{
	return (open(h->path, flags | O_CLOEXEC, 0600));
}

/* Reads the file; how many lines it holds. */
static size_t
read_lines(struct history *h)
{
	struct str	 s;
	struct sp	 rest;
	char		*room;
	ssize_t		 n;
	size_t		 lines = 0;
	int		 fd = open_file(h, O_RDONLY);

	if (fd == -1)
		return (0);
	str_init(&s, FILE_MAX_BYTES);
	while ((room = str_room(&s, 4096)) != NULL &&
	    (n = read(fd, room, 4096)) > 0)
		str_grew(&s, (size_t)n);
	(void)close(fd);
	rest = str_sp(&s);
	while (rest.n > 0) {
		(void)remember(h, sp_split(rest, '\n', &rest));
		lines++;
	}
	str_fini(&s);
	return (lines);
}

static int
write_last(const struct history *h)
{
	FILE	*f;
	int	 fd = open_file(h, O_WRONLY | O_CREAT | O_APPEND);
	bool	 broken;

	if (fd == -1)
		return (-1);
	(void)fchmod(fd, 0600);
	if ((f = fdopen(fd, "w")) == NULL) {
		(void)close(fd);
		return (-1);
	}
	(void)fprintf(f, "%s\n", h->v[h->n - 1]);
	broken = ferror(f) != 0;
	return (fclose(f) == 0 && !broken ? 0 : -1);
}

/* A file of too many lines becomes shorter, or stays. */
static void
write_all(const struct history *h)
{
	struct str	s;
	size_t		i;

	str_init(&s, FILE_MAX_BYTES);
	for (i = 0; i < h->n; i++)
		str_printf(&s, "%s\n", h->v[i]);
	/* Not writable: the next line says so. */
	(void)file_replace(h->path, str_sp(&s), 0600, NULL);
	str_fini(&s);
}

struct history *
history_new(const char *path)
{
	struct history	*h = xcalloc(1, sizeof(*h));

	h->v = xcalloc(HISTORY_MAX, sizeof(*h->v));
	h->prefix = xstrdup("");
	if (path != NULL) {
		h->path = xstrdup(path);
		if (read_lines(h) > HISTORY_MAX) {
			if (h->n > HISTORY_MAX / 2)
				forget_oldest(h, h->n - HISTORY_MAX / 2);
			write_all(h);
		}
	}
	h->at = h->n;
	return (h);
}

void
history_free(struct history *h)
{
	if (h == NULL)
		return;
	forget_oldest(h, h->n);
	free(h->v);
	free(h->path);
	free(h->prefix);
	free(h);
}

int
history_add(struct history *h, const char *line, struct why *why)
{
	bool	added = remember(h, sp_trim(sp_of(line)));

	history_filter(h, "");
	if (!added || h->path == NULL)
		return (0);
	if (write_last(h) == -1)
		return (fail(why, ERR_FILE, "%s: %s", h->path,
		    strerror(errno)));
	return (0);
}

int
history_clear(struct history *h, struct why *why)
{
	forget_oldest(h, h->n);
	history_filter(h, "");
	if (h->path != NULL && unlink(h->path) == -1 && errno != ENOENT)
		return (fail(why, ERR_FILE, "%s: %s", h->path,
		    strerror(errno)));
	return (0);
}

size_t
history_n(const struct history *h)
{
	return (h->n);
}

const char *
history_at(const struct history *h, size_t i)
{
	return (h->v[i]);
}

void
history_filter(struct history *h, const char *prefix)
{
	char	*own = xstrdup(prefix);

	free(h->prefix);
	h->prefix = own;
	h->at = h->n;
}

static bool
is_browsed(const struct history *h, size_t i)
{
	return (strncmp(h->v[i], h->prefix, strlen(h->prefix)) == 0);
}

const char *
history_prev(struct history *h)
{
	size_t	i = h->at;

	while (i-- > 0)
		if (is_browsed(h, i)) {
			h->at = i;
			return (h->v[i]);
		}
	return (h->at < h->n ? h->v[h->at] : h->prefix);
}

const char *
history_next(struct history *h)
{
	while (h->at < h->n && ++h->at < h->n)
		if (is_browsed(h, h->at))
			return (h->v[h->at]);
	return (h->prefix);
}
