#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define TRIES	100	/* names that others may have */

int
file_put(int fd, struct sp s)
{
	ssize_t	n;

	while (s.n != 0) {
		n = write(fd, s.p, s.n);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return (-1);
		s = sp_skip(s, (size_t)n);
	}
	return (0);
}

/* A name next to the path that nobody has; its file is open. */
static int
open_temp(const char *path, unsigned mode, char **temp)
{
	int	fd = -1, i;

	for (i = 0; i < TRIES && fd == -1; i++) {
		free(*temp);
		*temp = xasprintf("%s.%ld-%d.tmp", path, (long)getpid(), i);
		fd = open(*temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    mode);
		if (fd == -1 && errno != EEXIST)
			break;
	}
	return (fd);
}

struct file_out {
	char		*path;		/* as it was given */
	char		*real;		/* through links */
	char		*temp;		/* what is written; NULL: the file */
	int		 fd;
	uint64_t	 end;		/* where appending began */
	bool		 append;
	bool		 sync;		/* it takes the place of another */
};

static int
fail_errno(const struct file_out *f, struct why *why)
{
	return (fail(why, ERR_FILE, "%s: %s", f->path, strerror(errno)));
}

static void
open_over(struct file_out *f, unsigned mode)
{
	f->fd = open(f->real, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOCTTY | O_NONBLOCK, mode);
}

/* Next to what it is to replace (st; NULL: nothing). */
static void
open_next(struct file_out *f, unsigned mode, const struct stat *st)
{
	f->fd = open_temp(f->real, mode, &f->temp);
	if (f->fd == -1) {
		free(f->temp);
		f->temp = NULL;
		if (st != NULL && (errno == EACCES || errno == EPERM ||
		    errno == EROFS))
			open_over(f, mode);
		return;
	}
	f->sync = st != NULL;
	if (st != NULL)
		(void)fchmod(f->fd, st->st_mode & 07777);
}

static void
open_end(struct file_out *f, unsigned mode)
{
	struct stat	st;

	f->append = true;
	f->fd = open(f->real, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
	    O_NOCTTY, mode);
	if (f->fd != -1 && fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode))
		f->end = (uint64_t)st.st_size;
}

static void
open_out(struct file_out *f, unsigned mode)
{
	struct stat	st;
	bool		there = stat(f->real, &st) == 0;

	/* A link that leads nowhere yet is no reason to lose it. */
	if (!there && lstat(f->real, &st) == 0)
		open_over(f, mode);
	else if (there && !S_ISREG(st.st_mode))
		open_over(f, mode);
	else if (!there || access(f->real, W_OK) == 0)
		open_next(f, mode, there ? &st : NULL);
	/* else its folder may be writable, and it is not meant to be */
}

static void
out_free(struct file_out *f)
{
	if (f->fd != -1)
		(void)close(f->fd);
	free(f->path);
	free(f->real);
	free(f->temp);
	free(f);
}

struct file_out *
file_begin(const char *path, bool append, unsigned mode, uint64_t *end,
    struct why *why)
{
	struct file_out	*f = xcalloc(1, sizeof(*f));

	f->path = xstrdup(path);
	f->real = realpath(path, NULL);
	if (f->real == NULL)
		f->real = xstrdup(path);
	f->fd = -1;
	errno = EACCES;
	if (append)
		open_end(f, mode);
	else
		open_out(f, mode);
	if (f->fd == -1) {
		(void)fail_errno(f, why);
		out_free(f);
		return (NULL);
	}
	if (end != NULL)
		*end = f->end;
	return (f);
}

int
file_add(struct file_out *f, struct sp s, struct why *why)
{
	return (file_put(f->fd, s) == -1 ? fail_errno(f, why) : 0);
}

/* A full disk may be told only now. */
static int
settle(struct file_out *f)
{
	int	fd = f->fd, rc = 0;

	if (f->sync)
		rc = fsync(fd);
	f->fd = -1;
	if (close(fd) == -1 || rc == -1)
		return (-1);
	return (f->temp != NULL ? rename(f->temp, f->real) : 0);
}

int
file_end(struct file_out *f, bool ok, struct why *why)
{
	int	rc = 0;

	if (!ok && f->append)
		(void)!ftruncate(f->fd, (off_t)f->end);
	if (ok && settle(f) == -1)
		rc = fail_errno(f, why);
	if ((!ok || rc == -1) && f->temp != NULL)
		(void)unlink(f->temp);
	out_free(f);
	return (rc);
}

int
file_replace(const char *path, struct sp s, unsigned mode, struct why *why)
{
	struct file_out	*f = file_begin(path, false, mode, NULL, why);

	if (f == NULL)
		return (-1);
	if (file_add(f, s, why) == 0)
		return (file_end(f, true, why));
	(void)file_end(f, false, NULL);
	return (-1);
}
