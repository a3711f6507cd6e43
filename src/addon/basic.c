#include "addon/basic.h"

#include "base/base64.h"

void
basic_put(struct str *out, struct sp login)
{
	str_puts(out, "Basic ");
	base64_put(out, login);
}

int
basic_get(struct sp value, struct str *login)
{
	struct sp	token, scheme;

	scheme = sp_split(sp_trim(value), ' ', &token);
	if (!sp_iis(scheme, "basic") ||
	    base64_get(sp_trim(token), 0, login) == -1)
		return (-1);
	return (sp_find(str_sp(login), ':') != -1 ? 0 : -1);
}

bool
basic_eq(struct sp a, struct sp b)
{
	unsigned char	differ = a.n != b.n;

	for (size_t i = 0; i < a.n && b.n > 0; i++)
		differ |= a.p[i] ^ b.p[i % b.n];
	return (differ == 0);
}
