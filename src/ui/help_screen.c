/* Help of a screen, from the key table, and of the commands, from theirs. */
#include <stdio.h>
#include <string.h>

#include "dacache/ui/text_screen.h"
#include "internal.h"
#include "lists.h"

enum { LABEL_COLS = 20, KEYS_SIZE = 80 };

static void add_context(struct text_view *view, enum key_context context)
{
	size_t n;
	const struct key_binding *table = keys_table(&n);

	text_view_heading(view, keys_title(context));
	for (size_t i = 0; i < n; i++) {
		char keys[KEYS_SIZE];

		if (table[i].context != context || !table[i].help[0])
			continue;
		keys_of(context, table[i].action, keys, sizeof keys);
		text_view_pair(view, keys, ROLE_TEXT, table[i].help);
	}
}

static void add_commands(struct text_view *view)
{
	const struct command *table = command_table();

	text_view_heading(view, "Commands (after :)");
	for (int i = 0; i < COMMANDS; i++) {
		if (!(table[i].where & AT_PROMPT))
			continue;
		text_view_pairf(view, table[i].name, ROLE_TEXT, "%s%s%s", table[i].arguments,
				table[i].arguments[0] ? "  " : "", table[i].help);
	}
}

static void add_signs(struct text_view *view)
{
	text_view_heading(view, "Signs in the list");
	text_view_pair(view, ">", ROLE_TEXT, "the cursor; it follows the action, not the row");
	text_view_pair(view, "!", ROLE_TEXT, "calls for this action failed (column ERR)");
	text_view_pair(view, "*", ROLE_TEXT, "marked");
	text_view_pair(view, "draft", ROLE_TEXT, "a change was begun and is kept (:drafts)");
	text_view_pair(view, "140 of 140+", ROLE_TEXT,
		       "the tenant is being read, and did not tell yet how many there are");
	text_view_pair(view, "(tier)", ROLE_TEXT, "caching is off for this action");
	text_view_pair(view, "-", ROLE_TEXT, "nothing is known: no look-ups, no key, no TTL");
	text_view_pair(view, "Filter", ROLE_TEXT,
		       "words are ANDed, !word excludes, tier:high ttl:>300 key:crm err:>0 "
		       "enabled:no");
	text_view_pair(view, "LIVE 1s", ROLE_TEXT,
		       "moving data are drawn once a second; LIVE idle: nothing moves, and the "
		       "clock shows when the screen was drawn last");
}

void help_screen_open(struct ui *ui, const struct ui_screen *about)
{
	enum key_context contexts[KEY_CONTEXTS_MAX];
	size_t n = about && about->ops->contexts ? about->ops->contexts(about, contexts) : 0;
	char title[96];
	struct text_view *view;

	snprintf(title, sizeof title, "HELP  %s", about && about->name ? about->name : "");
	view = text_screen_open(ui, title, LABEL_COLS);
	if (!view)
		return;
	for (size_t i = 0; i < n; i++)
		add_context(view, contexts[i]);
	add_context(view, KEYS_GLOBAL);
	add_signs(view);
	add_commands(view);
}

void help_command_open(struct ui *ui, const struct command *command)
{
	struct text_view *view = text_screen_open(ui, "HELP  command", LABEL_COLS);

	if (!view)
		return;
	text_view_pairf(view, "command", ROLE_STRONG, ":%s %s", command->name, command->arguments);
	text_view_pair(view, "does", ROLE_TEXT, command->help);
	text_view_pair(view, "writes", ROLE_TEXT,
		       command->writes ? "yes: refused in a read-only session" : "no");
}
