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

static int
close_after(int fd, int rc)
{
	int	saved = errno;

	if (close(fd) == -1 && rc == 0)
		return (-1);
	errno = saved;
	return (rc);
}

/* Where no name can be made next to it, or it is no file. */
static int
write_over(const char *path, struct sp s, unsigned mode)
{
	int	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOCTTY | O_NONBLOCK, mode);

	return (fd == -1 ? -1 : close_after(fd, file_put(fd, s)));
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

static int
replace(const char *path, struct sp s, unsigned mode, const struct stat *st)
{
	char	*temp = NULL;
	int	 fd = open_temp(path, mode, &temp), rc, saved;

	if (fd == -1 && st != NULL && (errno == EACCES || errno == EPERM ||
	    errno == EROFS)) {
		free(temp);
		return (write_over(path, s, mode));
	}
	rc = fd == -1 ? -1 : 0;
	if (rc == 0 && st != NULL)
		(void)fchmod(fd, st->st_mode & 07777);
	if (rc == 0)
		rc = close_after(fd, file_put(fd, s) == -1 ? -1 :
		    st != NULL ? fsync(fd) : 0);
	if (rc == 0)
		rc = rename(temp, path);
	saved = errno;
	if (rc == -1 && fd != -1)
		(void)unlink(temp);
	free(temp);
	errno = saved;
	return (rc);
}

int
file_replace(const char *path, struct sp s, unsigned mode, struct why *why)
{
	struct stat	 st;
	char		*real = realpath(path, NULL);
	const char	*at = real != NULL ? real : path;
	bool		 there = stat(at, &st) == 0;
	int		 rc;

	/* A link that leads nowhere yet is no reason to lose it. */
	if (!there && lstat(at, &st) == 0)
		rc = write_over(at, s, mode);
	else if (there && !S_ISREG(st.st_mode))
		rc = write_over(at, s, mode);
	else if (there && access(at, W_OK) == -1)
		rc = -1;	/* its folder may be writable all the same */
	else
		rc = replace(at, s, mode, there ? &st : NULL);
	if (rc == -1)
		rc = fail(why, ERR_FILE, "%s: %s", path, strerror(errno));
	free(real);
	return (rc);
}
