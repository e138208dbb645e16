/* When to try again: a pure function (API.md "Retry"; RFC 9110 10.2.3). */
#ifndef DACACHE_DOMAIN_RETRY_H
#define DACACHE_DOMAIN_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/err.h"

/* How one attempt ended below HTTP. */
enum transport {
	TRANSPORT_ANSWERED, /* a whole reply with a status */
	TRANSPORT_NAME,     /* the host's name was not found */
	TRANSPORT_REFUSED,  /* no connection was made */
	TRANSPORT_CONNECT_TIMEOUT,
	TRANSPORT_TLS,           /* handshake or certificate: never retried */
	TRANSPORT_RESET,         /* the connection ended after the request left, at least in part */
	TRANSPORT_TIMEOUT,       /* the same, by time */
	TRANSPORT_TRUNCATED,     /* a reply began and was cut off */
	TRANSPORT_TOO_LARGE,     /* the reply was over the cap */
	TRANSPORT_FORBIDDEN_URL, /* http:// off loopback, or no URL: never retried */
	TRANSPORT_CANCELLED,
	TRANSPORT_INTERNAL /* out of memory and the like: never retried */
};

const char *transport_name(enum transport transport);
/* ERR_PARSE when it is no transport's name. */
enum err_code transport_parse(const char *name, enum transport *out);
/* True when the request may have reached the server without our seeing the answer. */
bool transport_is_lost_answer(enum transport transport);

struct retry_policy {
	int64_t max_attempts; /* at least 1 */
	int64_t max_wait_s;
};

/* Retry-After in seconds or as an HTTP-date (three formats), now in seconds
 * since 1970. ERR_PARSE: as if the header were absent. Over cap_s: cap_s + 1,
 * so that a caller can tell. */
enum err_code retry_after_parse(const char *value, int64_t now_s, int64_t cap_s, int64_t *seconds);

struct retry_input {
	enum transport transport;
	int status;            /* when answered */
	int64_t attempt;       /* the one that ended, from 1 */
	int64_t retry_after_s; /* -1: none */
	double random;         /* [0, 1) */
	bool may_resend;       /* false for a PUT or POST whose answer was lost */
};

enum retry_reason {
	RETRY_NOT_NEEDED,  /* success */
	RETRY_NEVER,       /* the kind that is not retried */
	RETRY_NO_ATTEMPTS, /* used up */
	RETRY_TOO_LONG,    /* Retry-After over max_wait */
	RETRY_RATE_LIMIT,  /* again after delay_ms; holds the whole tenant */
	RETRY_FAILURE      /* again after delay_ms */
};

struct retry_decision {
	bool again;
	int64_t delay_ms;
	enum retry_reason reason;
};

/* 429: Retry-After, or 2^attempt s where absent; failed and lost connections and
 * 5xx: full jitter, random * 2^attempt s, and on 503 at least Retry-After (RFC
 * 9110). 2^attempt s never exceeds max_wait_s. Success is 2xx or 304; a 401 is
 * RETRY_NEVER here: the renewal of the token is not a retry. */
struct retry_decision retry_decide(const struct retry_policy *policy,
				   const struct retry_input *input);

#endif
