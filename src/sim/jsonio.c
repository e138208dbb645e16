#include "jsonio.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"

enum { READ_SIZE = 64 * 1024, DEPTH_MAX = 64 };

/* ---- words of JSON ----
 * json-c is lenient, strict or not: it takes NaN, 1., single quotes and control
 * characters in strings. Each of these steps over one good word, or returns
 * NULL. */

static const char *skip_digits(const char *at, const char *end)
{
	const char *first = at;

	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at > first ? at : NULL;
}

static const char *skip_number(const char *at, const char *end)
{
	at += at < end && *at == '-';
	if (at < end && *at == '0')
		at++;
	else
		at = skip_digits(at, end);
	if (at && at < end && *at == '.')
		at = skip_digits(at + 1, end);
	if (at && at < end && (*at == 'e' || *at == 'E')) {
		at++;
		at += at < end && (*at == '+' || *at == '-');
		at = skip_digits(at, end);
	}
	return at;
}

static const char *skip_string(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at == '\\')
			at++;
	}
	return at < end ? at + 1 : NULL;
}

static const char *skip_word(const char *at, const char *end)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);
		if ((size_t)(end - at) >= len && memcmp(at, words[i], len) == 0)
			return at + len;
	}
	return NULL;
}

static bool has_json_words(const char *at, size_t len)
{
	const char *end = at + len;

	while (at && at < end) {
		if (*at == '"')
			at = skip_string(at, end);
		else if (*at == '-' || (*at >= '0' && *at <= '9'))
			at = skip_number(at, end);
		else if (*at >= 'a' && *at <= 'z')
			at = skip_word(at, end);
		else
			at = *at && strchr("{}[]:, \t\r\n", *at) ? at + 1 : NULL;
	}
	return at != NULL;
}

static bool only_blanks(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!strchr(" \t\r\n", text[i]) || text[i] == '\0')
			return false;
	return true;
}

enum err_code jsonio_parse(const char *text, size_t len, struct json_object **out, struct err *err)
{
	struct json_tokener *tokener;
	enum json_tokener_error problem;
	struct json_object *value;
	size_t end;

	*out = NULL;
	if (len > INT_MAX - 1)
		return err_set(err, ERR_LIMIT, "longer than 2 GiB");
	tokener = json_tokener_new_ex(DEPTH_MAX);
	if (!tokener)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS |
						JSON_TOKENER_VALIDATE_UTF8);
	value = json_tokener_parse_ex(tokener, text, (int)len);
	problem = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);
	if (problem == json_tokener_continue) { /* a number may end with the text */
		value = json_tokener_parse_ex(tokener, "", 1);
		problem = json_tokener_get_error(tokener);
		end = len;
	}
	json_tokener_free(tokener);
	if (problem == json_tokener_success && only_blanks(text + end, len - end) &&
	    has_json_words(text, len)) {
		*out = value;
		return ERR_OK;
	}
	json_object_put(value);
	return err_set(err, ERR_PARSE, "not JSON near byte %zu: %s", end,
		       problem == json_tokener_success ? "unexpected characters"
						       : json_tokener_error_desc(problem));
}

static enum err_code read_whole(const char *path, struct buf *out, struct err *err)
{
	char chunk[READ_SIZE];
	enum err_code rc = ERR_OK;
	size_t n;
	FILE *file = fopen(path, "rb");

	if (!file)
		return err_set(err, ERR_IO, "%s", strerror(errno));
	while (rc == ERR_OK && (n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		rc = buf_append(out, chunk, n);
	if (rc == ERR_OK && ferror(file))
		rc = err_set(err, ERR_IO, "%s", strerror(errno));
	else if (rc != ERR_OK)
		err_set(err, rc, "the file is too long");
	fclose(file);
	return rc;
}

enum err_code jsonio_read_file(const char *path, struct json_object **out, struct err *err)
{
	struct buf text;
	enum err_code rc;

	buf_init(&text, (size_t)INT_MAX - 1);
	rc = read_whole(path, &text, err);
	if (rc == ERR_OK)
		rc = jsonio_parse(buf_str(&text), text.len, out, err);
	buf_free(&text);
	return rc;
}

enum err_code jsonio_write(struct json_object *value, struct buf *out)
{
	size_t len;
	const char *text = json_object_to_json_string_length(value, JSONIO_PLAIN, &len);

	return text ? buf_append(out, text, len) : ERR_NO_MEMORY;
}

struct json_object *jsonio_string(const char *text, size_t len)
{
	struct json_object *value;
	struct buf clean;
	const char *end = text + len;

	if (text_is_valid(text, len))
		return json_object_new_string_len(text, (int)len);
	buf_init(&clean, 3 * len);
	while (text < end) {
		uint32_t c;
		size_t n = *text ? text_next(text, &c) : 1;
		if (*text && c == 0xfffd)
			buf_puts(&clean, "\xef\xbf\xbd");
		else
			buf_append(&clean, text, n);
		text += n;
	}
	value = json_object_new_string_len(buf_str(&clean), (int)clean.len);
	buf_free(&clean);
	return value;
}

void jsonio_add_text(struct json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, text ? jsonio_string(text, strlen(text)) : NULL);
}

void jsonio_add_int(struct json_object *object, const char *name, int64_t value)
{
	json_object_object_add(object, name, json_object_new_int64(value));
}

void jsonio_add_bool(struct json_object *object, const char *name, bool value)
{
	json_object_object_add(object, name, json_object_new_boolean(value));
}

const char *jsonio_get_text(struct json_object *object, const char *name)
{
	struct json_object *member;

	if (!json_object_object_get_ex(object, name, &member) ||
	    !json_object_is_type(member, json_type_string))
		return NULL;
	return json_object_get_string(member);
}
