#include "app/launch.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "run/proc.h"

#define BROWSERS_MAX	16
#define ARGS_MAX	16

struct launch {
	struct browser {
		pid_t	 pid;
		char	*profile;
	}	v[BROWSERS_MAX];
	size_t	n;
};

struct launch *
launch_new(void)
{
	return (xcalloc(1, sizeof(struct launch)));
}

static int
remove_entry(const char *path, const struct stat *st unused, int flag unused,
    struct FTW *ftw unused)
{
	/* What cannot be removed is the temporary directory's to clean. */
	(void)remove(path);
	return (0);
}

static void
remove_profile(char *path)
{
	(void)nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	free(path);
}

void
launch_free(struct launch *l)
{
	size_t	i;

	if (l == NULL)
		return;
	/* proc_spawn() gave each a session, so its children go with it. */
	for (i = 0; i < l->n; i++)
		(void)kill(-l->v[i].pid, SIGTERM);
	for (i = 0; i < l->n; i++)
		remove_profile(l->v[i].profile);
	free(l);
}

static char *
make_profile(struct why *why)
{
	const char	*tmp = getenv("TMPDIR");
	char		*path;

	path = xasprintf("%s/weir-browser-XXXXXX", tmp != NULL &&
	    *tmp == '/' ? tmp : "/tmp");
	if (mkdtemp(path) != NULL)
		return (path);
	(void)fail(why, ERR_FILE, "%s: %s", path, strerror(errno));
	free(path);
	return (NULL);
}

static const char *
find_chrome(void)
{
	static const char *const	names[] = { "google-chrome",
	    "google-chrome-stable", "chrome", "chromium",
	    "chromium-browser", "google-chrome-unstable" };
	size_t				i;

	for (i = 0; i < nitems(names); i++)
		if (proc_exists(names[i]))
			return (names[i]);
	return (NULL);
}

/* A command line that is made piece by piece. */
struct argv {
	char	*v[ARGS_MAX + 1];
	size_t	 n;
};

static void
argv_add(struct argv *av, char *owned)
{
	av->v[av->n++] = owned;
}

static int
argv_chrome(struct argv *av, const char *profile, const char *proxy,
    struct why *why)
{
	const char	*chrome = find_chrome();

	if (chrome == NULL)
		return (fail(why, ERR_CMD, "neither Chrome nor Chromium is"
		    " installed"));
	argv_add(av, xstrdup(chrome));
	argv_add(av, xasprintf("--user-data-dir=%s", profile));
	argv_add(av, xasprintf("--proxy-server=%s", proxy));
	/* Our own machine, too, is reached through the proxy. */
	argv_add(av, xstrdup("--proxy-bypass-list=<-loopback>"));
	argv_add(av, xstrdup("--no-first-run"));
	argv_add(av, xstrdup("--no-default-browser-check"));
	argv_add(av, xstrdup("--disable-extensions"));
	argv_add(av, xstrdup("--disable-background-networking"));
	/* Chrome's sandbox refuses to work for root. */
	if (geteuid() == 0)
		argv_add(av, xstrdup("--no-sandbox"));
	argv_add(av, xstrdup("about:blank"));
	return (0);
}

/* Firefox takes its proxy from the profile. */
static int
write_prefs(const char *profile, const char *proxy, struct why *why)
{
	const char	*colon = strrchr(proxy, ':');
	int		 n = (int)(colon - proxy);
	char		*path = xasprintf("%s/user.js", profile);
	FILE		*f = fopen(path, "we");

	if (f == NULL) {
		(void)fail(why, ERR_FILE, "%s: %s", path, strerror(errno));
		free(path);
		return (-1);
	}
	free(path);
	(void)fprintf(f, "user_pref(\"network.proxy.type\", 1);\n"
	    "user_pref(\"network.proxy.http\", \"%.*s\");\n"
	    "user_pref(\"network.proxy.http_port\", %s);\n"
	    "user_pref(\"network.proxy.ssl\", \"%.*s\");\n"
	    "user_pref(\"network.proxy.ssl_port\", %s);\n"
	    "user_pref(\"network.proxy.allow_hijacking_localhost\", true);\n"
	    "user_pref(\"datareporting.policy.firstRunURL\", \"\");\n"
	    "user_pref(\"browser.aboutwelcome.enabled\", false);\n",
	    n, proxy, colon + 1, n, proxy, colon + 1);
	if (fclose(f) != 0)
		return (fail(why, ERR_FILE, "%s: its settings cannot be"
		    " written", profile));
	return (0);
}

static int
argv_firefox(struct argv *av, const char *profile, const char *proxy,
    struct why *why)
{
	if (!proc_exists("firefox"))
		return (fail(why, ERR_CMD, "Firefox is not installed"));
	if (write_prefs(profile, proxy, why) == -1)
		return (-1);
	argv_add(av, xstrdup("firefox"));
	argv_add(av, xstrdup("-profile"));
	argv_add(av, xstrdup(profile));
	argv_add(av, xstrdup("-new-instance"));
	argv_add(av, xstrdup("about:blank"));
	return (0);
}

int
launch_browser(struct launch *l, const char *browser, const char *proxy,
    struct why *why)
{
	struct argv	av = { .n = 0 };
	char		*profile;
	size_t		 i;
	int		 pid = -1, rc;

	if (l->n == BROWSERS_MAX)
		return (fail(why, ERR_CMD, "%d browsers were started already",
		    BROWSERS_MAX));
	if (strrchr(proxy, ':') == NULL)
		return (fail(why, ERR_ARG, "%s is no host:port", proxy));
	if ((profile = make_profile(why)) == NULL)
		return (-1);
	if (strcmp(browser, "firefox") == 0)
		rc = argv_firefox(&av, profile, proxy, why);
	else
		rc = argv_chrome(&av, profile, proxy, why);
	if (rc == 0)
		pid = proc_spawn(av.v, why);
	for (i = 0; i < av.n; i++)
		free(av.v[i]);
	if (pid == -1) {
		remove_profile(profile);
		return (-1);
	}
	l->v[l->n++] = (struct browser){ pid, profile };
	return (0);
}
