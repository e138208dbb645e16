/* What reaches standard output and standard error. */
#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "dacache/base/text.h"
#include "internal.h"

/* Past ASCII as \uXXXX, pairs of them past U+FFFF: as JSON has it. */
static void put_ascii(struct buf *out, const char *text)
{
	uint32_t c;
	size_t len;

	for (; (len = text_next(text, &c)) > 0; text += len) {
		if (c < 0x80)
			buf_append(out, text, len);
		else if (c < 0x10000)
			buf_printf(out, "\\u%04x", (unsigned)c);
		else
			buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (c >> 10)),
				   (unsigned)(0xDC00 + (c & 0x3FF)));
	}
}

/* A line made safe for the terminal in front of us. */
static void put_safe_line(struct buf *out, const char *line)
{
	struct buf escaped;

	if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) {
		text_escape(out, line);
		return;
	}
	buf_init(&escaped, CLI_OUTPUT_MAX);
	text_escape(&escaped, line);
	put_ascii(out, buf_str(&escaped));
	buf_free(&escaped);
}

static void put_safe_lines(struct buf *out, const char *text)
{
	struct buf line;

	buf_init(&line, CLI_OUTPUT_MAX);
	while (*text) {
		size_t len = strcspn(text, "\n");

		buf_reset(&line);
		buf_append(&line, text, len);
		put_safe_line(out, buf_str(&line));
		text += len;
		if (*text) {
			buf_putc(out, '\n');
			text++;
		}
	}
	buf_free(&line);
}

static bool write_all(FILE *stream, const char *text, size_t len)
{
	return fwrite(text, 1, len, stream) == len && fflush(stream) == 0;
}

bool cli_write(FILE *stream, const char *text)
{
	struct buf safe;
	bool written;

	if (!isatty(fileno(stream)))
		return write_all(stream, text, strlen(text));
	buf_init(&safe, CLI_OUTPUT_MAX);
	put_safe_lines(&safe, text);
	written = !safe.failed && write_all(stream, buf_str(&safe), safe.len);
	buf_free(&safe);
	return written;
}

int cli_unwritten(int error)
{
	if (error != EPIPE)
		cli_say("dacache: the answer could not be written: %s\n", strerror(error));
	return CLI_FAILED;
}

bool cli_flush(struct cli *cli)
{
	if (!cli->unwritten && !cli_write(stdout, buf_str(&cli->out))) {
		cli->unwritten = true;
		cli->exit_code = cli_unwritten(errno);
	}
	buf_reset(&cli->out);
	return !cli->unwritten;
}

void cli_say(const char *format, ...)
{
	struct buf text;
	va_list args;

	buf_init(&text, CLI_OUTPUT_MAX);
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	cli_write(stderr, buf_str(&text));
	buf_free(&text);
}
