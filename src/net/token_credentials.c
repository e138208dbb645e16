/* How the client shows who it is: in the form body, or by HTTP's basic scheme
 * (RFC 6749, 2.3.1). */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "token.h"
#include "url.h"

enum { CREDENTIALS_MAX = 64 * 1024 };

#define TOKEN_SCOPE "dataaction:read dataaction:write"

void token_secret_free(char **secret)
{
	if (*secret == NULL)
		return;
	OPENSSL_cleanse(*secret, strlen(*secret));
	free(*secret);
	*secret = NULL;
}

static char *encoded(const char *text)
{
	struct buf out;

	buf_init(&out, CREDENTIALS_MAX);
	if (net_url_form_encode(&out, text) == ERR_OK && out.len > 0)
		return buf_take(&out);
	buf_free(&out);
	return NULL;
}

static char *form_body(const struct token *token)
{
	const struct profile *profile = token->use.profile;
	struct buf out;

	buf_init(&out, CREDENTIALS_MAX);
	buf_puts(&out, "grant_type=client_credentials");
	if (profile->auth_style == AUTH_BODY) {
		buf_puts(&out, "&client_id=");
		net_url_form_encode(&out, profile->client_id);
		buf_puts(&out, "&client_secret=");
		buf_puts(&out, token->secret_encoded);
	}
	buf_puts(&out, "&scope=");
	net_url_form_encode(&out, TOKEN_SCOPE);
	if (out.failed == ERR_OK)
		return buf_take(&out);
	buf_free(&out);
	return NULL;
}

static char *base64(const char *text)
{
	size_t len = strlen(text);
	char *out = malloc((len + 2) / 3 * 4 + 1);

	if (out != NULL)
		EVP_EncodeBlock((unsigned char *)out, (const unsigned char *)text, (int)len);
	return out;
}

static char *basic_credentials(const struct token *token)
{
	struct buf pair;
	char *out = NULL;

	buf_init(&pair, CREDENTIALS_MAX);
	net_url_form_encode(&pair, token->use.profile->client_id);
	buf_putc(&pair, ':');
	buf_puts(&pair, token->secret_encoded);
	if (pair.failed == ERR_OK) {
		out = base64(buf_str(&pair));
		OPENSSL_cleanse(pair.data, pair.len);
	}
	buf_free(&pair);
	return out;
}

static char *token_url(const struct profile *profile)
{
	struct buf out;

	if (profile->token_url != NULL)
		return text_dup(profile->token_url);
	buf_init(&out, CREDENTIALS_MAX);
	if (buf_printf(&out, "%s/oauth/token", profile->base_url) == ERR_OK)
		return buf_take(&out);
	buf_free(&out);
	return NULL;
}

enum err_code token_credentials(struct token *token)
{
	const struct profile *profile = token->use.profile;
	bool basic = profile->auth_style == AUTH_BASIC;

	free(token->url);
	token->url = token_url(profile);
	token_secret_free(&token->body);
	token_secret_free(&token->basic);
	token_secret_free(&token->secret_encoded);
	token->secret_encoded = encoded(profile->client_secret);
	if (token->url == NULL || token->secret_encoded == NULL)
		return ERR_NO_MEMORY;
	token->body = form_body(token);
	if (basic)
		token->basic = basic_credentials(token);
	return token->body != NULL && (!basic || token->basic != NULL) ? ERR_OK : ERR_NO_MEMORY;
}

static bool is_missing(const char *text)
{
	return text == NULL || *text == '\0';
}

bool token_has_credentials(const struct token *token, struct failure *failure)
{
	const struct profile *profile = token->use.profile;
	bool no_id = is_missing(profile->client_id);

	if (!no_id && !is_missing(profile->client_secret))
		return true;
	failure_init(failure);
	failure->kind = FAILURE_UNAUTHENTICATED;
	failure->at_token = true;
	failure->retry_reason = RETRY_NEVER;
	snprintf(failure->message, sizeof(failure->message),
		 no_id ? "no client id: set CXONE_CLIENT_ID, or client_id in profile %s"
		       : "no client secret: set CXONE_CLIENT_SECRET, or client_secret "
			 "(client_secret_command, client_secret_file) in profile %s",
		 profile->name);
	return false;
}
