/*
 * regex - PCRE2 made to look like Python's re.
 *
 * A compiled expression and its match context are only read, so threads
 * share them; what a match writes to is made for each match.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/filter.h"

/* A pattern that runs wild gives up rather than holding a shard. */
#define REGEX_STEPS_MAX	2000000u
#define REGEX_HEAP_KIB	20000u
#define REGEX_NAME_MAX	64

struct regex {
	pcre2_code		*code;
	pcre2_match_context	*limits;
	bool			 text;
};

static uint32_t
regex_options(unsigned flags)
{
	/* As in Python, \uXXXX is a character. */
	uint32_t	opts = PCRE2_ALT_BSUX | PCRE2_NEVER_BACKSLASH_C;

	if ((flags & REGEX_ICASE) != 0)
		opts |= PCRE2_CASELESS;
	if ((flags & REGEX_MULTILINE) != 0)
		opts |= PCRE2_MULTILINE;
	if ((flags & REGEX_DOTALL) != 0)
		opts |= PCRE2_DOTALL;
	if ((flags & REGEX_TEXT) != 0)
		opts |= PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF;
	return (opts);
}

struct regex *
regex_new_flags(struct sp text, unsigned flags, struct why *why)
{
	pcre2_compile_context	*cc = pcre2_compile_context_create(NULL);
	struct regex		*re;
	pcre2_code		*code;
	PCRE2_UCHAR		 words[120];
	PCRE2_SIZE		 at;
	int			 rc;

	(void)pcre2_set_newline(cc, (flags & REGEX_MULTILINE) != 0 ?
	    PCRE2_NEWLINE_ANYCRLF : PCRE2_NEWLINE_LF);
	code = pcre2_compile(text.n > 0 ? text.p : (PCRE2_SPTR)"", text.n,
	    regex_options(flags), &rc, &at, cc);
	pcre2_compile_context_free(cc);
	if (code == NULL) {
		(void)pcre2_get_error_message(rc, words, sizeof(words));
		(void)fail(why, ERR_FILTER, "invalid regex \"%.*s\": %s at"
		    " %zu", SPF(sp_cut(text, 0, 60)), (const char *)words, at);
		return (NULL);
	}
	/* Without it matching is slower, but the same. */
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	re = xcalloc(1, sizeof(*re));
	re->code = code;
	re->text = (flags & REGEX_TEXT) != 0;
	re->limits = pcre2_match_context_create(NULL);
	(void)pcre2_set_match_limit(re->limits, REGEX_STEPS_MAX);
	(void)pcre2_set_heap_limit(re->limits, REGEX_HEAP_KIB);
	return (re);
}

struct regex *
regex_new(struct sp text, bool icase, struct why *why)
{
	return (regex_new_flags(text, icase ? REGEX_ICASE : 0, why));
}

void
regex_free(struct regex *re)
{
	if (re == NULL)
		return;
	pcre2_match_context_free(re->limits);
	pcre2_code_free(re->code);
	free(re);
}

/* Groups that matched, or a number below 1: no match. */
static int
regex_run(const struct regex *re, struct sp in, size_t from,
    pcre2_match_data *md)
{
	PCRE2_SPTR	subject = in.n > 0 ? in.p : (PCRE2_SPTR)"";
	int		rc;

	rc = pcre2_match(re->code, subject, in.n, from, 0, md, re->limits);
	/* The JIT's stack is small; the interpreter's is not. */
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(re->code, subject, in.n, from, PCRE2_NO_JIT,
		    md, re->limits);
	return (rc);
}

bool
regex_find(const struct regex *re, struct sp in, size_t from, size_t *at,
    size_t *len)
{
	pcre2_match_data	*md;
	PCRE2_SIZE		*ov;
	int			 rc;

	if (from > in.n)
		return (false);
	md = pcre2_match_data_create(1, NULL);
	rc = regex_run(re, in, from, md);
	ov = pcre2_get_ovector_pointer(md);
	/* 0: more groups than the one pair we asked for. */
	if (rc >= 0) {
		*at = ov[0];
		*len = ov[1] > ov[0] ? ov[1] - ov[0] : 0;
	}
	pcre2_match_data_free(md);
	return (rc >= 0);
}

bool
regex_search(const struct regex *re, struct sp in)
{
	size_t	at, len;

	return (regex_find(re, in, 0, &at, &len));
}

unsigned
regex_groups(const struct regex *re)
{
	uint32_t	n = 0;

	(void)pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT, &n);
	return (n);
}

/* Group i of a match; p NULL when it took no part. */
static struct sp
group_of(pcre2_match_data *md, struct sp in, unsigned i)
{
	PCRE2_SIZE	*ov = pcre2_get_ovector_pointer(md);

	if (i >= pcre2_get_ovector_count(md) || ov[2 * i] == PCRE2_UNSET ||
	    ov[2 * i + 1] < ov[2 * i])
		return (SPNIL);
	if (in.n == 0)
		return (SP(""));
	return ((struct sp){ in.p + ov[2 * i], ov[2 * i + 1] - ov[2 * i] });
}

struct sp
regex_group(const struct regex *re, struct sp in, unsigned i)
{
	pcre2_match_data	*md;
	struct sp		 got = SPNIL;

	md = pcre2_match_data_create_from_pattern(re->code, NULL);
	if (regex_run(re, in, 0, md) > 0)
		got = group_of(md, in, i);
	pcre2_match_data_free(md);
	return (got);
}

/* Replacing */

/* \g<name> or \g<1> after the g: the number, or -1. *used: bytes. */
static int
named_group(const struct regex *re, struct sp in, size_t *used)
{
	char		name[REGEX_NAME_MAX];
	uint64_t	number;
	ssize_t		end;
	int		rc;

	if (in.n < 3 || in.p[0] != '<' || (end = sp_find(in, '>')) < 2 ||
	    (size_t)end > sizeof(name))
		return (-1);
	*used = (size_t)end + 1;
	if (sp_u64(sp_cut(in, 1, (size_t)end - 1), &number) == 0)
		return (number <= regex_groups(re) ? (int)number : -1);
	memcpy(name, in.p + 1, (size_t)end - 1);
	name[end - 1] = '\0';
	rc = pcre2_substring_number_from_name(re->code, (PCRE2_SPTR)name);
	return (rc > 0 ? rc : -1);
}

/* A group reference after its backslash: the group, or -1. */
static int
group_ref(const struct regex *re, struct sp in, size_t *used)
{
	int	n;

	if (in.n == 0)
		return (-1);
	if (in.p[0] == 'g') {
		n = named_group(re, sp_skip(in, 1), used);
		(*used)++;
		return (n);
	}
	if (in.p[0] < '1' || in.p[0] > '9')
		return (-1);
	*used = 1;
	n = in.p[0] - '0';
	if (in.n > 1 && in.p[1] >= '0' && in.p[1] <= '9') {
		n = n * 10 + in.p[1] - '0';
		*used = 2;
	}
	return (n <= (int)regex_groups(re) ? n : -1);
}

/* Character escapes that a template may hold besides groups. */
static int
plain_escape(struct sp in)
{
	static const char	from[] = "nrtfvab\\";
	static const char	to[] = "\n\r\t\f\v\a\b\\";
	const char		*at;

	if (in.n == 0 || in.p[0] == '\0' ||
	    (at = strchr(from, in.p[0])) == NULL)
		return (-1);
	return (to[at - from]);
}

int
regex_template(const struct regex *re, struct sp with, struct why *why)
{
	struct sp	rest;
	size_t		used;

	while (with.n > 0) {
		rest = sp_skip(with, 1);
		used = 0;
		if (with.p[0] == '\\') {
			used = 1;
			if (plain_escape(rest) == -1 && rest.n > 0 &&
			    (rest.p[0] == 'g' ||
			    (rest.p[0] >= '1' && rest.p[0] <= '9')) &&
			    group_ref(re, rest, &used) == -1)
				return (fail(why, ERR_ARG, "\"\\%.*s\" refers"
				    " to no group of the regex",
				    SPF(sp_cut(rest, 0, 20))));
		}
		with = sp_skip(with, 1 + used);
	}
	return (0);
}

static void
expand(const struct regex *re, struct sp in, pcre2_match_data *md,
    struct sp with, struct str *out)
{
	size_t	used;
	int	n;

	while (with.n > 0) {
		used = 0;
		if (with.p[0] != '\\')
			str_putc(out, with.p[0]);
		else if ((n = plain_escape(sp_skip(with, 1))) != -1) {
			str_putc(out, n);
			used = 1;
		} else if ((n = group_ref(re, sp_skip(with, 1),
		    &used)) != -1)
			str_add(out, group_of(md, in, (unsigned)n));
		else {
			used = 0;
			str_putc(out, '\\');
		}
		with = sp_skip(with, 1 + used);
	}
}

/* Bytes of the character at an offset, for stepping over empty matches. */
static size_t
step(const struct regex *re, struct sp in, size_t at)
{
	size_t	n = 1;

	while (re->text && at + n < in.n && (in.p[at + n] & 0xc0) == 0x80)
		n++;
	return (n);
}

/*
 * Python's rule: matches do not overlap, and an empty one may follow right
 * behind another.
 */
static unsigned
replace(const struct regex *re, struct sp in, struct sp with, bool plain,
    struct str *out)
{
	pcre2_match_data	*md;
	PCRE2_SIZE		*ov;
	size_t			 from = 0, done = 0, end;
	unsigned		 n = 0;

	md = pcre2_match_data_create_from_pattern(re->code, NULL);
	ov = pcre2_get_ovector_pointer(md);
	while (from <= in.n && !out->full && regex_run(re, in, from, md) > 0) {
		/* \K could put the start behind the end or back. */
		if (ov[0] < done || ov[1] < ov[0])
			break;
		n++;
		str_add(out, sp_cut(in, done, ov[0] - done));
		if (plain)
			str_add(out, with);
		else
			expand(re, in, md, with, out);
		done = end = ov[1];
		from = end;
		if (ov[0] == ov[1]) {
			if (end >= in.n)
				break;
			from = end + step(re, in, end);
		}
	}
	if (done < in.n)
		str_add(out, sp_skip(in, done));
	pcre2_match_data_free(md);
	return (n);
}

unsigned
regex_replace(const struct regex *re, struct sp in, struct sp with,
    struct str *out)
{
	return (replace(re, in, with, false, out));
}

unsigned
regex_replace_plain(const struct regex *re, struct sp in, struct sp with,
    struct str *out)
{
	return (replace(re, in, with, true, out));
}
