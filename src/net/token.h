/* The access token: in memory alone, renewed before its end. The queue asks for
 * it, and waits; one request at a time. */
#ifndef DACACHE_SRC_NET_TOKEN_H
#define DACACHE_SRC_NET_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/domain/failure.h"
#include "dacache/domain/profile.h"
#include "dacache/loop/loop.h"
#include "dacache/net/http.h"
#include "exchange_log.h"
#include "mask.h"

/* What a call to the token endpoint needs beside the token itself. */
struct token_use {
	struct loop *loop;
	struct http *http;
	const struct profile *profile;
	const struct tenant_observer *observer;
};

struct token {
	struct token_use use;
	char *access;    /* NULL: none */
	char *previous;  /* a late reply may still speak of it */
	char *scope;     /* granted; NULL until known */
	int64_t ends_us; /* monotonic, as all here */
	int64_t renew_us;
	uint64_t generation; /* rises with every new token */
	bool fresh;          /* just arrived: good for what waited for it, however short it lives */

	/* The request in flight. */
	struct http_call *call;
	char *url;
	char *body;
	char *basic;          /* value of the Authorization header; NULL: in the body */
	char *secret_encoded; /* as it stands in the body */
	int64_t left_us;
	int64_t left_wall_us;
	int64_t attempts;         /* of this renewal */
	int64_t not_before_us;    /* back-off; 0: none */
	struct attempts timeline; /* of this renewal */

	/* Called once for each request that ended. failure is NULL for a token; the
	 * answer tells when to try again. */
	void (*ended)(void *context, struct failure *failure, const struct http_reply *reply);
	void *context;
};

void token_init(struct token *token, const struct token_use *use);
void token_clear(struct token *token); /* ends the request in flight too */

bool token_is_valid(const struct token *token, int64_t now_us);
/* Not good any more; the text is kept for masking. */
void token_drop(struct token *token);
/* Everything that came from the credentials there were. */
void token_forget(struct token *token);

/* false, and failure filled, when there is no client id or secret. */
bool token_has_credentials(const struct token *token, struct failure *failure);
enum err_code token_request(struct token *token);

bool token_can_write(const struct token *token);
void token_mask(const struct token *token, struct mask *out);

/* The parts of a reply, for token.c and its tests. ERR_PARSE and words when it
 * holds no usable token. Strings are the caller's; expires_in_s at least 0. */
struct token_grant {
	char *access;
	char *scope; /* NULL: not told */
	int64_t expires_in_s;
};
enum err_code token_grant_parse(const char *body, size_t len, struct token_grant *out,
				struct err *err);

/* Body and Authorization of the request; see struct token. */
enum err_code token_credentials(struct token *token);
void token_secret_free(char **secret); /* overwrites it first */

#endif
