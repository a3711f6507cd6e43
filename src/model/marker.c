#include "model/marker.h"

static const struct {
	const char	*name, *text;
} markers[] = {
#define MARKER(name, text) { name, text },
#include "model/marker.def"
#undef MARKER
};

const char *
marker_at(unsigned i)
{
	return (i < nitems(markers) ? markers[i].name : NULL);
}

const char *
marker_text(const char *mark)
{
	struct sp	name = sp_of(mark);
	size_t		lo = 0, hi = nitems(markers), mid;
	int		c;

	if (name.n < 3 || name.p[0] != ':' || name.p[name.n - 1] != ':')
		return (NULL);
	name = sp_cut(name, 1, name.n - 2);
	while (lo < hi) {
		mid = (lo + hi) / 2;
		c = sp_cmp(name, sp_of(markers[mid].name));
		if (c == 0)
			return (markers[mid].text);
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return (NULL);
}
