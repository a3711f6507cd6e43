#include "flowfile/ff_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "flowfile/ff_read.h"

#define LOG_TAG "file"

#define ALL_PIECE	((size_t)64 << 10)

static int
all_feed(struct ff_reader *r, int fd, const char *path, struct why *why)
{
	unsigned char	*piece = xmalloc(ALL_PIECE);
	ssize_t		 n;

	do {
		n = read(fd, piece, ALL_PIECE);
	} while ((n > 0 && ff_reader_feed(r, sp_mem(piece, (size_t)n)) !=
	    -1) || (n == -1 && errno == EINTR));
	free(piece);
	if (n == -1)
		return (fail(why, ERR_FILE, "%s: %s", path,
		    strerror(errno)));
	ff_reader_end(r);
	return (0);
}

/* What was lost: all of it is a failure, some of it a warning. */
static int
all_judge(struct model *m, struct ff_reader *r, const char *path,
    struct why *why)
{
	uint64_t	at;
	struct why	first;

	if (ff_reader_damage(r, &at, &first) == 0)
		return (0);
	if (ff_reader_flows(r) == 0)
		return (fail(why, first.code, "%s: %s", path, first.text));
	log_warn(m->log, "%s: read %llu flows; damaged at %llu: %s", path,
	    (unsigned long long)ff_reader_flows(r), (unsigned long long)at,
	    first.text);
	return (0);
}

int
ff_all_read(struct model *m, const char *path, void (*each)(void *,
    struct flow *), void *arg, struct why *why)
{
	struct ff_reader	*r;
	char			*full;
	int			 fd, rc;

	full = path_home(sp_of(path));
	fd = open(full, O_RDONLY | O_CLOEXEC);
	free(full);
	if (fd == -1)
		return (fail(why, ERR_FILE, "%s: %s", path,
		    strerror(errno)));
	r = ff_reader_new(each, arg);
	rc = all_feed(r, fd, path, why);
	if (rc == 0)
		rc = all_judge(m, r, path, why);
	ff_reader_free(r);
	(void)close(fd);
	return (rc);
}
