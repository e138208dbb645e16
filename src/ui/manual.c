/* Prints dacache-keys(7) from the tables of keys and of commands; run by make. */
#include <stdio.h>

#include "dacache/app/command.h"
#include "dacache/ui/keys.h"

enum { KEYS_SIZE = 128 };

/* Text for roff: hyphens and backslashes as they are, no requests at a line's
 * beginning. */
static void put(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text; text++) {
		if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '\\')
			fputs("\\e", stdout);
		else
			putchar(*text);
	}
}

static void put_entry(const char *term, const char *text)
{
	fputs(".TP\n\\fB", stdout);
	put(term);
	fputs("\\fR\n", stdout);
	put(text);
	putchar('\n');
}

static void put_context(enum key_context context)
{
	size_t n;
	const struct key_binding *table = keys_table(&n);

	printf(".SS %s\n", keys_title(context));
	for (size_t i = 0; i < n; i++) {
		char keys[KEYS_SIZE];

		if (table[i].context != context || !table[i].help[0])
			continue;
		keys_of(context, table[i].action, keys, sizeof keys);
		put_entry(keys, table[i].help);
	}
}

static bool has_keys(enum key_context context)
{
	size_t n;
	const struct key_binding *table = keys_table(&n);

	for (size_t i = 0; i < n; i++)
		if (table[i].context == context && table[i].help[0])
			return true;
	return false;
}

static void put_commands(void)
{
	const struct command *table = command_table();

	puts(".SH COMMANDS\nAfter a colon; a beginning that fits one command alone will do.");
	for (int i = 0; i < COMMANDS; i++) {
		char term[KEYS_SIZE];

		if (!(table[i].where & AT_PROMPT))
			continue;
		snprintf(term, sizeof term, ":%s %s", table[i].name, table[i].arguments);
		put_entry(term, table[i].help);
	}
}

int main(void)
{
	puts(".TH DACACHE\\-KEYS 7 \"\" \"dacache " DACACHE_VERSION "\"\n"
	     ".SH NAME\ndacache\\-keys \\- keys and commands of dacache's screens\n"
	     ".SH KEYS");
	for (int i = 0; i < KEY_CONTEXTS; i++)
		if (has_keys((enum key_context)i))
			put_context((enum key_context)i);
	put_commands();
	puts(".SH SEE ALSO\n.BR dacache (1)");
	return ferror(stdout) || fclose(stdout) != 0;
}
