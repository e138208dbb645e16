#include "dacache/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* vsnprintf cuts between bytes: drop the begun character at the end. */
static void drop_partial_character(char *text)
{
	size_t len = strlen(text);
	size_t start = len;

	while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return;
	unsigned char lead = (unsigned char)text[start - 1];
	size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	if (len - (start - 1) < wanted)
		text[start - 1] = '\0';
}

static void format_cut(char *out, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

static void format_cut(char *out, size_t size, const char *format, va_list args)
{
	int n = vsnprintf(out, size, format, args);

	if (n < 0)
		out[0] = '\0';
	else if ((size_t)n >= size)
		drop_partial_character(out);
}

enum err_code err_set(struct err *err, enum err_code code, const char *format, ...)
{
	char text[ERR_TEXT_SIZE] = ""; /* the arguments may point into err->text */
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	format_cut(text, sizeof(text), format, args);
	va_end(args);
	memcpy(err->text, text, sizeof(text));
	err->code = code;
	return code;
}

static void append_cut(char text[ERR_TEXT_SIZE], const char *more)
{
	size_t len = strlen(text);
	size_t room = ERR_TEXT_SIZE - 1 - len;
	size_t n = strlen(more);

	if (n <= room) {
		memcpy(text + len, more, n + 1);
		return;
	}
	memcpy(text + len, more, room);
	text[ERR_TEXT_SIZE - 1] = '\0';
	drop_partial_character(text);
}

enum err_code err_prefix(struct err *err, const char *format, ...)
{
	char text[ERR_TEXT_SIZE];
	va_list args;

	if (!err)
		return ERR_OK;
	va_start(args, format);
	format_cut(text, sizeof(text), format, args);
	va_end(args);
	append_cut(text, ": ");
	append_cut(text, err->text);
	memcpy(err->text, text, strlen(text) + 1);
	return err->code;
}

void err_clear(struct err *err)
{
	if (!err)
		return;
	err->code = ERR_OK;
	err->text[0] = '\0';
}
