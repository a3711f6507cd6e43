#include "proxy/errpage.h"

static void
put_escaped(struct str *s, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '<')
			str_puts(s, "&lt;");
		else if (*text == '>')
			str_puts(s, "&gt;");
		else if (*text == '&')
			str_puts(s, "&amp;");
		else if (*text == '"')
			str_puts(s, "&quot;");
		else
			str_putc(s, *text);
	}
}

struct msg *
errpage(int status, const char *text)
{
	const char	*phrase = head_phrase(status);
	struct str	 s;
	struct msg	*m;

	str_init(&s, 8192);
	str_printf(&s, "<html>\n<head>\n<title>%d %s</title>\n</head>\n"
	    "<body>\n<h1>%d %s</h1>\n<p>", status, phrase, status, phrase);
	put_escaped(&s, text);
	str_puts(&s, "</p>\n</body>\n</html>\n");
	m = msg_response(status, SP("text/html; charset=utf-8"), str_sp(&s));
	head_add(m->head, SP("Server"), SP("weir"));
	head_add(m->head, SP("Connection"), SP("close"));
	str_fini(&s);
	return (m);
}
