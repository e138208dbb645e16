/* Keys, what they do, and the one table of them (keys.def), which serves
 * dispatch, the key bar, help and the man page. */
#ifndef DACACHE_UI_KEYS_H
#define DACACHE_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"

#define K_CTRL(c) ((uint32_t)(c)&0x1fU)

/* A character stands for itself; the others begin past Unicode. */
enum {
	K_NONE = 0,
	K_TAB = '\t',
	K_ENTER = '\r', /* LF and the keypad's Enter come as this */
	K_ESC = 27,
	K_SPECIAL = 0x200000,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_PGUP,
	K_PGDN,
	K_HOME,
	K_END,
	K_BACKSPACE, /* DEL and Ctrl-H come as this */
	K_DELETE,
	K_INSERT,
	K_BACKTAB,
	K_F1,
	K_F2,
	K_F3,
	K_F4,
	K_F5,
	K_F6,
	K_F7,
	K_F8,
	K_F9,
	K_F10,
	K_F11,
	K_F12
};

struct key {
	uint32_t code;
	bool pasted; /* from a bracketed paste: text, never a command */
};

/* A character that a field takes: no control, no special key. */
bool keys_is_text(const struct key *key);

/* Where a key counts: a screen asks several contexts in turn, the most special
 * first; GLOBAL is always the last. */
enum key_context {
#define CONTEXT(id, title) KEYS_##id,
#include "dacache/ui/contexts.def"
#undef CONTEXT
	KEY_CONTEXTS
};

enum { KEY_CONTEXTS_MAX = 5 }; /* of one screen, without GLOBAL */

/* What a key asks for; a screen's action function takes it. */
enum key_action {
	ACT_NONE,
#define ACTION(id) ACT_##id,
#include "dacache/ui/actions.def"
#undef ACTION
	KEY_ACTIONS
};

struct key_binding {
	enum key_context context;
	uint32_t code;
	enum key_action action;
	const char *shown; /* "" : keys_name(code) */
	const char *label; /* for the key bar; "": not in the bar */
	const char *help;  /* one line; "": named together with the same action above */
};

const struct key_binding *keys_table(size_t *n);
const char *keys_title(enum key_context context);
/* The action of a key, asking the contexts in turn and GLOBAL last. ACT_NONE. */
enum key_action keys_find(const enum key_context *contexts, size_t n, uint32_t code);
/* "F2", "Ctrl-L", "PgDn", "j", "Space". out takes 16 bytes. */
void keys_name(uint32_t code, char out[16]);
/* All keys of an action within its context, "j Down". */
void keys_of(enum key_context context, enum key_action action, char *out, size_t size);

#endif
