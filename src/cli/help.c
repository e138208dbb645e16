#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

enum { WIDTH = 79, INDENT = 12 };

static const char usage[] =
	"dacache: the cache settings of NICE CXone Data Actions\n"
	"\n"
	"  dacache [OPTIONS]                the screen\n"
	"  dacache [OPTIONS] COMMAND ...    one command\n"
	"\n"
	"Options:\n"
	"  --profile NAME    a profile of config.ini\n"
	"  --url URL         base URL of the tenant\n"
	"  --demo            a simulated tenant, no account needed\n"
	"  --read-only       refuse every change\n"
	"  --feed FILE       look-ups as JSON lines: a file, a FIFO, unix:SOCKET,\n"
	"                    or - (standard input)\n"
	"  --replay FILE     look at a bundle, without network: nothing is sent or changed\n"
	"  --theme NAME      auto, dark, light, mono\n"
	"  --no-color        no colours (also by NO_COLOR)\n"
	"  --no-mouse        leave the mouse to the terminal\n"
	"  -h, --help        this text; after a command: that command's\n"
	"  -V, --version     the version\n"
	"\n"
	"Commands:\n";

static const char ending[] =
	"\n"
	"Environment: CXONE_CLIENT_ID, CXONE_CLIENT_SECRET, CXONE_BASE_URL,\n"
	"CXONE_DATA_ACTION_ID, NO_COLOR. A flag beats the environment, which beats the\n"
	"profile, which beats the default.\n"
	"\n"
	"Exit: 0 done or unchanged, 1 failed, 2 usage, 3 refused by validation,\n"
	"4 conflict, 5 rate limited, 6 not authorised, 7 not found, 8 network or TLS,\n"
	"9 outcome unknown.\n";

/* Words, wrapped at 79 columns; `column` stands where the first one begins. */
static void print_wrapped(const char *text, int column, int indent)
{
	bool at_start = true;

	while (*text) {
		int len = (int)strcspn(text, " ");

		if (!at_start && column + 1 + len > WIDTH) {
			column = printf("\n%*s", indent, "") - 1;
			at_start = true;
		}
		column += printf("%s%.*s", at_start ? "" : " ", len, text);
		at_start = false;
		text += len + (text[len] == ' ');
	}
	putchar('\n');
}

static void help_all(void)
{
	const struct command *table = command_table();
	size_t i;

	fputs(usage, stdout);
	for (i = 0; i < COMMANDS; i++) {
		if (!(table[i].where & AT_SHELL))
			continue;
		printf("  %-9s ", table[i].name);
		print_wrapped(table[i].help, INDENT, INDENT);
	}
	fputs(ending, stdout);
}

static int written(void)
{
	return fflush(stdout) == 0 && !ferror(stdout) ? CLI_DONE : cli_unwritten(errno);
}

int cli_help(const struct cli_arguments *arguments)
{
	const struct command *command = NULL;
	struct err err = {0};

	if (arguments->command_argc == 0) {
		help_all();
		return written();
	}
	if (command_find(arguments->command_argv[0], AT_SHELL, &command, &err))
		return cli_complain(&err);
	print_wrapped(command->arguments, printf("dacache %s ", command->name), 8);
	putchar('\n');
	print_wrapped(command->help, 0, 0);
	if (cli_help_details(command->id)) {
		putchar('\n');
		fputs(cli_help_details(command->id), stdout);
	}
	return written();
}
