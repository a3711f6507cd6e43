#include "ui/key.h"

#include "base/utf8.h"

#define KEYIN_MAX	4096		/* bytes of one sequence at most */
#define PASTE_MAX	(1u << 20)	/* bytes of one paste kept */

static const struct {
	const char	*name;
	uint32_t	 code;
} key_names[] = {
	{ "up", K_UP }, { "down", K_DOWN }, { "left", K_LEFT },
	{ "right", K_RIGHT }, { "home", K_HOME }, { "end", K_END },
	{ "page up", K_PAGEUP }, { "page down", K_PAGEDOWN },
	{ "insert", K_INSERT }, { "delete", K_DELETE },
	{ "backspace", K_BACKSPACE }, { "enter", K_ENTER },
	{ "tab", K_TAB }, { "esc", K_ESC }, { "space", ' ' },
	/* other spellings */
	{ "pageup", K_PAGEUP }, { "pagedown", K_PAGEDOWN },
	{ "pgup", K_PAGEUP }, { "pgdn", K_PAGEDOWN },
	{ "escape", K_ESC }, { "return", K_ENTER }, { "del", K_DELETE },
};

/* CSI and SS3 sequences by their last byte ... */
static const struct {
	char		last;
	uint32_t	code;
} key_finals[] = {
	{ 'A', K_UP }, { 'B', K_DOWN }, { 'C', K_RIGHT }, { 'D', K_LEFT },
	{ 'H', K_HOME }, { 'F', K_END }, { 'P', K_F1 }, { 'Q', K_F1 + 1 },
	{ 'R', K_F1 + 2 }, { 'S', K_F1 + 3 }, { 'M', K_ENTER },
};

/* ... and "CSI number ~". */
static const uint32_t key_numbers[] = {
	[1] = K_HOME, [2] = K_INSERT, [3] = K_DELETE, [4] = K_END,
	[5] = K_PAGEUP, [6] = K_PAGEDOWN, [7] = K_HOME, [8] = K_END,
	[11] = K_F1, K_F1 + 1, K_F1 + 2, K_F1 + 3, K_F1 + 4,
	[17] = K_F1 + 5, K_F1 + 6, K_F1 + 7, K_F1 + 8, K_F1 + 9,
	[23] = K_F1 + 10, K_F1 + 11,
};

void
keyin_init(struct keyin *in)
{
	memset(in, 0, sizeof(*in));
	str_init(&in->buf, STR_MAX);
	str_init(&in->paste, PASTE_MAX);
}

void
keyin_fini(struct keyin *in)
{
	str_fini(&in->buf);
	str_fini(&in->paste);
}

void
keyin_feed(struct keyin *in, struct sp s)
{
	struct sp	left;

	if (in->at != 0) {
		left = sp_skip(str_sp(&in->buf), in->at);
		if (left.n != 0)
			memmove(in->buf.p, left.p, left.n);
		str_cut(&in->buf, left.n);
		in->at = 0;
	}
	str_add(&in->buf, s);
}

bool
keyin_waits(const struct keyin *in)
{
	return (in->at < in->buf.n);
}

static void
key_set(struct key *k, uint32_t code, unsigned mods)
{
	memset(k, 0, sizeof(*k));
	k->code = code;
	k->mods = mods;
}

/* Up to four numbers of "12;5;3"; returns how many. */
static size_t
csi_numbers(struct sp s, unsigned v[4])
{
	size_t	i, n = 0;

	memset(v, 0, 4 * sizeof(v[0]));
	for (i = 0; i < s.n && n < 4; i++)
		if (s.p[i] == ';')
			n++;
		else if (s.p[i] >= '0' && s.p[i] <= '9' && v[n] < 100000)
			v[n] = v[n] * 10 + (unsigned)(s.p[i] - '0');
	return (s.n == 0 ? 0 : n < 4 ? n + 1 : 4);
}

/* xterm: 1 + (1 shift, 2 alt, 4 ctrl). */
static unsigned
csi_mods(unsigned m)
{
	return (m >= 2 && m <= 16 ? (m - 1) & 7 : 0);
}

static void
mouse_set(struct key *k, unsigned b, unsigned x, unsigned y, bool release)
{
	key_set(k, K_MOUSE, 0);
	k->drag = (b & 32) != 0;
	k->mods = (b & 4 ? KM_SHIFT : 0) | (b & 8 ? KM_META : 0) |
	    (b & 16 ? KM_CTRL : 0);
	k->button = (int)(b & ~60u);
	k->x = x > 0 ? (int)x - 1 : 0;
	k->y = y > 0 ? (int)y - 1 : 0;
	k->release = release;
}

static void
csi_key(struct sp args, unsigned char last, struct key *k)
{
	unsigned	v[4];
	size_t		n, i;

	key_set(k, K_NONE, 0);
	if (args.n > 0 && args.p[0] == '<') {
		(void)csi_numbers(sp_skip(args, 1), v);
		mouse_set(k, v[0], v[1], v[2], last == 'm');
		return;
	}
	n = csi_numbers(args, v);
	if (last == 'Z') {
		key_set(k, K_TAB, KM_SHIFT);
		return;
	}
	if (last == '~') {
		if (v[0] < nitems(key_numbers))
			key_set(k, key_numbers[v[0]], csi_mods(v[1]));
		return;
	}
	/* CSI code;mods u: what some terminals send for odd combinations. */
	if (last == 'u' && v[0] >= ' ' && v[0] < 0x110000) {
		key_set(k, v[0], csi_mods(v[1]));
		return;
	}
	for (i = 0; i < nitems(key_finals); i++)
		if (key_finals[i].last == (char)last)
			key_set(k, key_finals[i].code,
			    n > 1 ? csi_mods(v[1]) : 0);
}

/*
 * ESC [ arguments final. Returns the bytes of the sequence (s begins after
 * the ESC), 0 when it is not whole yet.
 */
static size_t
csi_take(struct sp s, struct key *k)
{
	size_t	i;

	if (s.n >= 2 && s.p[1] == 'M') {	/* X10 mouse: three bytes */
		if (s.n < 5)
			return (0);
		mouse_set(k, s.p[2] - 32u, s.p[3] - 32u, s.p[4] - 32u,
		    ((s.p[2] - 32u) & 3) == 3 && s.p[2] < 96);
		return (5);
	}
	if (s.n >= 2 && s.p[1] == '[') {	/* Linux: ESC [ [ A is F1 */
		if (s.n < 3)
			return (0);
		key_set(k, s.p[2] >= 'A' && s.p[2] <= 'E' ?
		    K_F1 + s.p[2] - 'A' : K_NONE, 0);
		return (3);
	}
	for (i = 1; i < s.n; i++)
		if (s.p[i] >= 0x40 && s.p[i] <= 0x7e) {
			csi_key(sp_cut(s, 1, i - 1), s.p[i], k);
			return (i + 1);
		} else if (s.p[i] < 0x20)
			break;
	if (i < s.n || i > KEYIN_MAX) {
		key_set(k, K_NONE, 0);
		return (i);
	}
	return (0);
}

static size_t
char_take(struct sp s, bool flush, struct key *k)
{
	uint32_t	cp;
	size_t		n, want;

	if (s.p[0] < 0x20 || s.p[0] == 0x7f) {
		switch (s.p[0]) {
		case '\t':
			key_set(k, K_TAB, 0);
			break;
		case '\r':
		case '\n':
			key_set(k, K_ENTER, 0);
			break;
		case 0x08:
		case 0x7f:
			key_set(k, K_BACKSPACE, 0);
			break;
		case 0x1b:
			key_set(k, K_ESC, 0);
			break;
		case 0:
			key_set(k, ' ', KM_CTRL);
			break;
		default:
			key_set(k, (s.p[0] | 0x40u) < 'A' + 26u ?
			    s.p[0] | 0x60u : s.p[0] | 0x40u, KM_CTRL);
		}
		return (1);
	}
	n = utf8_decode(s, &cp);
	if (n == 0) {
		want = s.p[0] >= 0xf0 ? 4 : s.p[0] >= 0xe0 ? 3 : 2;
		if (s.p[0] >= 0xc2 && s.n < want && !flush)
			return (0);
		key_set(k, K_NONE, 0);
		return (1);
	}
	key_set(k, cp, 0);
	return (n);
}

static size_t
esc_take(struct sp s, bool flush, struct key *k)
{
	struct sp	rest = sp_skip(s, 1);
	size_t		n;

	if (rest.n == 0) {
		if (!flush)
			return (0);
		key_set(k, K_ESC, 0);
		return (1);
	}
	if (rest.p[0] == '[' && (rest.n > 1 || !flush)) {
		n = csi_take(rest, k);
		if (n != 0 || !flush)
			return (n != 0 ? n + 1 : 0);
		key_set(k, K_NONE, 0);		/* torn: not to be typed */
		return (s.n);
	}
	if (rest.p[0] == 'O' && (rest.n > 1 || !flush)) {
		if (rest.n < 2)
			return (0);
		csi_key(SPNIL, rest.p[1], k);
		return (3);
	}
	if (rest.p[0] == 0x1b) {	/* ESC, then something of its own */
		key_set(k, K_ESC, 0);
		return (1);
	}
	n = char_take(rest, flush, k);
	if (n == 0)
		return (0);
	k->mods |= KM_META;
	return (n + 1);
}

/* Takes pasted bytes up to the end mark; true when it was there. */
static bool
paste_take(struct keyin *in)
{
	static const char	mark[] = "\033[201~";
	struct sp		s = sp_skip(str_sp(&in->buf), in->at);
	ssize_t			end = sp_search(s, sp_of(mark));
	size_t			keep;

	if (end != -1) {
		str_add(&in->paste, sp_cut(s, 0, (size_t)end));
		in->at += (size_t)end + sizeof(mark) - 1;
		in->pasting = false;
		return (true);
	}
	/* The last bytes may be the front of the mark. */
	keep = s.n < sizeof(mark) - 2 ? s.n : sizeof(mark) - 2;
	str_add(&in->paste, sp_cut(s, 0, s.n - keep));
	in->at += s.n - keep;
	return (false);
}

static bool
paste_next(struct keyin *in, struct key *k)
{
	if (!paste_take(in))
		return (false);
	key_set(k, K_PASTE, 0);
	k->text = str_sp(&in->paste);
	return (true);
}

bool
keyin_next(struct keyin *in, bool flush, struct key *k)
{
	struct sp	s;
	size_t		n;

	for (;;) {
		if (in->pasting)
			return (paste_next(in, k));
		s = sp_skip(str_sp(&in->buf), in->at);
		if (s.n == 0)
			return (false);
		if (sp_starts(s, "\033[200~")) {
			in->at += 6;
			in->pasting = true;
			str_clear(&in->paste);
			continue;
		}
		n = s.p[0] == 0x1b ? esc_take(s, flush, k) :
		    char_take(s, flush, k);
		if (n == 0)
			return (false);
		in->at += n;
		if (k->code != K_NONE)
			return (true);
	}
}

/* Takes "ctrl " and its kind off the front of a name. */
static bool
mod_take(struct sp *s, unsigned *mods)
{
	static const struct {
		const char	*word;
		unsigned	 mod;
	} words[] = {
		{ "ctrl ", KM_CTRL }, { "meta ", KM_META },
		{ "alt ", KM_META }, { "shift ", KM_SHIFT },
		{ "C-", KM_CTRL }, { "M-", KM_META }, { "S-", KM_SHIFT },
	};
	size_t	i;

	for (i = 0; i < nitems(words); i++)
		if (sp_starts(*s, words[i].word) &&
		    s->n > strlen(words[i].word)) {
			*s = sp_skip(*s, strlen(words[i].word));
			*mods |= words[i].mod;
			return (true);
		}
	return (false);
}

bool
key_parse(struct sp s, struct key *k)
{
	unsigned	mods = 0;
	uint32_t	cp;
	uint64_t	f;
	size_t		i;

	while (mod_take(&s, &mods))
		;
	for (i = 0; i < nitems(key_names); i++)
		if (sp_iis(s, key_names[i].name)) {
			key_set(k, key_names[i].code, mods);
			return (true);
		}
	if (s.n > 1 && (s.p[0] | 0x20) == 'f' &&
	    sp_u64(sp_skip(s, 1), &f) == 0 && f >= 1 && f <= 12) {
		key_set(k, (uint32_t)(K_F1 + f - 1), mods);
		return (true);
	}
	if (s.n == 0 || utf8_decode(s, &cp) != s.n || !utf8_printable(cp))
		return (false);
	if ((mods & KM_CTRL) && cp >= 'A' && cp <= 'Z')
		cp += 'a' - 'A';
	key_set(k, cp, mods);
	return (true);
}

void
key_name(const struct key *k, struct str *out)
{
	char	b[4];
	size_t	i;

	if (k->mods & KM_SHIFT)
		str_puts(out, "shift ");
	if (k->mods & KM_META)
		str_puts(out, "meta ");
	if (k->mods & KM_CTRL)
		str_puts(out, "ctrl ");
	for (i = 0; i < nitems(key_names); i++)
		if (key_names[i].code == k->code) {
			str_puts(out, key_names[i].name);
			return;
		}
	if (k->code >= K_F1 && k->code <= K_F12)
		str_printf(out, "f%u", (unsigned)(k->code - K_F1 + 1));
	else
		str_add(out, sp_mem(b, utf8_encode(k->code, b)));
}

bool
key_eq(const struct key *a, const struct key *b)
{
	return (a->code == b->code && a->mods == b->mods);
}

bool
key_is_text(const struct key *k)
{
	return ((k->mods & (KM_CTRL | KM_META)) == 0 && k->code < K_UP &&
	    utf8_printable(k->code));
}
