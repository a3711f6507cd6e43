/*
 * GraphQL over JSON: the envelope without its query, then the query as the
 * text it is. A batch is shown one after the other.
 */
#include "cv/cv_views.h"
#include "cv/json.h"

/* The span of the value that follows, from its first byte to its last. */
static bool
value_span(struct json *j, enum json_tok *kind, struct sp *value)
{
	struct sp	tok;
	size_t		from;

	*kind = json_next(j, &tok);
	from = j->at - tok.n;
	if (!json_skip(j, *kind))
		return (false);
	*value = sp_cut(j->in, from, j->at - from);
	return (true);
}

/* Steps through the members of an object: 1 and one member, or 0. */
static int
member_next(struct json *j, struct sp *key, enum json_tok *kind,
    struct sp *value)
{
	struct sp	tok;
	enum json_tok	t = json_next(j, key);

	if (t == JSON_COMMA)
		t = json_next(j, key);
	if (t != JSON_STRING || json_next(j, &tok) != JSON_COLON)
		return (0);
	return (value_span(j, kind, value));
}

/* The query of one object; NUL span when it has none that is worth it. */
static struct sp
query_of(struct sp object)
{
	struct json	j = { .in = object };
	struct sp	key, value, tok;
	enum json_tok	kind;

	if (json_next(&j, &tok) != JSON_OBJECT)
		return (SPNIL);
	while (member_next(&j, &key, &kind, &value))
		if (sp_is(key, "\"query\"") && kind == JSON_STRING &&
		    sp_search(value, SP("\\n")) != -1)
			return (value);
	return (SPNIL);
}

/* The objects of a batch, or the one there is. */
static bool
object_next(struct json *j, struct sp *object)
{
	enum json_tok	kind;
	struct sp	tok;
	size_t		at = j->at;

	kind = json_next(j, &tok);
	if (kind != JSON_COMMA && !(kind == JSON_ARRAY && at == 0))
		j->at = at;
	return (value_span(j, &kind, object) && kind == JSON_OBJECT);
}

/* Above JSON, but only where a query of several lines is worth it. */
double
cv_graphql_priority(const struct cv_in *in)
{
	struct json	j = { .in = in->body };
	struct sp	object;

	if (!cv_type_in(in, "application/json"))
		return (0);
	/* Cheap for the usual: JSON that has no such word near its start. */
	if (sp_search(sp_cut(in->body, 0, 65536), SP("\"query\"")) == -1)
		return (0);
	return (object_next(&j, &object) && query_of(object).n != 0 ? 2 : 0);
}

static void
show_member(struct cv_out *o, struct sp key, enum json_tok kind,
    struct sp value)
{
	enum cv_style	style = kind == JSON_STRING ? CV_STRING :
	    kind == JSON_NUMBER ? CV_NUMBER : CV_TEXT;

	cv_indent(o, 4);
	cv_put(o, CV_KEY, key);
	cv_puts(o, CV_TEXT, ": ");
	if (sp_is(key, "\"query\""))
		cv_puts(o, CV_COMMENT, "...");
	else
		cv_put(o, style, value);
	cv_newline(o);
}

/* The query is text with line ends; in JSON nobody can read it. */
static void
show_operation(struct cv_out *o, struct sp object)
{
	struct json	j = { .in = object };
	struct sp	key, value, tok;
	enum json_tok	kind;
	struct str	query;

	(void)json_next(&j, &tok);
	cv_puts(o, CV_TEXT, "{");
	cv_newline(o);
	while (member_next(&j, &key, &kind, &value))
		show_member(o, key, kind, value);
	cv_puts(o, CV_TEXT, "}");
	cv_newline(o);
	cv_puts(o, CV_COMMENT, "---");
	cv_newline(o);
	str_init(&query, STR_MAX);
	json_unquote(&query, query_of(object));
	cv_lines(o, CV_TEXT, str_sp(&query));
	str_fini(&query);
}

int
cv_graphql_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	struct json	j = { .in = in->body };
	struct sp	object;
	size_t		n = 0;
	bool		batch = cv_first_byte(in->body) == '[';

	while (!o->cut && object_next(&j, &object)) {
		if (batch) {
			cv_printf(o, CV_COMMENT, "--- %zu", ++n);
			cv_newline(o);
		} else
			n++;
		show_operation(o, object);
	}
	if (n == 0)
		return (fail(why, ERR_ARG, "no GraphQL operation in it"));
	return (0);
}
