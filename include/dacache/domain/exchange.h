/* One HTTP exchange as the request log keeps it. */
#ifndef DACACHE_DOMAIN_EXCHANGE_H
#define DACACHE_DOMAIN_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/err.h"
#include "dacache/domain/retry.h"

enum endpoint {
	ENDPOINT_TOKEN,
	ENDPOINT_LIST,
	ENDPOINT_GET,
	ENDPOINT_PUT,
	ENDPOINT_WEBHOOK,
	ENDPOINTS
};

/* "token", "list", "get", "put", "webhook" */
const char *endpoint_name(enum endpoint endpoint);
/* ERR_PARSE when it is no endpoint's name. */
enum err_code endpoint_parse(const char *name, enum endpoint *out);

/* Microseconds each; what did not happen is 0. The parts add up to total. */
struct exchange_times {
	int64_t queue; /* in our own queue, before it left */
	int64_t name;  /* name look-up */
	int64_t connect;
	int64_t tls;
	int64_t wait;     /* sent until the first byte of the answer */
	int64_t transfer; /* first byte until the last */
	int64_t total;    /* without queue */
};

/* A body in the log: cut is what the log left away, masked where a secret stood. */
enum {
	EXCHANGE_REQUEST_CUT = 1,
	EXCHANGE_REQUEST_MASKED = 2,
	EXCHANGE_RESPONSE_CUT = 4,
	EXCHANGE_RESPONSE_MASKED = 8
};

/* Secrets are masked before an exchange is made. Strings are owned. */
struct exchange {
	uint64_t number; /* from 1, rising */
	int64_t run;     /* of the program, as the store counts them; 0: this one */
	int64_t wall_us; /* when it left */
	enum endpoint endpoint;
	char method[8];
	char *url;       /* whole */
	char *path;      /* with query */
	char *action_id; /* "" when it concerns none */
	int status;      /* 0: no answer */
	enum transport transport;
	int64_t attempt; /* from 1 */
	struct exchange_times times;
	int64_t bytes_sent;
	int64_t bytes_received;
	int64_t header_bytes_received; /* of these, status line and headers */
	char *request_headers;         /* "Name: value\n" a line */
	/* Bodies as they are kept: "" when none; any bytes, then a NUL. At most
	 * EXCHANGE_BODY_KEPT, of a page of the list less. */
	char *request_body;
	size_t request_body_len;
	int64_t request_size; /* bytes of the whole body, before masking */
	char *response_headers;
	char *response_body;
	size_t response_body_len;
	int64_t response_size; /* the same, after decompression */
	unsigned flags;        /* EXCHANGE_… */
	char http_version[8];  /* "1.1", "2" */
	char error[128];       /* the transport's words, "" */
};

enum { EXCHANGE_BODY_KEPT = 64 * 1024 };

void exchange_clear(struct exchange *exchange);
/* *out owns its strings. ERR_NO_MEMORY leaves it clear. */
enum err_code exchange_copy(const struct exchange *exchange, struct exchange *out);
/* Bytes of memory or disk that it takes, about. */
size_t exchange_weight(const struct exchange *exchange);
/* Where the path begins in a URL; "/" when it has none. */
const char *exchange_url_path(const char *url);

/* One line of request_headers or response_headers; pointers into it. */
struct exchange_header {
	const char *name;
	size_t name_len;
	const char *value;
	size_t value_len;
};
/* *at goes from line to line; false at the end. */
bool exchange_header_next(const char **at, struct exchange_header *out);
/* The first of that name, any case; false when there is none. */
bool exchange_header_find(const char *headers, const char *name, struct exchange_header *out);

#endif
