#include "request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The longest body that is read; the rest is thrown away. */
enum { REQUEST_BODY_MAX = 8 * 1024 * 1024, HEADER_MAX = 64 * 1024 };

struct request *request_new(struct sim *sim, struct MHD_Connection *connection, const char *target)
{
	struct request *request = calloc(1, sizeof(*request));
	const char *question = strchr(target, '?');
	size_t len = question ? (size_t)(question - target) : strlen(target);

	if (!request)
		return NULL;
	request->sim = sim;
	request->connection = connection;
	request->path = strndup(target, len);
	request->query = strdup(question ? question + 1 : "");
	buf_init(&request->body, REQUEST_BODY_MAX);
	reply_init(&request->reply);
	if (!request->path || !request->query)
		request_free(&request);
	return request;
}

void request_free(struct request **request)
{
	if (!*request)
		return;
	free((*request)->method);
	free((*request)->path);
	free((*request)->query);
	free((*request)->asked);
	buf_free(&(*request)->body);
	reply_free(&(*request)->reply);
	free(*request);
	*request = NULL;
}

struct header_search {
	const char *name;
	struct buf *out;
	bool found;
};

static enum MHD_Result join_header(void *context, enum MHD_ValueKind kind, const char *name,
				   const char *value)
{
	struct header_search *search = context;

	(void)kind;
	if (strcasecmp(name, search->name) == 0) {
		if (search->found)
			buf_puts(search->out, ", ");
		buf_puts(search->out, value ? value : "");
		search->found = true;
	}
	return MHD_YES;
}

bool request_header(const struct request *request, const char *name, struct buf *out)
{
	struct header_search search = {.name = name, .out = out};

	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, join_header, &search);
	return search.found;
}

bool request_has_type(const struct request *request, const char *type)
{
	struct buf value;
	bool same;
	size_t len;

	buf_init(&value, HEADER_MAX);
	request_header(request, "Content-Type", &value);
	len = strcspn(buf_str(&value), "; \t");
	same = len == strlen(type) && strncasecmp(buf_str(&value), type, len) == 0;
	buf_free(&value);
	return same;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum err_code request_decode(const char *text, size_t len, bool form, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		int high;
		int low;
		if (text[i] != '%') {
			buf_putc(out, form && text[i] == '+' ? ' ' : text[i]);
			continue;
		}
		high = i + 1 < len ? hex_digit(text[i + 1]) : -1;
		low = i + 2 < len ? hex_digit(text[i + 2]) : -1;
		if (high < 0 || low < 0 || (high == 0 && low == 0))
			return ERR_PARSE;
		buf_putc(out, (char)(high * 16 + low));
		i += 2;
	}
	return out->failed;
}

enum err_code request_form_value(const char *form, const char *name, struct buf *out, int *times)
{
	enum err_code rc = ERR_NOT_FOUND;

	*times = 0;
	while (*form) {
		size_t len = strcspn(form, "&");
		const char *equals = memchr(form, '=', len);
		size_t name_len = equals ? (size_t)(equals - form) : len;
		if (name_len == strlen(name) && memcmp(form, name, name_len) == 0 && ++*times == 1)
			rc = equals ? request_decode(equals + 1, len - name_len - 1, true, out)
				    : ERR_OK;
		form += len + (form[len] == '&');
	}
	return rc;
}

void request_fail(struct request *request, unsigned int status, const char *code,
		  const char *message)
{
	reply_error(&request->reply, status, code, request->correlation, "%s", message);
}

void request_refuse_method(struct request *request, const char *allow)
{
	reply_set_header(&request->reply, "Allow", allow);
	reply_error(&request->reply, 405, "method.not.allowed", request->correlation,
		    "%s is not allowed here; allowed: %s.", request->method, allow);
}

bool request_is(const struct request *request, const char *method)
{
	return strcmp(request->method, method) == 0;
}

bool request_reads(const struct request *request)
{
	return request_is(request, "GET") || request_is(request, "HEAD");
}
