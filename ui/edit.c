#include "ui/edit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "run/proc.h"
#include "ui/ui.h"

int
edit_read_file(const char *path, struct str *out, struct why *why)
{
	int	 fd = open(path, O_RDONLY | O_CLOEXEC);
	char	*room;
	ssize_t	 n;

	if (fd == -1)
		return (fail(why, ERR_FILE, "%s: %s", path, strerror(errno)));
	do {
		room = str_room(out, 65536);
		if (room == NULL) {
			(void)close(fd);
			return (fail(why, ERR_LIMIT, "%s is too large",
			    path));
		}
		n = read(fd, room, 65536);
		if (n > 0)
			str_grew(out, (size_t)n);
	} while (n > 0 || (n == -1 && errno == EINTR));
	(void)close(fd);
	return (n == 0 ? 0 : fail(why, ERR_FILE, "%s: %s", path,
	    strerror(errno)));
}

static int
write_all(int fd, const char *path, struct sp s, struct why *why)
{
	ssize_t	n;

	while (s.n != 0) {
		n = write(fd, s.p, s.n);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return (fail(why, ERR_FILE, "%s: %s", path,
			    strerror(errno)));
		s = sp_skip(s, (size_t)n);
	}
	return (0);
}

int
edit_write_file(const char *path, struct sp s, struct why *why)
{
	int	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	int	rc;

	if (fd == -1)
		return (fail(why, ERR_FILE, "%s: %s", path, strerror(errno)));
	rc = write_all(fd, path, s, why);
	if (close(fd) == -1 && rc == 0)
		rc = fail(why, ERR_FILE, "%s: %s", path, strerror(errno));
	return (rc);
}

const char *
edit_suffix(struct sp type)
{
	static const struct {
		const char	*word, *suffix;
	} rows[] = {
		{ "json", ".json" }, { "html", ".html" }, { "xml", ".xml" },
		{ "javascript", ".js" }, { "css", ".css" },
		{ "svg", ".svg" }, { "png", ".png" }, { "jpeg", ".jpg" },
		{ "gif", ".gif" }, { "webp", ".webp" }, { "pdf", ".pdf" },
		{ "csv", ".csv" }, { "yaml", ".yaml" },
		{ "octet-stream", ".bin" },
	};
	struct sp	rest, front = sp_split(type, ';', &rest);
	size_t		i;

	for (i = 0; i < nitems(rows); i++)
		if (sp_isearch(front, sp_of(rows[i].word)) != -1)
			return (rows[i].suffix);
	return (".txt");
}

/* The first of these that is set, then the first program there is. */
static const char *
pick(const char *const *variables, const char *const *programs)
{
	const char	*s;

	for (; *variables != NULL; variables++) {
		s = getenv(*variables);
		if (s != NULL && s[0] != '\0')
			return (s);
	}
	for (; *programs != NULL; programs++)
		if (proc_exists(*programs))
			return (*programs);
	return (NULL);
}

static char *
temp_file(struct sp s, const char *suffix, struct why *why)
{
	const char	*dir = getenv("TMPDIR");
	char		*path;
	int		 fd, rc;

	path = xasprintf("%s/weir-XXXXXX%s", dir != NULL && dir[0] == '/' ?
	    dir : "/tmp", suffix);
	fd = mkstemps(path, (int)strlen(suffix));	/* mode 0600 */
	if (fd == -1) {
		(void)fail(why, ERR_FILE, "%s: %s", path, strerror(errno));
		free(path);
		return (NULL);
	}
	rc = write_all(fd, path, s, why);
	(void)close(fd);
	if (rc == 0)
		return (path);
	(void)unlink(path);
	free(path);
	return (NULL);
}

struct trip {
	const char	*program, *file;
	struct why	*why;
	int		 rc;
};

static void
trip_run(void *arg)
{
	struct trip	*t = arg;
	int		 status = proc_run_shell(t->program, t->file, t->why);

	if (status > 0)
		(void)fail(t->why, ERR_CMD, "%s failed (exit status %d); "
		    "nothing was changed.", t->program, status);
	else if (status < 0)
		(void)fail_prefix(t->why, "%s", t->program);
	t->rc = status == 0 ? 0 : -1;
}

static int
trip(struct ui *ui, const char *program, const char *file, struct why *why)
{
	struct trip	t = { program, file, why, -1 };

	ui_outside(ui, trip_run, &t);
	return (t.rc);
}

int
edit_bytes(struct ui *ui, struct sp s, const char *suffix, bool as_text,
    struct str *out, struct why *why)
{
	static const char	*const variables[] = { "MITMPROXY_EDITOR",
	    "WEIR_EDITOR", "VISUAL", "EDITOR", NULL };
	static const char	*const programs[] = { "sensible-editor",
	    "nano", "vim", "vi", NULL };
	const char		*editor = pick(variables, programs);
	char			*file;
	int			 rc;

	if (editor == NULL)
		return (fail(why, ERR_CMD, "No editor was found: set "
		    "EDITOR."));
	file = temp_file(s, suffix, why);
	if (file == NULL)
		return (-1);
	rc = trip(ui, editor, file, why);
	if (rc == 0)
		rc = edit_read_file(file, out, why);
	/* The line end that editors put after the last line. */
	if (rc == 0 && as_text && out->n > 0 &&
	    out->p[out->n - 1] == '\n' &&
	    (s.n == 0 || s.p[s.n - 1] != '\n'))
		str_cut(out, out->n - 1);
	(void)unlink(file);
	free(file);
	return (rc);
}

int
edit_view(struct ui *ui, struct sp s, const char *suffix, struct why *why)
{
	static const char	*const variables[] = { "MITMPROXY_EDITOR",
	    "WEIR_EDITOR", "PAGER", "EDITOR", NULL };
	static const char	*const programs[] = { "less", "more", NULL };
	const char		*viewer = pick(variables, programs);
	char			*file;
	int			 rc;

	if (viewer == NULL)
		return (fail(why, ERR_CMD, "No viewer was found: set "
		    "PAGER."));
	file = temp_file(s, suffix, why);
	if (file == NULL)
		return (-1);
	(void)chmod(file, 0400);
	rc = trip(ui, viewer, file, why);
	(void)unlink(file);
	free(file);
	return (rc);
}
