#include "token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/vec.h"
#include "random.h"

enum { TOKENS_KEPT = 4096, CLIENTS = 2 };

struct tokens {
	struct client clients[CLIENTS];
	struct vec given; /* struct token, oldest first until it is full */
	size_t next;      /* where the next one goes once it is full */
};

enum err_code tokens_new(struct tokens **out)
{
	struct tokens *tokens = calloc(1, sizeof(*tokens));

	if (!tokens)
		return ERR_NO_MEMORY;
	vec_init(&tokens->given, sizeof(struct token));
	tokens->clients[0] = (struct client){
		.id = "demo", .secret = "demo-secret", .scopes = SCOPE_READ | SCOPE_WRITE};
	tokens->clients[1] =
		(struct client){.id = "viewer", .secret = "viewer-secret", .scopes = SCOPE_READ};
	*out = tokens;
	return ERR_OK;
}

void tokens_free(struct tokens **tokens)
{
	if (!*tokens)
		return;
	vec_free(&(*tokens)->given);
	free(*tokens);
	*tokens = NULL;
}

void tokens_reset(struct tokens *tokens)
{
	vec_clear(&tokens->given);
	tokens->next = 0;
	for (size_t i = 0; i < CLIENTS; i++) {
		tokens->clients[i].quota = (struct quota){0};
		tokens->clients[i].requests = 0;
	}
}

void tokens_expire_all(struct tokens *tokens)
{
	for (size_t i = 0; i < tokens->given.len; i++)
		((struct token *)vec_at(&tokens->given, i))->expires_us = INT64_MIN;
}

size_t tokens_count(const struct tokens *tokens)
{
	return tokens->given.len;
}

size_t tokens_client_count(const struct tokens *tokens)
{
	(void)tokens;
	return CLIENTS;
}

struct client *tokens_client_at(struct tokens *tokens, size_t i)
{
	return &tokens->clients[i];
}

struct client *tokens_login(struct tokens *tokens, const char *id, const char *secret)
{
	for (size_t i = 0; i < CLIENTS; i++)
		if (strcmp(tokens->clients[i].id, id) == 0 &&
		    strcmp(tokens->clients[i].secret, secret) == 0)
			return &tokens->clients[i];
	return NULL;
}

const struct token *tokens_grant(struct tokens *tokens, struct client *client, unsigned int scopes,
				 int64_t expires_us)
{
	struct token token = {.client = client, .scopes = scopes, .expires_us = expires_us};
	unsigned char secret[(TOKEN_SIZE - 1) / 2];
	struct token *place;

	random_secret(secret, sizeof(secret));
	for (size_t i = 0; i < sizeof(secret); i++)
		snprintf(token.text + 2 * i, 3, "%02x", secret[i]);
	if (tokens->given.len < TOKENS_KEPT)
		return vec_push(&tokens->given, &token) == ERR_OK
			       ? vec_at(&tokens->given, tokens->given.len - 1)
			       : NULL;
	place = vec_at(&tokens->given, tokens->next);
	*place = token;
	tokens->next = (tokens->next + 1) % TOKENS_KEPT;
	return place;
}

const struct token *tokens_find(const struct tokens *tokens, const char *text)
{
	for (size_t i = tokens->given.len; i-- > 0;) {
		const struct token *token = vec_at(&tokens->given, i);
		if (strcmp(token->text, text) == 0)
			return token;
	}
	return NULL;
}

void scopes_format(unsigned int scopes, char out[SCOPE_TEXT_SIZE])
{
	snprintf(out, SCOPE_TEXT_SIZE, "%s%s%s", scopes & SCOPE_READ ? "dataaction:read" : "",
		 scopes == (SCOPE_READ | SCOPE_WRITE) ? " " : "",
		 scopes & SCOPE_WRITE ? "dataaction:write" : "");
}

static bool word_is(const char *word, size_t len, const char *name)
{
	return len == strlen(name) && memcmp(word, name, len) == 0;
}

unsigned int scopes_parse(const char *text)
{
	unsigned int scopes = 0;

	while (*text) {
		size_t len = strcspn(text, " ");
		if (word_is(text, len, "dataaction:read"))
			scopes |= SCOPE_READ;
		else if (word_is(text, len, "dataaction:write"))
			scopes |= SCOPE_WRITE;
		text += len + (text[len] == ' ');
	}
	return scopes;
}
