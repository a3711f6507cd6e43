#include "addon/a_maplocal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addon/addon_int.h"
#include "addon/rule.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "codec/uri.h"

/* "[/filter]/url-regex/path"; the path must exist. */
static int
maplocal_parse(const char *text, struct rule *r, struct why *why)
{
	struct sp	part[3];
	int		n = rule_split(text, part, 2, 3, why);

	if (n == -1 || (n == 3 && rule_set_filter(r, part[0], why) == -1))
		return (-1);
	r->re = regex_new(part[n - 2], false, why);
	if (r->re == NULL)
		return (-1);
	if (part[n - 1].n == 0)
		return (fail(why, ERR_OPT_VALUE, "a path is missing at the "
		    "end"));
	r->path = path_home(part[n - 1]);
	if (access(r->path, R_OK) == -1)
		return (fail(why, ERR_OPT_VALUE, "%s: %s", r->path,
		    strerror(errno)));
	return (0);
}

int
maplocal_check(const char *text, struct why *why)
{
	return (rule_check(text, maplocal_parse, why));
}

const char *
maplocal_type(const char *path)
{
	static const char *const types[][2] = {
		{ ".html", "text/html" },
		{ ".htm", "text/html" },
		{ ".css", "text/css" },
		{ ".js", "text/javascript" },
		{ ".mjs", "text/javascript" },
		{ ".json", "application/json" },
		{ ".map", "application/json" },
		{ ".xml", "application/xml" },
		{ ".txt", "text/plain" },
		{ ".md", "text/markdown" },
		{ ".csv", "text/csv" },
		{ ".svg", "image/svg+xml" },
		{ ".png", "image/png" },
		{ ".jpg", "image/jpeg" },
		{ ".jpeg", "image/jpeg" },
		{ ".gif", "image/gif" },
		{ ".webp", "image/webp" },
		{ ".avif", "image/avif" },
		{ ".ico", "image/vnd.microsoft.icon" },
		{ ".woff", "font/woff" },
		{ ".woff2", "font/woff2" },
		{ ".ttf", "font/ttf" },
		{ ".otf", "font/otf" },
		{ ".wasm", "application/wasm" },
		{ ".pdf", "application/pdf" },
		{ ".zip", "application/zip" },
		{ ".gz", "application/gzip" },
		{ ".mp3", "audio/mpeg" },
		{ ".ogg", "audio/ogg" },
		{ ".mp4", "video/mp4" },
		{ ".webm", "video/webm" },
		{ ".mpd", "application/dash+xml" },
		{ ".m3u8", "application/vnd.apple.mpegurl" },
	};
	const char	*dot = strrchr(path, '.');

	for (size_t i = 0; dot != NULL && i < nitems(types); i++)
		if (sp_iis(sp_of(dot), types[i][0]))
			return (types[i][1]);
	return ("application/octet-stream");
}

/* A component that leads upwards, or bytes no file name has. */
static bool
maplocal_is_safe(struct sp path)
{
	struct sp	part, rest = path;

	if (sp_find(path, '\0') != -1)
		return (false);
	while (rest.n > 0) {
		part = sp_split(rest, '/', &rest);
		if (sp_is(part, ".."))
			return (false);
	}
	return (true);
}

/* True when the file is a readable one below the folder. */
static bool
maplocal_is_inside(const char *folder, const char *path)
{
	char		*top = realpath(folder, NULL);
	char		*real = realpath(path, NULL);
	struct stat	 st;
	bool		 inside;
	size_t		 n;

	inside = top != NULL && real != NULL && stat(real, &st) == 0 &&
	    S_ISREG(st.st_mode);
	if (inside) {
		n = strlen(top);
		/* Links must not lead out of it either. */
		inside = strncmp(real, top, n) == 0 &&
		    (n == 1 || real[n] == '/');
	}
	free(top);
	free(real);
	return (inside);
}

/* folder/suffix, then folder/suffix/index.html; a heap path or NULL. */
static char *
maplocal_try(const char *folder, struct sp suffix)
{
	static const char *const ends[] = { "", "/index.html" };
	char			*path;

	if (!maplocal_is_safe(suffix))
		return (NULL);
	for (size_t i = 0; i < nitems(ends); i++) {
		path = xasprintf("%s/%.*s%s", folder, SPF(suffix), ends[i]);
		if (maplocal_is_inside(folder, path))
			return (path);
		free(path);
	}
	return (NULL);
}

/* The same with odd characters as underlines, as downloads are stored. */
static char *
maplocal_try_both(const char *folder, struct sp suffix)
{
	static const char	fine[] = "-_.=(),/";
	char			*path = maplocal_try(folder, suffix);
	struct str		 plain;
	int			 c;

	if (path != NULL)
		return (path);
	str_init(&plain, PATH_MAX);
	for (size_t i = 0; i < suffix.n; i++) {
		c = suffix.p[i];
		if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' &&
		    (c | 0x20) <= 'z') ||
		    (c != '\0' && strchr(fine, c) != NULL))
			str_putc(&plain, c);
		else
			str_putc(&plain, '_');
	}
	path = maplocal_try(folder, str_sp(&plain));
	str_fini(&plain);
	return (path);
}

static struct sp
maplocal_strip(struct sp s)
{
	while (s.n > 0 && s.p[0] == '/')
		s = sp_skip(s, 1);
	while (s.n > 0 && s.p[s.n - 1] == '/')
		s.n--;
	return (s);
}

/* What of the URL names the file below the folder. */
static char *
maplocal_find(const struct rule *r, struct sp url)
{
	struct sp	suffix, rest;
	struct str	plain;
	size_t		at = 0, len = 0;
	char		*path;

	if (regex_groups(r->re) > 0)
		suffix = regex_group(r->re, url, 1);
	else {
		(void)regex_find(r->re, url, 0, &at, &len);
		suffix = sp_split(sp_skip(url, at + len), '?', &rest);
	}
	str_init(&plain, PATH_MAX);
	uri_unescape(&plain, maplocal_strip(suffix), false);
	path = plain.full ? NULL : maplocal_try_both(r->path,
	    str_sp(&plain));
	if (path == NULL && !plain.full)
		path = maplocal_try_both(r->path,
		    maplocal_strip(sp_split(str_sp(&plain), '?', &rest)));
	str_fini(&plain);
	return (path);
}

static char *
maplocal_file(const struct rule *r, struct sp url)
{
	struct stat	st;

	if (stat(r->path, &st) == 0 && !S_ISDIR(st.st_mode))
		return (xstrdup(r->path));
	return (maplocal_find(r, url));
}

static int
maplocal_compile(void **state, const struct opts *opts,
    const struct addons_site *site, struct why *why)
{
	(void)site;
	return (rules_compile(state, opts, "map_local", maplocal_parse, why));
}

static hookbits
maplocal_wants(const void *state, const struct flow *f,
    enum filter_stage stage)
{
	const struct rules	*rs = state;

	if (f != NULL && stage != FS_REQUEST_HEAD)
		return (0);
	for (size_t i = 0; i < rs->n; i++)
		if (rule_may_match(&rs->v[i], f, stage))
			return (HOOK_BIT(HOOK_request));
	return (0);
}

static void
maplocal_serve(const struct addon_call *c, const char *path)
{
	struct str	body;

	str_init(&body, limit_of(RULE_FILE));
	if (rule_read_file(path, &body, NULL) == 0)
		addon_answer(c, addon_response(200,
		    sp_of(maplocal_type(path)), str_sp(&body)));
	else
		addon_answer(c, addon_response(404, SPNIL, SPNIL));
	str_fini(&body);
}

static void
maplocal_run(const void *state, const struct addon_call *c)
{
	const struct rules	*rs = state;
	const struct rule	*r;
	struct str		 url;
	char			*path = NULL;
	bool			 any = false;

	if (c->hook != HOOK_request || !addon_is_open(c->flow))
		return;
	str_init(&url, limit_of(URI_BYTES) + 512);
	msg_url(c->flow->request, true, &url);
	for (size_t i = 0; i < rs->n && path == NULL; i++) {
		r = &rs->v[i];
		if (!rule_matches(r, c->flow) ||
		    !regex_search(r->re, str_sp(&url)))
			continue;
		any = true;
		path = maplocal_file(r, str_sp(&url));
	}
	str_fini(&url);
	if (path != NULL)
		maplocal_serve(c, path);
	else if (any)
		addon_answer(c, addon_response(404, SPNIL, SPNIL));
	free(path);
}

const struct addon addon_maplocal = {
	.name = "map_local", .compile = maplocal_compile,
	.release = rules_release, .wants = maplocal_wants,
	.run = maplocal_run,
};
