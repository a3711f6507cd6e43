/*
 * JSON, as it is: order, duplicate keys and the text of numbers stay. What
 * is not JSON any more is shown as an error where it begins.
 *
 *	     value                     ,
 *	TOP ------> (depth 0) TOP   MORE --> KEY or VALUE
 *	 | {                          ^ value
 *	 +--> KEY_OR_END --"k"--> COLON --:--> VALUE
 *	 | [
 *	 +--> VALUE_OR_END --value--> MORE --] or }--> MORE or TOP
 */
#include "base/utf8.h"
#include "cv/cv_views.h"
#include "cv/json.h"

#define INDENT	4

enum want { TOP, VALUE, VALUE_OR_END, KEY, KEY_OR_END, COLON, MORE };

#define T(tok)		(1u << JSON_##tok)
#define ANY_VALUE	(T(OBJECT) | T(ARRAY) | T(STRING) | T(NUMBER) | \
	T(TRUE) | T(FALSE) | T(NULL))

static const unsigned accepts[] = {
	[TOP]          = ANY_VALUE | T(END),
	[VALUE]        = ANY_VALUE,
	[VALUE_OR_END] = ANY_VALUE | T(ARRAY_END),
	[KEY]          = T(STRING),
	[KEY_OR_END]   = T(STRING) | T(OBJECT_END),
	[COLON]        = T(COLON),
	[MORE]         = T(COMMA) | T(OBJECT_END) | T(ARRAY_END),
};

struct form {
	struct json	 in;
	struct cv_out	*out;
	struct str	 open;		/* '{' and '[' around this place */
	enum want	 want;
};

/* Every type that names it, and bodies without a type that look so. */
double
cv_json_priority(const struct cv_in *in)
{
	if (sp_starts(in->type, "application/") &&
	    (sp_search(in->type, SP("json")) != -1))
		return (1);
	if (cv_type_in(in, "text/json text/x-json") ||
	    (in->type.n > 5 && sp_is(sp_skip(in->type, in->type.n - 5),
	    "+json")))
		return (1);
	if (in->type.n == 0 && cv_first_byte(in->body) == '{')
		return (0.3);
	return (0);
}

/* Breaks the line before a member or a closing bracket. */
static bool
form_newline(struct form *f)
{
	return (cv_newline(f->out) && cv_indent(f->out, f->open.n * INDENT));
}

/* Escapes that stand for printable characters of other alphabets are shown
 * as those; all others stay as they were written. */
static void
form_string(struct form *f, enum cv_style style, struct sp tok)
{
	char		utf8[4];
	uint32_t	cp;
	size_t		n, i = 0;

	while (i < tok.n) {
		if (tok.p[i] != '\\') {
			i++;
			continue;
		}
		n = json_unicode(sp_skip(tok, i), &cp);
		if (n == 0 || cp < 0xa0 || !utf8_shows(0, cp)) {
			i += 2;
			continue;
		}
		cv_put(f->out, style, sp_cut(tok, 0, i));
		cv_put(f->out, style, sp_mem(utf8, utf8_encode(cp, utf8)));
		tok = sp_skip(tok, i + n);
		i = 0;
	}
	cv_put(f->out, style, tok);
}

/* At the top another text may follow: one JSON text a line (NDJSON), or
 * a sequence of them. */
static void
form_after_value(struct form *f)
{
	f->want = f->open.n == 0 ? TOP : MORE;
	if (f->want == TOP)
		cv_newline(f->out);
}

static void
form_scalar(struct form *f, enum json_tok t, struct sp tok)
{
	static const enum cv_style	styles[] = {
		[JSON_NUMBER] = CV_NUMBER, [JSON_TRUE] = CV_BOOLEAN,
		[JSON_FALSE] = CV_BOOLEAN, [JSON_NULL] = CV_NULL,
	};

	if (t == JSON_STRING)
		form_string(f, CV_STRING, tok);
	else
		cv_put(f->out, styles[t], tok);
	form_after_value(f);
}

/* Empty containers stay on their line. */
static bool
form_end(struct form *f, struct sp tok)
{
	bool	empty = f->want != MORE;
	int	open = tok.p[0] == '}' ? '{' : '[';

	if (f->open.n == 0 || f->open.p[f->open.n - 1] != open)
		return (false);
	str_cut(&f->open, f->open.n - 1);
	if (!empty)
		form_newline(f);
	cv_put(f->out, CV_TEXT, tok);
	form_after_value(f);
	return (true);
}

static void
form_comma(struct form *f, struct sp tok)
{
	cv_put(f->out, CV_TEXT, tok);
	form_newline(f);
	f->want = f->open.p[f->open.n - 1] == '{' ? KEY : VALUE;
}

/* False: this is no JSON. */
static bool
form_token(struct form *f, enum json_tok t, struct sp tok)
{
	if ((accepts[f->want] & (1u << t)) == 0)
		return (false);
	if (t == JSON_OBJECT_END || t == JSON_ARRAY_END)
		return (form_end(f, tok));
	if (t == JSON_COMMA) {
		form_comma(f, tok);
		return (true);
	}
	if (t == JSON_COLON) {
		cv_puts(f->out, CV_TEXT, ": ");
		f->want = VALUE;
		return (true);
	}
	if (f->want == KEY_OR_END || f->want == VALUE_OR_END)
		form_newline(f);
	if (f->want == KEY_OR_END || f->want == KEY) {
		form_string(f, CV_KEY, tok);
		f->want = COLON;
	} else if (t == JSON_OBJECT || t == JSON_ARRAY) {
		cv_put(f->out, CV_TEXT, tok);
		str_putc(&f->open, tok.p[0]);
		f->want = t == JSON_OBJECT ? KEY_OR_END : VALUE_OR_END;
	} else
		form_scalar(f, t, tok);
	return (true);
}

/* ")]}'" and a line end: keeps old browsers from running it as a script. */
static struct sp
without_guard(struct sp body, struct cv_out *o)
{
	struct sp	rest;

	if (!sp_starts(body, ")]}'"))
		return (body);
	cv_put(o, CV_COMMENT, sp_split(body, '\n', &rest));
	cv_newline(o);
	return (rest);
}

/* From here on it is not JSON; the reader sees what stands there. */
static void
form_rest(struct form *f, struct sp rest)
{
	if (f->out->open)
		cv_newline(f->out);
	while (rest.n != 0 && strchr(" \t\r\n", rest.p[0]) != NULL &&
	    rest.p[0] != '\0')
		rest = sp_skip(rest, 1);
	if (rest.n == 0)
		cv_puts(f->out, CV_ERROR, "(the JSON ends too early)");
	else
		cv_lines(f->out, CV_ERROR, rest);
}

int
cv_json_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	struct form	f = { .out = o, .want = TOP };
	enum json_tok	t;
	struct sp	tok;
	size_t		before;

	f.in.in = without_guard(in->body, o);
	str_init(&f.open, STR_MAX);
	do {
		before = f.in.at;
		t = json_next(&f.in, &tok);
		if (t == JSON_END && f.want == TOP)
			break;
		if (!form_token(&f, t, tok)) {
			if (before == 0) {
				str_fini(&f.open);
				return (fail(why, ERR_ARG, "not JSON"));
			}
			form_rest(&f, sp_skip(f.in.in, before));
			break;
		}
	} while (!o->cut);
	str_fini(&f.open);
	return (0);
}
