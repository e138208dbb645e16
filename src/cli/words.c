#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "dacache/base/text.h"
#include "internal.h"

void cli_text_line(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "%-12s ", name);
	text_escape(out, value);
	buf_putc(out, '\n');
}

void cli_cell(struct buf *out, const char *text, int columns)
{
	bool ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	int used = 0;

	text_fit(out, text, columns, ascii, &used);
	for (; used <= columns; used++)
		buf_putc(out, ' ');
}

char *cli_ask_line(const char *question)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	cli_say("%s", question);
	len = getline(&line, &room, stdin);
	if (len < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

bool cli_confirm(const char *question)
{
	char *line = cli_ask_line(question);
	bool yes = line && (strcmp(line, "y") == 0 || strcmp(line, "yes") == 0);

	free(line);
	return yes;
}
