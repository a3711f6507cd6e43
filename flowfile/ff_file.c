#include "flowfile/ff_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flowfile/blocks.h"
#include "flowfile/ff_flow.h"
#include "flowfile/ff_har.h"
#include "flowfile/ff_rows.h"
#include "flowfile/ff_tail.h"

#define URL_BYTES	((size_t)64 << 10)	/* in an index */

/* zlib's levels. What is streamed while it comes is packed fast when there
 * is much of it, and not at all when even that would fall behind; everything
 * else is packed well. */
static const int	levels[] = { [FF_STORE] = 0, [FF_FAST] = 1,
			    [FF_SMALL] = 8 };

struct ff_file {
	char		*path;		/* where it is, or will be */
	char		*temp;		/* where it is until then, or NULL */
	int		 fd;
	bool		 regular;
	bool		 ended;		/* all bytes are there to be written */
	bool		 alone;		/* a pipe that only we had open */
	bool		 full;		/* a pipe that takes no more now */
	enum ff_form	 form;
	int		 version;
	struct tput	 put;
	struct ff_cache	 cache;
	struct packer	*packer;	/* FF_GZIP */
	struct str	 url, note;	/* of the flow at hand, FF_GZIP */
	struct str	 plain;		/* others: bytes for offset at */
	uint64_t	 at;
	struct ff_har	 har;
};

enum ff_form
ff_form_of(const char *path)
{
	static const struct {
		const char	*end;
		enum ff_form	 form;
	} ends[] = {
		{ ".har", FF_HAR }, { ".zhar", FF_ZHAR },
		{ ".mitm", FF_PLAIN }, { ".dump", FF_PLAIN },
		{ ".tnet", FF_PLAIN }, { ".plain", FF_PLAIN },
	};
	const char	*dot = strrchr(path, '.');
	size_t		 i;

	for (i = 0; dot != NULL && i < nitems(ends); i++)
		if (strcmp(dot, ends[i].end) == 0)
			return (ends[i].form);
	return (FF_GZIP);
}

enum ff_form
ff_form_for(const char *path, enum ff_form asked)
{
	enum ff_form	named = ff_form_of(path);

	/* HAR says nothing against its being packed. */
	return (asked == FF_AUTO || (asked == FF_HAR && named == FF_ZHAR) ?
	    named : asked);
}

static int
sys_fail(struct why *why, const char *what, const char *path)
{
	return (fail(why, ERR_FILE, "%s %s: %s", what, path,
	    strerror(errno)));
}

/* One that cannot be made may be there all the same. */
static int
make_folder(const char *dir, mode_t mode, struct why *why)
{
	int	error;

	if (mkdir(dir, mode) == 0 || errno == EEXIST)
		return (0);
	error = errno;
	if (access(dir, F_OK) == 0)
		return (0);
	errno = error;
	return (sys_fail(why, "cannot make folder", dir));
}

static int
make_folders(const char *path, mode_t mode, struct why *why)
{
	char	*dir = xstrdup(path), *p = dir;
	int	 r = 0;

	while (r == 0 && (p = strchr(p + 1, '/')) != NULL) {
		*p = '\0';
		r = make_folder(dir, mode, why);
		*p = '/';
	}
	free(dir);
	return (r);
}

/* A name next to the path that nobody has; its file is open. */
static int
open_temp(struct ff_file *f, struct why *why)
{
	struct stat	st;
	unsigned	i;

	for (i = 0; i < 100; i++) {
		free(f->temp);
		f->temp = xasprintf("%s.%ld-%u.tmp", f->path, (long)getpid(),
		    i);
		f->fd = open(f->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
		    0666);
		if (f->fd != -1 || errno != EEXIST)
			break;
	}
	if (f->fd == -1)
		return (sys_fail(why, "cannot write", f->path));
	if (stat(f->path, &st) == 0)
		(void)fchmod(f->fd, st.st_mode & 07777);
	return (0);
}

/* Somebody writes the file that is to be replaced. */
static bool
is_locked(const char *path)
{
	int	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool	locked;

	if (fd == -1)
		return (false);
	locked = flock(fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK;
	(void)close(fd);
	return (locked);
}

/* One that nobody reads yet is waited for by what is streamed; a command
 * rather says so. */
static int
open_pipe(struct ff_file *f, unsigned flags, struct why *why)
{
	f->fd = open(f->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (f->fd == -1 && errno == ENXIO && (flags & FF_REPLACE))
		return (fail(why, ERR_FILE, "cannot write %s: nobody reads "
		    "it", f->path));
	f->alone = f->fd == -1 && errno == ENXIO;
	if (f->alone)
		f->fd = open(f->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return (f->fd == -1 ? sys_fail(why, "cannot write", f->path) : 0);
}

/* Some may be written and not read. */
static int
open_to_write(const char *path, unsigned flags)
{
	int	fd, error;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK,
	    (flags & FF_PRIVATE) ? 0600 : 0666);
	if (fd != -1 || (errno != EACCES && errno != EINVAL))
		return (fd);
	error = errno;
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
	/* Not there, and it may not be made. */
	if (fd == -1 && errno == ENOENT)
		errno = error;
	return (fd);
}

static int
open_fd(struct ff_file *f, unsigned flags, struct why *why)
{
	struct stat	 st;
	char		*real;

	if (make_folders(f->path, (flags & FF_PRIVATE) ? 0700 : 0777,
	    why) == -1)
		return (-1);
	/* A link stays one: what it leads to is replaced. */
	if ((real = realpath(f->path, NULL)) != NULL) {
		free(f->path);
		f->path = real;
	}
	if ((flags & FF_REPLACE) && stat(f->path, &st) == 0 &&
	    S_ISREG(st.st_mode)) {
		if (access(f->path, W_OK) == -1)
			return (sys_fail(why, "cannot write", f->path));
		if (is_locked(f->path))
			return (fail(why, ERR_FILE, "cannot write %s: "
			    "something else is writing it", f->path));
		return (open_temp(f, why));
	}
	if (stat(f->path, &st) == 0 && S_ISFIFO(st.st_mode))
		return (open_pipe(f, flags, why));
	f->fd = open_to_write(f->path, flags);
	if (f->fd == -1)
		return (sys_fail(why, "cannot write", f->path));
	return (0);
}

/* Writes what it can of the bytes for an offset; how many, or -1. */
static ssize_t
write_some(struct ff_file *f, struct sp s, uint64_t at)
{
	size_t	done = 0;
	ssize_t	n;

	f->full = false;
	while (done < s.n) {
		n = f->regular ? pwrite(f->fd, s.p + done, s.n - done,
		    (off_t)(at + done)) : write(f->fd, s.p + done,
		    s.n - done);
		if (n == -1 && errno == EINTR)
			continue;
		f->full = n == -1 && errno == EAGAIN;
		if (n <= 0)
			return (done != 0 || f->full ? (ssize_t)done : -1);
		done += (size_t)n;
	}
	return ((ssize_t)done);
}

static int
write_plain(struct ff_file *f, struct why *why)
{
	size_t	all = f->plain.n;
	ssize_t	n = write_some(f, str_sp(&f->plain), f->at);

	if (n > 0) {
		f->at += (uint64_t)n;
		memmove(f->plain.p, f->plain.p + n, all - (size_t)n);
		str_cut(&f->plain, all - (size_t)n);
	}
	if (n < (ssize_t)all && !f->full)
		return (sys_fail(why, "cannot write", f->path));
	return (0);
}

static int
write_packed(struct ff_file *f, struct why *why)
{
	unsigned char	size[4];
	uint64_t	at;
	size_t		all = packer_out(f->packer).n;
	ssize_t		n;

	if (packer_patch(f->packer, &at, size) && f->regular &&
	    pwrite(f->fd, size, 4, (off_t)at) != 4)
		return (sys_fail(why, "cannot write", f->path));
	n = write_some(f, packer_out(f->packer), packer_at(f->packer));
	if (n > 0)
		packer_took(f->packer, (size_t)n);
	if (n < (ssize_t)all && !f->full)
		return (sys_fail(why, "cannot write", f->path));
	return (0);
}

/* What a torn tail left behind what is written now. */
static int
cut_rest(struct ff_file *f)
{
	uint64_t	end;

	end = f->packer != NULL ? packer_at(f->packer) : f->at;
	return (f->regular ? ftruncate(f->fd, (off_t)end) : 0);
}

/* As ff_tail.h wants it. */
static ssize_t
read_at(void *arg, uint64_t at, void *buf, size_t n)
{
	return (pread(*(int *)arg, buf, n, (off_t)at));
}

/* Where writing goes on in a file that has something. */
static int
find_end(struct ff_file *f, struct why *why)
{
	struct ff_tail	t;
	uint64_t	size;
	struct sp	s;
	int		r = 0;

	if (ff_tail_find(read_at, &f->fd, &t, why) == -1)
		return (fail_prefix(why, "cannot append to %s: ",
		    f->path));
	if (t.what == FF_TAIL_HAR || f->form >= FF_HAR) {
		ff_tail_fini(&t);
		return (fail(why, ERR_FILE,
		    "cannot append to %s: a HAR file has one end", f->path));
	}
	if (t.what != FF_TAIL_EMPTY)
		f->form = t.what == FF_TAIL_PLAIN ? FF_PLAIN : FF_GZIP;
	f->at = t.end;
	/* A torn block is written anew with what could be read of it. */
	if (t.whole.n != 0) {
		f->packer = packer_new(levels[FF_SMALL], f->at);
		for (s = str_sp(&t.whole); tnet_frame(s, &size, NULL) == 1;
		    s = sp_skip(s, (size_t)size))
			packer_put(f->packer, sp_cut(s, 0, (size_t)size));
		packer_end(f->packer);
		r = write_packed(f, why);
	}
	ff_tail_fini(&t);
	if (r == 0 && cut_rest(f) == -1)
		r = sys_fail(why, "cannot write", f->path);
	return (r);
}

/* Devices and pipes have no end to look for, and no lock. */
static int
prepare(struct ff_file *f, unsigned flags, struct why *why)
{
	struct stat	st;

	if (fstat(f->fd, &st) == -1)
		return (sys_fail(why, "cannot write", f->path));
	f->regular = S_ISREG(st.st_mode);
	if (!f->regular)
		return (0);
	if (flock(f->fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK)
		return (fail(why, ERR_FILE, "cannot write %s: something else "
		    "is writing it", f->path));
	if ((flags & FF_APPEND) && st.st_size != 0)
		return (find_end(f, why));
	if (ftruncate(f->fd, 0) == -1)
		return (sys_fail(why, "cannot write", f->path));
	return (0);
}

struct ff_file *
ff_file_open(const char *path, enum ff_form form, int version,
    unsigned flags, struct why *why)
{
	struct ff_file	*f = xcalloc(1, sizeof(*f));

	f->path = xstrdup(path);
	f->fd = -1;
	f->version = version;
	f->form = ff_form_for(path, form);
	tput_init(&f->put);
	ff_cache_init(&f->cache);
	str_init(&f->plain, STR_MAX);
	str_init(&f->url, URL_BYTES);
	str_init(&f->note, STR_MAX);
	ff_har_init(&f->har);
	if (open_fd(f, flags, why) == -1 || prepare(f, flags, why) == -1) {
		ff_file_drop(f);
		return (NULL);
	}
	if (f->form == FF_GZIP && f->packer == NULL)
		f->packer = packer_new(levels[FF_SMALL], f->at);
	return (f);
}

void
ff_file_set_effort(struct ff_file *f, enum ff_effort effort)
{
	if (f->packer != NULL)
		packer_set_level(f->packer, levels[effort]);
}

/* A body that lies in a file was read for this once: its pages need not
 * stay with us. */
static void
cool(const struct msg *m)
{
	unsigned	i;

	for (i = 0; m != NULL && i < m->body.n; i++)
		blob_cool(m->body.v[i].blob, m->body.v[i].off,
		    m->body.v[i].n);
}

/* For the index. */
static void
note(struct ff_file *f, const struct flow *flow)
{
	struct brief	b;

	brief_of(flow, &b, &f->url);
	str_clear(&f->note);
	ff_row_put(&f->note, &b);
	packer_note(f->packer, str_sp(&f->note));
}

void
ff_file_put(struct ff_file *f, const struct flow *flow)
{
	if (f->form >= FF_HAR) {
		(void)ff_har_add(&f->har, flow);
		return;
	}
	tput_clear(&f->put);
	ff_flow_put(&f->cache, &f->put, flow, f->version);
	if (f->packer != NULL) {
		packer_put(f->packer, tput_sp(&f->put));
		note(f, flow);
	} else
		str_add(&f->plain, tput_sp(&f->put));
	cool(flow->request);
	cool(flow->response);
}

int
ff_file_write(struct ff_file *f, bool flush, struct why *why)
{
	int	r;

	if (f->form >= FF_HAR && !f->ended)
		return (0);
	if (f->packer != NULL && flush)
		packer_flush(f->packer);
	r = f->packer != NULL ? write_packed(f, why) : write_plain(f, why);
	if (r == -1)
		(void)cut_rest(f);
	return (r);
}

size_t
ff_file_waiting(const struct ff_file *f)
{
	return (f->packer != NULL ? packer_out(f->packer).n : f->plain.n);
}

bool
ff_file_is_full(const struct ff_file *f)
{
	return (f->full);
}

int
ff_file_fd(const struct ff_file *f)
{
	return (f->fd);
}

bool
ff_file_is_regular(const struct ff_file *f)
{
	return (f->regular);
}

const char *
ff_file_path(const struct ff_file *f)
{
	return (f->path);
}

/* Still open, but no name leads to it: nobody would ever read it. */
bool
ff_file_is_gone(const struct ff_file *f)
{
	struct stat	st;

	return (f->regular && f->temp == NULL && fstat(f->fd, &st) == 0 &&
	    st.st_nlink == 0);
}

static void
put_har(struct ff_file *f)
{
	struct sp	s = ff_har_end(&f->har);

	if (f->form == FF_ZHAR)
		blocks_zlib(s, &f->plain);
	else
		str_add(&f->plain, s);
}

void
ff_file_end(struct ff_file *f)
{
	if (f->ended)
		return;
	f->ended = true;
	if (f->form >= FF_HAR)
		put_har(f);
	if (f->packer != NULL)
		packer_index(f->packer);
}

/* As long as we could read it ourselves there was no telling. */
static bool
is_unread(struct ff_file *f)
{
	struct pollfd	p = { .events = 0 };

	if (!f->alone)
		return (false);
	p.fd = open(f->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	(void)close(f->fd);
	f->fd = p.fd;
	return (p.fd != -1 && poll(&p, 1, 0) == 1 &&
	    (p.revents & POLLERR) != 0);
}

int
ff_file_close(struct ff_file *f, struct why *why)
{
	int	r;

	ff_file_end(f);
	r = f->packer != NULL ? write_packed(f, why) : write_plain(f, why);
	if (r == 0 && (ff_file_waiting(f) != 0 || is_unread(f)))
		r = fail(why, ERR_FILE, "cannot write all of %s: nobody "
		    "reads it", f->path);
	if (cut_rest(f) == -1 && r == 0)
		r = sys_fail(why, "cannot write", f->path);
	if (r == 0 && f->temp != NULL) {
		/* The bytes before the name: a crash must not leave less. */
		if (fsync(f->fd) == -1 || rename(f->temp, f->path) == -1)
			r = sys_fail(why, "cannot write", f->path);
		else {
			free(f->temp);
			f->temp = NULL;
		}
	}
	ff_file_drop(f);
	return (r);
}

void
ff_file_drop(struct ff_file *f)
{
	if (f == NULL)
		return;
	if (f->temp != NULL && f->fd != -1)
		(void)unlink(f->temp);
	if (f->fd != -1)
		(void)close(f->fd);
	free(f->temp);
	free(f->path);
	tput_fini(&f->put);
	ff_cache_fini(&f->cache);
	packer_free(f->packer);
	str_fini(&f->plain);
	str_fini(&f->url);
	str_fini(&f->note);
	ff_har_fini(&f->har);
	free(f);
}
