/* One HTTP exchange as the request log keeps it. */
#include "dacache/domain/exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *endpoint_name(enum endpoint endpoint)
{
	switch (endpoint) {
	case ENDPOINT_TOKEN:
		return "token";
	case ENDPOINT_LIST:
		return "list";
	case ENDPOINT_GET:
		return "get";
	case ENDPOINT_PUT:
		return "put";
	case ENDPOINT_WEBHOOK:
		return "webhook";
	case ENDPOINTS:
		break;
	}
	return "unknown";
}

enum err_code endpoint_parse(const char *name, enum endpoint *out)
{
	for (int i = 0; i < ENDPOINTS; i++) {
		if (strcmp(endpoint_name((enum endpoint)i), name) == 0) {
			*out = (enum endpoint)i;
			return ERR_OK;
		}
	}
	return ERR_PARSE;
}

void exchange_clear(struct exchange *exchange)
{
	free(exchange->url);
	free(exchange->path);
	free(exchange->action_id);
	free(exchange->request_headers);
	free(exchange->request_body);
	free(exchange->response_headers);
	free(exchange->response_body);
	memset(exchange, 0, sizeof(*exchange));
}

/* NULL stays NULL; false without memory. */
static bool copy_text(const char *from, size_t len, char **out)
{
	*out = NULL;
	if (from == NULL)
		return true;
	*out = malloc(len + 1);
	if (*out == NULL)
		return false;
	memcpy(*out, from, len);
	(*out)[len] = '\0';
	return true;
}

static size_t len_of(const char *text)
{
	return text != NULL ? strlen(text) : 0;
}

enum err_code exchange_copy(const struct exchange *exchange, struct exchange *out)
{
	const struct exchange *e = exchange;
	bool copied;

	*out = *e;
	copied = copy_text(e->url, len_of(e->url), &out->url);
	copied = copy_text(e->path, len_of(e->path), &out->path) && copied;
	copied = copy_text(e->action_id, len_of(e->action_id), &out->action_id) && copied;
	copied = copy_text(e->request_headers, len_of(e->request_headers), &out->request_headers) &&
		 copied;
	copied = copy_text(e->request_body, e->request_body_len, &out->request_body) && copied;
	copied = copy_text(e->response_headers, len_of(e->response_headers),
			   &out->response_headers) &&
		 copied;
	copied = copy_text(e->response_body, e->response_body_len, &out->response_body) && copied;
	if (copied)
		return ERR_OK;
	exchange_clear(out);
	return ERR_NO_MEMORY;
}

size_t exchange_weight(const struct exchange *exchange)
{
	return sizeof(*exchange) + 2 * len_of(exchange->url) + len_of(exchange->action_id) +
	       len_of(exchange->request_headers) + exchange->request_body_len +
	       len_of(exchange->response_headers) + exchange->response_body_len;
}

const char *exchange_url_path(const char *url)
{
	const char *scheme_end = strstr(url, "://");
	const char *host = scheme_end != NULL ? scheme_end + 3 : url;
	const char *path = host + strcspn(host, "/?#");

	return *path != '\0' ? path : "/";
}

bool exchange_header_next(const char **at, struct exchange_header *out)
{
	const char *line = *at;
	const char *colon;
	size_t len;

	if (line == NULL || *line == '\0')
		return false;
	len = strcspn(line, "\n");
	colon = memchr(line, ':', len);
	out->name = line;
	out->name_len = colon != NULL ? (size_t)(colon - line) : len;
	out->value = colon != NULL ? colon + 1 : line + len;
	while (out->value < line + len && *out->value == ' ')
		out->value++;
	out->value_len = (size_t)(line + len - out->value);
	*at = line + len + (line[len] == '\n');
	return true;
}

bool exchange_header_find(const char *headers, const char *name, struct exchange_header *out)
{
	while (exchange_header_next(&headers, out))
		if (out->name_len == strlen(name) &&
		    strncasecmp(out->name, name, out->name_len) == 0)
			return true;
	return false;
}
