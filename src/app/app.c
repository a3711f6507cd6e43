#include "app/app.h"

#include <stdlib.h>

#include "app/clip.h"
#include "app/engine.h"
#include "app/modules.h"
#include "app/walks.h"
#include "base/path.h"

/* A folder of the XDG base directory specification, or of the home. */
static char *
app_folder(const char *variable, const char *in_home)
{
	const char	*base = getenv(variable), *home = getenv("HOME");

	/* Relative paths are to be ignored there. */
	if (base != NULL && base[0] == '/')
		return (xasprintf("%s/weir", base));
	if (home == NULL || home[0] == '\0')
		home = "";
	return (xasprintf("%s/%s/weir", home, in_home));
}

/* model->post: a call that travels to main. */
struct app_call {
	struct post	 post;
	void		(*fn)(void *);
	void		*arg;
};

static void
app_run_call(struct post *post)
{
	struct app_call	*call = (struct app_call *)post;

	call->fn(call->arg);
	free(call);
}

static struct post *
app_call_new(void (*fn)(void *), void *arg)
{
	struct app_call	*call = xmalloc(sizeof(*call));

	*call = (struct app_call){ .fn = fn, .arg = arg };
	call->post.fn = app_run_call;
	return (&call->post);
}

static void
app_post(void *arg, void (*fn)(void *), void *fn_arg)
{
	struct app	*app = arg;

	loop_post(app->loop, app_call_new(fn, fn_arg));
}

static void
app_post_quietly(void *arg, void (*fn)(void *), void *fn_arg)
{
	struct app	*app = arg;

	loop_post_quietly(app->loop, app_call_new(fn, fn_arg));
}

static void
app_stop_loop(void *arg)
{
	struct app	*app = arg;

	loop_stop(app->loop);
}

void
app_quit(struct app *app, int status)
{
	if (app->status == 0)
		app->status = status;
	if (app->quitting)
		return;
	app->quitting = true;
	bus_fire(app->model->bus, BUS_QUIT, NULL);
	app->end = (struct defer){ .fn = app_stop_loop, .arg = app };
	loop_defer(app->loop, &app->end);
}

static void
app_model_quit(void *arg, int status)
{
	app_quit(arg, status);
}

struct app *
app_new(bool console)
{
	struct app	*app = xcalloc(1, sizeof(*app));

	app->console = console;
	app->confdir = app_folder("XDG_CONFIG_HOME", ".config");
	app->statedir = app_folder("XDG_STATE_HOME", ".local/state");
	app->loop = loop_new("main");
	app->work = work_new(APP_WORKERS);
	app->model = model_new();
	app->model->console = console;
	app->model->confdir = app->confdir;
	app->model->app = app;
	app->model->post = app_post;
	app->model->post_quietly = app_post_quietly;
	app->model->post_arg = app;
	app->model->quit = app_model_quit;
	app->walks = walks_new(app->model);
	return (app);
}

void
app_set_confdir(struct app *app, const char *path)
{
	free(app->confdir);
	app->confdir = path_home(sp_of(path));
	app->model->confdir = app->confdir;
}

bool
app_free(struct app *app)
{
	if (app == NULL)
		return (false);
	walks_free(app->walks);	/* their ends are the modules' */
	model_drop_modules(app->model);
	/* Jobs post their end to the loop, and what is posted there may
	 * look at the model. */
	work_free(app->work);
	clip_stop(app);
	if (app->left_behind)
		return (true);
	loop_free(app->loop);
	engine_free(app);
	model_free(app->model);
	free(app->confdir);
	free(app->statedir);
	free(app);
	return (false);
}

int
app_add_modules(struct app *app, const struct module *const *more, size_t n,
    struct why *why)
{
	const struct module	*m;

	for (unsigned i = 0; (m = modules_at(i)) != NULL; i++)
		if (model_add_module(app->model, m, why) == -1)
			return (-1);
	for (size_t i = 0; i < n; i++)
		if (model_add_module(app->model, more[i], why) == -1)
			return (-1);
	return (0);
}
