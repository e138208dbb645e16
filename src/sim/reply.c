#include "reply.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "jsonio.h"

enum { BODY_MAX = 256 * 1024 * 1024, DETAILS_MAX = 64 * 1024, MESSAGE_MAX = 2048 };

void reply_init(struct reply *reply)
{
	*reply = (struct reply){.status = 500, .truncate = -1};
	buf_init(&reply->body, BODY_MAX);
	buf_init(&reply->details, DETAILS_MAX);
	vec_init(&reply->headers, sizeof(struct reply_header));
}

static struct reply_header *header_at(const struct reply *reply, size_t i)
{
	return vec_at(&reply->headers, i);
}

static void free_headers(struct reply *reply)
{
	for (size_t i = 0; i < reply->headers.len; i++) {
		free(header_at(reply, i)->name);
		free(header_at(reply, i)->value);
	}
	vec_clear(&reply->headers);
}

void reply_free(struct reply *reply)
{
	free_headers(reply);
	vec_free(&reply->headers);
	buf_free(&reply->body);
	buf_free(&reply->details);
}

void reply_clear(struct reply *reply)
{
	free_headers(reply);
	buf_reset(&reply->body);
	buf_reset(&reply->details);
	reply->status = 500;
}

static size_t find_header(const struct reply *reply, const char *name)
{
	size_t i = 0;

	while (i < reply->headers.len && strcasecmp(header_at(reply, i)->name, name) != 0)
		i++;
	return i;
}

static void remove_header(struct reply *reply, const char *name)
{
	size_t i = find_header(reply, name);

	if (i == reply->headers.len)
		return;
	free(header_at(reply, i)->name);
	free(header_at(reply, i)->value);
	vec_remove(&reply->headers, i);
}

void reply_set_header(struct reply *reply, const char *name, const char *value)
{
	struct reply_header header;

	remove_header(reply, name);
	if (!value)
		return;
	header.name = strdup(name);
	header.value = strdup(value);
	if (!header.name || !header.value || vec_push(&reply->headers, &header) != ERR_OK) {
		free(header.name);
		free(header.value);
	}
}

void reply_json(struct reply *reply, unsigned int status)
{
	reply->status = status;
	buf_reset(&reply->body);
	reply_set_header(reply, "Content-Type", "application/json");
}

void reply_json_text(struct reply *reply, unsigned int status, const char *text)
{
	reply_json(reply, status);
	buf_puts(&reply->body, text);
}

void reply_detail(struct reply *reply, const char *code, const char *field)
{
	struct json_object *detail = json_object_new_object();

	jsonio_add_text(detail, "errorCode", code);
	jsonio_add_text(detail, "fieldName", field);
	if (reply->details.len > 0)
		buf_putc(&reply->details, ',');
	jsonio_write(detail, &reply->details);
	json_object_put(detail);
}

void reply_error(struct reply *reply, unsigned int status, const char *code, const char *context,
		 const char *format, ...)
{
	struct json_object *text;
	struct buf message;
	va_list args;

	buf_init(&message, MESSAGE_MAX);
	va_start(args, format);
	buf_vprintf(&message, format, args);
	va_end(args);
	text = jsonio_string(buf_str(&message), message.len);
	reply_json(reply, status);
	buf_puts(&reply->body, "{\"message\":");
	jsonio_write(text, &reply->body);
	buf_printf(&reply->body,
		   ",\"code\":\"%s\",\"status\":%u,\"contextId\":\"%s\",\"details\":[%s],"
		   "\"errors\":[]}",
		   code, status, context, buf_str(&reply->details));
	json_object_put(text);
	buf_free(&message);
}
