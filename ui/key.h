/*
 * key - what the keyboard and the mouse say: bytes of the terminal in,
 * keys out; keys to and from their names ("ctrl l", "shift tab", "f1").
 *
 * Reads the sequences of xterm and its kin, of the Linux console and of
 * rxvt, so no terminal description is asked. Pasted text (bracketed paste)
 * is one key with a text, never keys. Pure; main thread.
 */
#ifndef UI_KEY_H
#define UI_KEY_H

#include "base/base.h"
#include "base/str.h"

/* Keys that are not characters; above all code points. */
enum key_code {
	K_NONE = 0, K_UP = 0x110000, K_DOWN, K_LEFT, K_RIGHT, K_HOME, K_END,
	K_PAGEUP, K_PAGEDOWN, K_INSERT, K_DELETE, K_BACKSPACE, K_ENTER,
	K_TAB, K_ESC, K_F1, K_F12 = K_F1 + 11, K_MOUSE, K_PASTE
};

#define KM_SHIFT	1u
#define KM_META		2u
#define KM_CTRL		4u

struct key {
	uint32_t	 code;		/* a code point or enum key_code */
	unsigned	 mods;		/* KM_ */
	/* K_MOUSE: 0 left, 1 middle, 2 right, 64 wheel up, 65 down; cells
	 * from 0. */
	int		 button, x, y;
	bool		 release, drag;
	struct sp	 text;		/* K_PASTE: until the next call */
};

/* Collects bytes until they are a key. */
struct keyin {
	struct str	 buf;
	size_t		 at;		/* private: bytes used up */
	struct str	 paste;
	bool		 pasting;	/* private */
};

void	 keyin_init(struct keyin *);
void	 keyin_fini(struct keyin *);
void	 keyin_feed(struct keyin *, struct sp);
/* The next key, or false. With flush what stands there is all that will
 * come: a lone ESC is the key then. */
bool	 keyin_next(struct keyin *, bool flush, struct key *);
/* True when bytes wait that may be the front of a longer sequence. */
bool	 keyin_waits(const struct keyin *);

/* "ctrl l"; false when it is no key's name. Some other spellings are
 * known: "pageup", "return", "C-l". */
bool	 key_parse(struct sp, struct key *);
void	 key_name(const struct key *, struct str *);
bool	 key_eq(const struct key *, const struct key *);
/* A printable character without ctrl and meta. */
bool	 key_is_text(const struct key *);

#endif
