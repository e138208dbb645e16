/* Why a call failed: everything a card, the audit or the shell tells of it. */
#ifndef DACACHE_DOMAIN_FAILURE_H
#define DACACHE_DOMAIN_FAILURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/err.h"
#include "dacache/domain/attempts.h"
#include "dacache/domain/conflict_story.h"
#include "dacache/domain/limit.h"
#include "dacache/domain/quota.h"
#include "dacache/domain/retry.h"

enum failure_kind {
	FAILURE_NONE,
	FAILURE_BAD_REQUEST,     /* 400 */
	FAILURE_UNAUTHENTICATED, /* 401, or the token endpoint's invalid_client */
	FAILURE_FORBIDDEN,       /* 403 */
	FAILURE_NOT_FOUND,       /* 404 */
	FAILURE_CONFLICT,        /* 409, 412, 428, a 400 that says version mismatch */
	FAILURE_TOO_LARGE,       /* 413 */
	FAILURE_MEDIA_TYPE,      /* 415 */
	FAILURE_RATE_LIMITED,    /* 429 */
	FAILURE_SERVER,          /* 5xx */
	FAILURE_STATUS,          /* any other status that is no success */
	FAILURE_BROKEN_REPLY,    /* success, but not JSON, or not what was asked for */
	FAILURE_TLS,
	FAILURE_NAME,
	FAILURE_REFUSED,
	FAILURE_CONNECT_TIMEOUT,
	FAILURE_TIMEOUT,
	FAILURE_RESET,
	FAILURE_REPLY_TOO_LARGE,
	FAILURE_FORBIDDEN_URL,
	FAILURE_CANCELLED,
	FAILURE_REPLAY, /* a bundle is replayed, and does not hold the answer */
	FAILURE_LOCAL   /* the store, memory: on our side */
};

enum { FAILURE_DETAILS_MAX = 8 };

struct failure_detail {
	char error_code[64];
	char field_name[64];
};

/* Plain values throughout: may be copied by assignment. */
struct failure {
	enum failure_kind kind;
	bool at_token; /* it was the token call that failed */
	int status;    /* 0 when there was none */
	char method[8];
	char path[256];
	char code[64];     /* the tenant's `code`, OAuth's `error` */
	char message[512]; /* the tenant's words, or the transport's */
	char correlation_id[80];
	char context_id[80];
	struct failure_detail details[FAILURE_DETAILS_MAX];
	size_t details_len;
	int64_t retry_after_s;          /* -1: none */
	enum retry_reason retry_reason; /* why it was not tried again */
	int64_t attempts;
	struct quota quota;
	char scope[128];       /* granted to the token, "" when unknown */
	char if_match[256];    /* what we sent */
	char server_etag[256]; /* what a re-read saw, "" */
	bool etag_is_ours;     /* the server sends none: the two above are our hashes */
	struct attempts timeline;
	struct limit_evidence limit;    /* of a 429 */
	struct conflict_story conflict; /* of a conflict of a change */
};

void failure_init(struct failure *failure);

/* In words: "rate limit", "connection refused". "" for FAILURE_NONE. */
const char *failure_kind_name(enum failure_kind kind);
/* The same, and of a 429 the limit that was met: "concurrency limit". */
const char *failure_name(const struct failure *failure);
/* A connection was not refused: there is no way to the host. */
bool failure_is_no_way(const struct failure *failure);
/* True when the call was a PUT that may have taken effect without a readable
 * answer. */
bool failure_is_unknown_outcome(const struct failure *failure);

/* From a reply that is no success: {"message","code",…}, problem+json (RFC
 * 9457), OAuth's {"error","error_description"|"errorDescription"}, or no JSON at
 * all (the message is then its first line of text, tags removed). Sets kind,
 * status, code, message, details, context_id. */
void failure_from_reply(struct failure *failure, int status, const char *body, size_t len);
/* From the way the transport ended; text is the library's words, may be NULL. */
void failure_from_transport(struct failure *failure, enum transport transport, const char *text);

/* The exit code of the shell (SCREENS.md): 1-9; 0 for FAILURE_NONE. */
int failure_exit_code(const struct failure *failure);
enum err_code failure_err_code(const struct failure *failure);
/* One line: "429 too.many.requests: Rate limit exceeded. (retry after 23 s)". */
void failure_line(const struct failure *failure, char *out, size_t size);

#endif
