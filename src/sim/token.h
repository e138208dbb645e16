/* The clients that may ask, and the tokens they were given. */
#ifndef SIM_TOKEN_H
#define SIM_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/err.h"

enum scope { SCOPE_READ = 1, SCOPE_WRITE = 2 };
enum { TOKEN_SIZE = 65, SCOPE_TEXT_SIZE = 64 };

/* One client's requests in its present window. */
struct quota {
	int64_t window_end_us; /* monotonic */
	int64_t count;
};

struct client {
	const char *id;
	const char *secret;
	unsigned int scopes;
	struct quota quota;
	int64_t requests; /* that it made since the start */
};

struct token {
	char text[TOKEN_SIZE];
	struct client *client;
	unsigned int scopes;
	int64_t expires_us; /* monotonic */
};

struct tokens;

enum err_code tokens_new(struct tokens **out);
void tokens_free(struct tokens **tokens);
/* No tokens, no requests counted. */
void tokens_reset(struct tokens *tokens);
void tokens_expire_all(struct tokens *tokens);
size_t tokens_count(const struct tokens *tokens);

size_t tokens_client_count(const struct tokens *tokens);
struct client *tokens_client_at(struct tokens *tokens, size_t i);
/* NULL unless both are right. */
struct client *tokens_login(struct tokens *tokens, const char *id, const char *secret);

/* A fresh token; the newest 4096 are remembered. NULL when out of memory. */
const struct token *tokens_grant(struct tokens *tokens, struct client *client, unsigned int scopes,
				 int64_t expires_us);
/* NULL for a token never given. */
const struct token *tokens_find(const struct tokens *tokens, const char *text);

/* "dataaction:read dataaction:write" */
void scopes_format(unsigned int scopes, char out[SCOPE_TEXT_SIZE]);
/* Those of the words that are known. */
unsigned int scopes_parse(const char *text);

#endif
