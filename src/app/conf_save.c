/*
 * Options back to YAML. An existing file is amended line by line, since
 * people write comments that no parser keeps.
 */
#include <stdlib.h>
#include <unistd.h>

#include "app/conf.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/opt.h"

/* Texts that YAML would take for something else than a text. */
static bool
is_word_of_yaml(const char *text)
{
	static const char *const	words[] = { "true", "false", "yes",
	    "no", "on", "off", "null", "y", "n", "~" };
	size_t				i;

	for (i = 0; i < nitems(words); i++)
		if (sp_iis(sp_of(text), words[i]))
			return (true);
	return (false);
}

/* Safe without quotes: begins with a letter or one of ~/ and goes on with
 * nothing that means something in YAML. */
static bool
is_plain(const char *text)
{
	static const char	letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char	others[] = "0123456789_./+@-~";
	size_t			n = strspn(text, letters);

	if (n == 0 && *text != '/')
		return (false);
	while (text[n] != '\0' && (strchr(letters, text[n]) != NULL ||
	    strchr(others, text[n]) != NULL))
		n++;
	return (text[n] == '\0' && !is_word_of_yaml(text));
}

static void
put_double_quoted(struct str *out, const char *text)
{
	str_putc(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			str_printf(out, "\\%c", *text);
		else if ((unsigned char)*text < 0x20 || *text == 0x7f)
			str_printf(out, "\\x%02x", (unsigned)*text);
		else
			str_putc(out, *text);
	}
	str_putc(out, '"');
}

static void
put_scalar(struct str *out, const char *text)
{
	const char	*p;

	if (is_plain(text)) {
		str_puts(out, text);
		return;
	}
	for (p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f) {
			put_double_quoted(out, text);
			return;
		}
	str_putc(out, '\'');
	for (p = text; *p != '\0'; p++)
		str_puts(out, *p == '\'' ? "''" :
		    (char [2]){ *p, '\0' });
	str_putc(out, '\'');
}

void
conf_put_option(const struct opts *os, const char *name, struct str *out)
{
	const struct opt	*o = opts_find(os, name);
	size_t			 i;

	str_printf(out, "%s:", name);
	if (o->type == OPT_SEQ) {
		if (opts_seq_n(os, name) == 0)
			str_puts(out, " []");
		for (i = 0; i < opts_seq_n(os, name); i++) {
			str_puts(out, "\n- ");
			put_scalar(out, opts_seq_at(os, name, i));
		}
	} else if (opts_is_null(os, name))
		str_puts(out, " null");
	else if (o->type == OPT_STR || o->type == OPT_CHOICE) {
		str_putc(out, ' ');
		put_scalar(out, opts_str(os, name));
	} else {
		str_putc(out, ' ');
		opts_text(os, name, out);
	}
	str_putc(out, '\n');
}

/* Lines */

static struct sp
take_line(struct sp *text)
{
	ssize_t		end = sp_find(*text, '\n');
	size_t		n = end == -1 ? text->n : (size_t)end + 1;
	struct sp	line = sp_cut(*text, 0, n);

	*text = sp_skip(*text, n);
	return (line);
}

/* The option a line at the left edge names, or NULL. */
static const struct opt *
line_option(const struct opts *os, struct sp line)
{
	const struct opt	*o;
	ssize_t			 colon = sp_find(line, ':');
	char			*name;

	if (colon <= 0)
		return (NULL);
	name = xspdup(sp_trim(sp_cut(line, 0, (size_t)colon)));
	o = *name != '#' && line.p[0] != ' ' && line.p[0] != '\t' ?
	    opts_find(os, name) : NULL;
	free(name);
	return (o);
}

/* Lines that belong to the value above: indented, or members of a list. */
static bool
line_goes_on(struct sp line)
{
	return (line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t' ||
	    sp_starts(line, "- ")) &&
	    sp_trim(line).n > 0 && sp_trim(line).p[0] != '\n');
}

int
conf_amend(const struct opts *os, const char *path, struct sp text,
    struct str *out, struct why *why)
{
	bool			*seen = xcalloc(opts_n(os) + 1, sizeof(*seen));
	const struct opt	*o;
	struct sp		 line;
	size_t			 i;

	while (text.n > 0) {
		line = take_line(&text);
		if ((o = line_option(os, line)) == NULL) {
			str_add(out, line);
			if (line.p[line.n - 1] != '\n')
				str_putc(out, '\n');
			continue;
		}
		while (text.n > 0 && line_goes_on(text))
			(void)take_line(&text);
		conf_put_option(os, o->name, out);
		for (i = 0; i < opts_n(os); i++)
			if (opts_at(os, i) == o)
				seen[i] = true;
	}
	for (i = 0; i < opts_n(os); i++) {
		o = opts_at(os, i);
		if (!seen[i] && !opts_is_default(os, o->name))
			conf_put_option(os, o->name, out);
	}
	free(seen);
	if (conf_check_text(path, str_sp(out), why) == -1)
		return (fail(why, ERR_CONF, "%s: the options cannot be put"
		    " into what stands there; save them under another name",
		    path));
	return (0);
}

int
conf_save(const struct opts *os, const char *path, struct why *why)
{
	struct str	was, now;
	int		rc = 0;

	str_init(&was, CONF_BYTES);
	str_init(&now, 2 * CONF_BYTES);
	if (access(path, F_OK) == 0) {
		rc = conf_read_file(path, &was, why);
		if (rc == 0)
			rc = conf_check_text(path, str_sp(&was), why);
	}
	if (rc == 0)
		rc = conf_amend(os, path, str_sp(&was), &now, why);
	if (rc == 0)
		rc = file_replace(path, str_sp(&now), 0600, why);
	str_fini(&was);
	str_fini(&now);
	return (rc);
}
