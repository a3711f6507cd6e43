#include "addon/rule.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"

#define RULE_PIECE	((size_t)16 << 10)

static void
rule_fini(struct rule *r)
{
	filter_unref(r->filter);
	regex_free(r->re);
	free(r->name);
	free(r->path);
	str_fini(&r->value);
}

void
rules_fini(struct rules *rs)
{
	for (size_t i = 0; i < rs->n; i++)
		rule_fini(&rs->v[i]);
	free(rs->v);
	*rs = (struct rules){ NULL, 0 };
}

int
rules_load(struct rules *rs, const struct opts *opts, const char *option,
    rule_parse *parse, struct why *why)
{
	size_t	n = opts_seq_n(opts, option);

	*rs = (struct rules){ NULL, 0 };
	if (n == 0)
		return (0);
	rs->v = xcalloc(n, sizeof(*rs->v));
	while (rs->n < n) {
		str_init(&rs->v[rs->n].value, STR_MAX);
		if (parse(opts_seq_at(opts, option, rs->n), &rs->v[rs->n],
		    why) == -1) {
			rs->n++;
			rules_fini(rs);
			return (fail_prefix(why, "%s: ", option));
		}
		rs->n++;
	}
	return (0);
}

int
rules_compile(void **state, const struct opts *opts, const char *option,
    rule_parse *parse, struct why *why)
{
	struct rules	*rs = xcalloc(1, sizeof(*rs));
	int		 rc = rules_load(rs, opts, option, parse, why);

	if (rs->n > 0)
		*state = rs;
	else
		free(rs);
	return (rc);
}

void
rules_release(void *state)
{
	rules_fini(state);
	free(state);
}

int
rule_check(const char *text, rule_parse *parse, struct why *why)
{
	struct rule	r = { 0 };
	int		rc;

	str_init(&r.value, STR_MAX);
	rc = parse(text, &r, why);
	rule_fini(&r);
	return (rc);
}

int
rule_split(const char *text, struct sp *part, unsigned min, unsigned max,
    struct why *why)
{
	struct sp	rest = sp_of(text);
	unsigned	n = 0;
	ssize_t		at;
	int		sep;

	if (rest.n == 0 || rest.p[0] >= 0x80)
		return (fail(why, ERR_OPT_VALUE, "\"%s\" does not begin with "
		    "a separator such as / or |", text));
	sep = rest.p[0];
	rest = sp_skip(rest, 1);
	while (n + 1 < max && (at = sp_find(rest, sep)) != -1) {
		part[n++] = sp_cut(rest, 0, (size_t)at);
		rest = sp_skip(rest, (size_t)at + 1);
	}
	part[n++] = rest;
	if (n < min)
		return (fail(why, ERR_OPT_VALUE, "\"%s\" has too few parts: "
		    "there must be at least %u \"%c\"", text, min, sep));
	return ((int)n);
}

int
rule_set_filter(struct rule *r, struct sp text, struct why *why)
{
	r->filter = filter_parse(text, why);
	return (r->filter != NULL ? 0 : -1);
}

int
rule_set_value(struct rule *r, struct sp text, struct why *why)
{
	if (!sp_starts(text, "@")) {
		rule_unescape(&r->value, text);
		return (0);
	}
	r->path = path_home(sp_skip(text, 1));
	if (access(r->path, R_OK) == -1)
		return (fail(why, ERR_OPT_VALUE, "%s: %s", r->path,
		    strerror(errno)));
	return (0);
}

int
rule_value(const struct rule *r, struct str *out, struct why *why)
{
	if (r->path != NULL)
		return (rule_read_file(r->path, out, why));
	str_add(out, str_sp(&r->value));
	return (0);
}

bool
rule_matches(const struct rule *r, const struct flow *f)
{
	return (r->filter == NULL || filter_match(r->filter, f));
}

bool
rule_may_match(const struct rule *r, const struct flow *f,
    enum filter_stage stage)
{
	return (f == NULL || r->filter == NULL ||
	    filter_may_match(r->filter, f, stage));
}

static int
rule_read_fd(int fd, const char *path, struct str *out, struct why *why)
{
	uint64_t	 total = 0;
	struct stat	 st;
	ssize_t		 n;
	char		*room;

	/* A pipe or device would block the shard or never end. */
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return (fail(why, ERR_FILE, "%s is no regular file", path));
	while ((room = str_room(out, RULE_PIECE)) != NULL &&
	    (n = read(fd, room, RULE_PIECE)) > 0) {
		str_grew(out, (size_t)n);
		if ((total += (uint64_t)n) > limit_of(RULE_FILE))
			return (fail(why, ERR_LIMIT, "%s is too large",
			    path));
	}
	if (room == NULL || n == -1)
		return (fail(why, ERR_FILE, "%s: %s", path, room == NULL ?
		    err_text(ERR_LIMIT) : strerror(errno)));
	return (0);
}

int
rule_read_file(const char *path, struct str *out, struct why *why)
{
	int	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc;

	if (fd == -1)
		return (fail(why, ERR_FILE, "%s: %s", path,
		    strerror(errno)));
	rc = rule_read_fd(fd, path, out, why);
	(void)close(fd);
	return (rc);
}

void
rule_unescape(struct str *out, struct sp in)
{
	static const char	from[] = "nrtabfv0\\'\"";
	static const char	to[] = "\n\r\t\a\b\f\v\0\\'\"";
	const char		*at;
	uint32_t		 hex;

	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] != '\\' || i + 1 == in.n) {
			str_putc(out, in.p[i]);
			continue;
		}
		i++;
		if (in.p[i] == 'x' &&
		    sp_hex(sp_skip(in, i + 1), 2, &hex) == 0) {
			str_putc(out, (int)hex);
			i += 2;
		} else if (in.p[i] != '\0' &&
		    (at = strchr(from, in.p[i])) != NULL)
			str_putc(out, to[at - from]);
		else {
			str_putc(out, '\\');
			str_putc(out, in.p[i]);
		}
	}
}
