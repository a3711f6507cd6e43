#include "ui/edit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/proc.h"
#include "ui/ui.h"

#define EDIT_MAX	((size_t)1 << 30)

int
edit_read_file(const char *path, struct str *out, struct why *why)
{
	int	 fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
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

int
edit_write_file(const char *path, struct sp s, struct why *why)
{
	return (file_replace(path, s, 0600, why));
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
	rc = file_put(fd, s);
	if (rc == -1)
		(void)fail(why, ERR_FILE, "%s: %s", path, strerror(errno));
	(void)close(fd);
	if (rc == 0)
		return (path);
	(void)unlink(path);
	free(path);
	return (NULL);
}

/* One program on our terminal, about one file. */
struct trip {
	struct ui	*ui;
	struct proc	*proc;
	char		*program, *file;
	struct str	 was;		/* what stood in the file */
	edit_done	*done;		/* NULL: only to look at */
	void		*arg;
};

static void
trip_end(struct trip *t)
{
	(void)unlink(t->file);
	free(t->file);
	free(t->program);
	str_fini(&t->was);
	free(t);
}

/* The line end that editors put after the last line. */
static void
drop_line_end(struct str *now, const struct str *was)
{
	if (now->n > 0 && now->p[now->n - 1] == '\n' &&
	    (was->n == 0 || was->p[was->n - 1] != '\n'))
		str_cut(now, now->n - 1);
}

static int
trip_read(struct trip *t, int status, struct str *now, struct why *why)
{
	if (status != 0)
		return (fail(why, ERR_CMD, "%s failed (exit status %d); "
		    "nothing was changed.", t->program, status));
	if (t->done == NULL)
		return (0);
	if (edit_read_file(t->file, now, why) == -1)
		return (-1);
	drop_line_end(now, &t->was);
	return (0);
}

static void
on_back(void *arg, int status)
{
	struct trip	*t = arg;
	struct ui	*ui = t->ui;
	struct str	 now;
	struct why	 why;
	int		 rc;
	bool		 same;

	ui->trip = NULL;
	/* Keys from before were meant for the program that has gone. */
	keyin_fini(&ui->keyin);
	keyin_init(&ui->keyin);
	ui_come_back(ui);
	str_init(&now, EDIT_MAX);
	rc = trip_read(t, status, &now, &why);
	same = rc == -1 || sp_eq(str_sp(&now), str_sp(&t->was));
	if (rc == -1)
		ui_failed(ui, &why);
	if (t->done != NULL &&
	    t->done(t->arg, same ? NULL : &now, &why) == -1)
		ui_failed(ui, &why);
	str_fini(&now);
	trip_end(t);
}

static int
trip_start(struct ui *ui, const char *program, struct sp s,
    const char *suffix, edit_done *done, void *arg, struct why *why)
{
	struct trip	*t;
	char		*file;

	if (ui->term == NULL)
		return (fail(why, ERR_CMD, "There is no terminal yet."));
	if (ui->trip != NULL)
		return (fail(why, ERR_CMD, "%s has the terminal already.",
		    ui->trip->program));
	file = temp_file(s, suffix, why);
	if (file == NULL)
		return (-1);
	t = xcalloc(1, sizeof(*t));
	*t = (struct trip){ .ui = ui, .program = xstrdup(program),
		.file = file, .done = done, .arg = arg };
	str_init(&t->was, EDIT_MAX);
	if (done != NULL)
		str_add(&t->was, s);
	else
		(void)chmod(file, 0400);
	ui_go_away(ui);
	t->proc = proc_start(ui->model->app->loop, program, file, on_back, t,
	    why);
	if (t->proc == NULL) {
		ui_come_back(ui);
		trip_end(t);
		return (-1);
	}
	ui->trip = t;
	return (0);
}

void
edit_stop(struct ui *ui)
{
	struct trip	*t = ui->trip;

	if (t == NULL)
		return;
	ui->trip = NULL;
	ui->model->app->outside = false;
	proc_stop(t->proc);
	if (t->done != NULL)
		(void)t->done(t->arg, NULL, NULL);
	trip_end(t);
}

int
edit_bytes(struct ui *ui, struct sp s, const char *suffix, edit_done *done,
    void *arg, struct why *why)
{
	static const char	*const variables[] = { "MITMPROXY_EDITOR",
	    "WEIR_EDITOR", "VISUAL", "EDITOR", NULL };
	static const char	*const programs[] = { "sensible-editor",
	    "nano", "vim", "vi", NULL };
	const char		*editor = pick(variables, programs);

	if (editor == NULL)
		return (fail(why, ERR_CMD, "No editor was found: set "
		    "EDITOR."));
	return (trip_start(ui, editor, s, suffix, done, arg, why));
}

int
edit_view(struct ui *ui, struct sp s, const char *suffix, struct why *why)
{
	static const char	*const variables[] = { "MITMPROXY_EDITOR",
	    "WEIR_EDITOR", "PAGER", "EDITOR", NULL };
	static const char	*const programs[] = { "less", "more", NULL };
	const char		*viewer = pick(variables, programs);

	if (viewer == NULL)
		return (fail(why, ERR_CMD, "No viewer was found: set "
		    "PAGER."));
	return (trip_start(ui, viewer, s, suffix, NULL, NULL, why));
}

int
edit_shell(struct ui *ui, struct sp line, struct why *why)
{
	struct str	script;
	int		rc;

	str_init(&script, STR_MAX);
	/* However the line ends, by exit, by ctrl c, as no shell's language:
	 * it is seen, and nothing that went wrong here. */
	str_puts(&script, "trap : INT; trap 'printf \"\\n[exit status %d, "
	    "press enter] \" $?; read -r enter; exit 0' EXIT\n");
	str_add(&script, line);
	str_putc(&script, '\n');
	rc = trip_start(ui, "sh", str_sp(&script), ".sh", NULL, NULL, why);
	str_fini(&script);
	return (rc);
}
