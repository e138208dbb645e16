/* One HTTP exchange as the request log keeps it. */
#ifndef DACACHE_DOMAIN_EXCHANGE_H
#define DACACHE_DOMAIN_EXCHANGE_H

#include <stdint.h>

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

/* Secrets are masked before an exchange is made. Strings are owned. */
struct exchange {
	uint64_t number; /* from 1, rising */
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
	char *request_headers; /* "Name: value\n" a line */
	char *request_body;    /* "" when none; cut at 64 KiB */
	char *response_headers;
	char *response_body;
	char http_version[8]; /* "1.1", "2" */
	char error[128];      /* the transport's words, "" */
};

void exchange_clear(struct exchange *exchange);

#endif
