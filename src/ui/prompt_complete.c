/* What Tab offers: commands, their words, ids and names of actions, event types.
 * readline's generator has no argument: `offered` is what it hands out. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <readline/readline.h>

#include "dacache/app/command.h"
#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "internal.h"
#include "prompt_internal.h"

enum { OFFERS_MAX = 2000 };

struct offers {
	struct vec words; /* char *, each for readline to free */
	const char *text; /* what they must begin with */
	size_t next;
};

static struct offers *offered;

/* A word with blanks is offered in quotes, unless one is open already. */
static void offer(struct offers *offers, const char *word)
{
	bool bare = !strchr(word, ' ') || rl_completion_quote_character;
	size_t size = strlen(word) + 3;
	char *copy;

	if (strncasecmp(word, offers->text, strlen(offers->text)) != 0 ||
	    offers->words.len >= OFFERS_MAX)
		return;
	copy = malloc(size);
	if (!copy)
		return;
	snprintf(copy, size, bare ? "%s" : "\"%s\"", word);
	if (vec_push(&offers->words, &copy) != ERR_OK)
		free(copy);
}

static void offer_all(struct offers *offers, const char *const *words)
{
	for (; *words; words++)
		offer(offers, *words);
}

static void offer_commands(struct offers *offers)
{
	const struct command *table = command_table();

	for (int i = 0; i < COMMANDS; i++)
		if (table[i].where & AT_PROMPT)
			offer(offers, table[i].name);
}

static void offer_actions(struct offers *offers, struct ui *ui)
{
	struct index_view *all;

	if (index_view_new(session_index(ui->session), &all) != ERR_OK)
		return;
	index_view_refresh(all);
	for (size_t i = 0; i < index_view_len(all); i++) {
		const struct index_row *row = index_view_row(all, i);
		if (!row)
			continue;
		offer(offers, row->name);
		if (offers->text[0])
			offer(offers, row->id);
	}
	index_view_free(&all);
}

static void offer_columns(struct offers *offers)
{
	for (int i = 0; i < INDEX_COLUMNS; i++)
		offer(offers, index_column_name((enum index_column)i));
	offer(offers, "reverse");
}

static void offer_events(struct offers *offers, struct ui *ui)
{
	struct local_settings local;
	struct err err;

	local_settings_init(&local);
	if (session_local_load(ui->session, ui_selected(ui), &local, &err) == ERR_OK)
		for (size_t i = 0; i < local.directives.len; i++)
			offer(offers, local.directives.items[i].event_type);
	local_settings_clear(&local);
}

static void offer_sim(struct offers *offers, struct ui *ui, char **words, int n)
{
	static const char *const first[] = {"touch", "throttle", "drop", "expire", "reset", NULL};
	static const char *const drops[] = {"before", "after", NULL};

	if (n == 1)
		offer_all(offers, first);
	else if (n == 2 && strcmp(words[1], "touch") == 0)
		offer_actions(offers, ui);
	else if (n == 2 && strcmp(words[1], "drop") == 0)
		offer_all(offers, drops);
}

static void offer_changes(struct offers *offers)
{
	static const char *const words[] = {"marked",
					    "filtered",
					    "all",
					    "tier=default",
					    "tier=high_priority",
					    "tier=static_reference",
					    "ttl=",
					    "key=s/",
					    "payload_kb=",
					    "enable",
					    "disable",
					    NULL};

	offer_all(offers, words);
}

static void offer_words(struct offers *offers, struct ui *ui, enum command_id id)
{
	static const char *const panes[] = {"actions", "detail", "live", "audit", "requests", NULL};
	static const char *const scopes[] = {"all", "this", NULL};
	static const char *const marks[] = {"all", "none", NULL};
	static const char *const copies[] = {"curl", "key", "id", "etag", NULL};
	static const char *const watches[] = {"off", NULL};
	static const char *const windows[] = {"wider", "narrower", "1m", "2m", "5m",  "10m", "15m",
					      "30m",   "1h",       "3h", "6h", "12h", "24h", NULL};

	switch (id) {
	case COMMAND_OPEN:
	case COMMAND_EDIT:
	case COMMAND_DISCARD:
		offer_actions(offers, ui);
		break;
	case COMMAND_PANE:
		offer_all(offers, panes);
		break;
	case COMMAND_ERRORS:
	case COMMAND_AUDIT:
		offer_all(offers, scopes);
		break;
	case COMMAND_MARK:
		offer_all(offers, marks);
		break;
	case COMMAND_COPY:
		offer_all(offers, copies);
		break;
	case COMMAND_WINDOW:
		offer_all(offers, windows);
		break;
	case COMMAND_WATCH:
		offer_all(offers, watches);
		break;
	case COMMAND_SORT:
		offer_columns(offers);
		break;
	case COMMAND_FIRE_NOW:
		offer_events(offers, ui);
		break;
	case COMMAND_HELP:
		offer_commands(offers);
		break;
	default:
		break;
	}
}

static void offer_filter(struct offers *offers)
{
	static const char *const words[] = {"tier:default",
					    "tier:high_priority",
					    "tier:static_reference",
					    "tier:custom",
					    "ttl:",
					    "key:",
					    "key:none",
					    "err:",
					    "cat:",
					    "id:",
					    "enabled:yes",
					    "enabled:no",
					    NULL};

	offer_all(offers, words);
}

/* Files are readline's own to offer. */
static bool takes_file(char **words, int n)
{
	const struct command *command;
	struct err err;

	if (n != 1 || command_find(words[0], AT_PROMPT, &command, &err) != ERR_OK)
		return false;
	return command->id == COMMAND_PLAN_NOW || command->id == COMMAND_HAR ||
	       command->id == COMMAND_BUNDLE;
}

static void offer_for_command(struct offers *offers, struct ui *ui, char **words, int n)
{
	const struct command *command;
	struct err err;

	if (n == 0)
		offer_commands(offers);
	else if (command_find(words[0], AT_PROMPT, &command, &err) != ERR_OK)
		return;
	else if (command->id == COMMAND_SIM)
		offer_sim(offers, ui, words, n);
	else if (command->id == COMMAND_FILTER)
		offer_filter(offers);
	else if (command->id == COMMAND_SET_MANY)
		offer_changes(offers);
	else if (n == 1 || command->id == COMMAND_SORT)
		offer_words(offers, ui, command->id);
}

static char *generate(const char *text, int state)
{
	(void)text;
	if (state == 0)
		offered->next = 0;
	if (offered->next >= offered->words.len)
		return NULL;
	return *(char **)vec_at(&offered->words, offered->next++);
}

char **prompt_complete(struct prompt *prompt, const char *text, int start, int end)
{
	struct offers offers = {.text = text};
	char *before = strndup(rl_line_buffer, (size_t)start);
	char **words = NULL;
	char **matches = NULL;
	int n = 0;
	bool files = false;
	struct err err;

	(void)end;
	vec_init(&offers.words, sizeof(char *));
	/* An open quote belongs to the word that is being completed. */
	if (before && start > 0 && rl_completion_quote_character)
		before[start - 1] = '\0';
	if (prompt->request.kind == PROMPT_FILTER)
		offer_filter(&offers);
	else if (prompt->request.kind == PROMPT_COMMAND && before &&
		 command_split(before, &words, &n, &err) == ERR_OK) {
		files = takes_file(words, n);
		offer_for_command(&offers, prompt->ui, words, n);
	}
	offered = &offers;
	rl_filename_completion_desired = files;
	if (files)
		matches = rl_completion_matches(text, rl_filename_completion_function);
	else if (offers.words.len > 0)
		matches = rl_completion_matches(text, generate);
	/* A word that ends in a colon goes on. */
	rl_completion_append_character = prompt->request.kind == PROMPT_FILTER ? '\0' : ' ';
	offered = NULL;
	vec_free(&offers.words);
	free(words);
	free(before);
	return matches;
}
