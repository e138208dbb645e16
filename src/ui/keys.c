/* The key table and the names of keys. */
#include "dacache/ui/keys.h"

#include <stdio.h>
#include <string.h>

static const struct key_binding bindings[] = {
#define KEY(where, code, action, shown, label, help)                                               \
	{KEYS_##where, code, ACT_##action, shown, label, help},
#include "dacache/ui/keys.def"
#undef KEY
};

static const char *const titles[KEY_CONTEXTS] = {
#define CONTEXT(id, title) title,
#include "dacache/ui/contexts.def"
#undef CONTEXT
};

enum { BINDINGS = sizeof bindings / sizeof bindings[0] };

bool keys_is_text(const struct key *key)
{
	return key->code >= 0x20 && key->code < K_SPECIAL &&
	       !(key->code >= 0x7f && key->code < 0xa0);
}

const struct key_binding *keys_table(size_t *n)
{
	*n = BINDINGS;
	return bindings;
}

const char *keys_title(enum key_context context)
{
	return titles[context];
}

static enum key_action find_in(enum key_context context, uint32_t code)
{
	for (size_t i = 0; i < BINDINGS; i++)
		if (bindings[i].context == context && bindings[i].code == code)
			return bindings[i].action;
	return ACT_NONE;
}

enum key_action keys_find(const enum key_context *contexts, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n; i++) {
		enum key_action action = find_in(contexts[i], code);
		if (action)
			return action;
	}
	return find_in(KEYS_GLOBAL, code);
}

static const struct {
	uint32_t code;
	const char *name;
} names[] = {
	{' ', "Space"},    {K_TAB, "Tab"},    {K_ENTER, "Enter"},   {K_ESC, "Esc"},
	{K_UP, "Up"},      {K_DOWN, "Down"},  {K_LEFT, "Left"},     {K_RIGHT, "Right"},
	{K_PGUP, "PgUp"},  {K_PGDN, "PgDn"},  {K_HOME, "Home"},     {K_END, "End"},
	{K_DELETE, "Del"}, {K_INSERT, "Ins"}, {K_BACKTAB, "S-Tab"}, {K_BACKSPACE, "Bksp"},
};

void keys_name(uint32_t code, char out[16])
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (names[i].code == code) {
			snprintf(out, 16, "%s", names[i].name);
			return;
		}
	}
	if (code >= K_F1 && code <= K_F12)
		snprintf(out, 16, "F%u", (unsigned)(code - K_F1 + 1));
	else if (code < 0x20)
		snprintf(out, 16, "Ctrl-%c", (char)(code + 0x40));
	else if (code < 0x7f)
		snprintf(out, 16, "%c", (char)code);
	else
		snprintf(out, 16, "U+%04X", (unsigned)code);
}

void keys_of(enum key_context context, enum key_action action, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < BINDINGS; i++) {
		char name[16];
		int n;

		if (bindings[i].context != context || bindings[i].action != action)
			continue;
		keys_name(bindings[i].code, name);
		n = snprintf(out + used, size - used, "%s%s", used ? " " : "", name);
		if (n < 0 || (size_t)n >= size - used)
			return;
		used += (size_t)n;
	}
}
