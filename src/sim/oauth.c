#include "oauth.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "request.h"
#include "sim.h"

enum { FIELD_MAX = 16 * 1024 };

/* What the request says. */
struct grant {
	struct buf type;
	struct buf id;
	struct buf secret;
	struct buf scope;
	bool has_type;
	bool has_id;
	bool has_secret;
	bool has_scope;
	bool basic;
};

static void refuse(struct request *request, unsigned int status, const char *error,
		   const char *description)
{
	reply_json(&request->reply, status);
	buf_printf(&request->reply.body, "{\"error\":\"%s\",\"error_description\":\"%s\"}", error,
		   description);
}

static void refuse_client(struct request *request, const struct grant *grant)
{
	if (grant->basic)
		reply_set_header(&request->reply, "WWW-Authenticate",
				 "Basic realm=\"dacache-sim\"");
	refuse(request, 401, "invalid_client", "Unknown client or wrong secret.");
}

/* False when the body is no form, or says a thing twice. */
static bool read_field(const char *form, const char *name, struct buf *out, bool *present)
{
	int times;
	enum err_code rc = request_form_value(form, name, out, &times);

	*present = rc == ERR_OK;
	return (rc == ERR_OK && times == 1) || rc == ERR_NOT_FOUND;
}

static bool read_form(const char *form, struct grant *grant)
{
	return read_field(form, "grant_type", &grant->type, &grant->has_type) &&
	       read_field(form, "client_id", &grant->id, &grant->has_id) &&
	       read_field(form, "client_secret", &grant->secret, &grant->has_secret) &&
	       read_field(form, "scope", &grant->scope, &grant->has_scope);
}

/* "id:secret", each form-encoded (RFC 6749, 2.3.1), out of Base64. */
static bool decode_basic(const char *text, struct grant *grant)
{
	size_t len = strlen(text);
	unsigned char *plain = calloc(1, len + 4);
	const char *colon;
	bool good = false;

	if (plain && len % 4 == 0 &&
	    EVP_DecodeBlock(plain, (const unsigned char *)text, (int)len) >= 0) {
		colon = strchr((const char *)plain, ':');
		buf_reset(&grant->id);
		good = colon &&
		       request_decode((const char *)plain, (size_t)(colon - (const char *)plain),
				      true, &grant->id) == ERR_OK &&
		       request_decode(colon + 1, strlen(colon + 1), true, &grant->secret) == ERR_OK;
	}
	free(plain);
	return good;
}

/* Credentials in the header; false when they cannot be read. */
static bool read_header(struct request *request, struct grant *grant)
{
	struct buf header;
	bool good = true;

	buf_init(&header, FIELD_MAX);
	if (request_header(request, "Authorization", &header) &&
	    strncasecmp(buf_str(&header), "Basic ", 6) == 0) {
		grant->basic = true;
		good = decode_basic(buf_str(&header) + 6, grant);
		grant->has_id = grant->has_secret = good;
	}
	buf_free(&header);
	return good;
}

static void give_token(struct request *request, struct client *client, unsigned int scopes)
{
	struct sim *sim = request->sim;
	int64_t ttl = sim->options.token_ttl;
	const struct token *token = tokens_grant(sim->tokens, client, scopes,
						 clock_monotonic_us(&sim->clock) + ttl * 1000000);
	char words[SCOPE_TEXT_SIZE];

	if (!token) {
		refuse(request, 500, "server_error", "Out of memory.");
		return;
	}
	request->client = client;
	scopes_format(scopes, words);
	reply_json(&request->reply, 200);
	buf_printf(&request->reply.body,
		   "{\"access_token\":\"%s\",\"token_type\":\"bearer\",\"expires_in\":%" PRId64
		   ",\"scope\":\"%s\"}",
		   token->text, ttl, words);
}

static void answer_grant(struct request *request, const struct grant *grant)
{
	struct client *client;
	unsigned int scopes;

	if (!grant->has_type) {
		refuse(request, 400, "invalid_request", "grant_type is missing.");
		return;
	}
	if (strcmp(buf_str(&grant->type), "client_credentials") != 0) {
		refuse(request, 400, "unsupported_grant_type",
		       "Only client_credentials is supported.");
		return;
	}
	client = grant->has_id && grant->has_secret
			 ? tokens_login(request->sim->tokens, buf_str(&grant->id),
					buf_str(&grant->secret))
			 : NULL;
	if (!client) {
		refuse_client(request, grant);
		return;
	}
	scopes = client->scopes;
	if (grant->has_scope && grant->scope.len > 0)
		scopes &= scopes_parse(buf_str(&grant->scope));
	if (scopes == 0)
		refuse(request, 400, "invalid_scope",
		       "None of the scopes asked for is this client's.");
	else
		give_token(request, client, scopes);
}

static void read_and_answer(struct request *request, struct grant *grant)
{
	if (!request_has_type(request, "application/x-www-form-urlencoded"))
		refuse(request, 400, "invalid_request",
		       "The body must be application/x-www-form-urlencoded.");
	else if (request->body.failed || !read_form(buf_str(&request->body), grant))
		refuse(request, 400, "invalid_request",
		       "The form is malformed, or says a thing twice.");
	else if (grant->has_secret && request_header(request, "Authorization", &grant->type))
		refuse(request, 400, "invalid_request",
		       "Credentials in the body and in the header: one of the two.");
	else if (!read_header(request, grant))
		refuse_client(request, grant);
	else
		answer_grant(request, grant);
}

void oauth_answer(struct request *request)
{
	struct grant grant = {0};

	reply_set_header(&request->reply, "Cache-Control", "no-store");
	reply_set_header(&request->reply, "Pragma", "no-cache");
	if (!request_is(request, "POST")) {
		request_refuse_method(request, "POST");
		return;
	}
	buf_init(&grant.type, FIELD_MAX);
	buf_init(&grant.id, FIELD_MAX);
	buf_init(&grant.secret, FIELD_MAX);
	buf_init(&grant.scope, FIELD_MAX);
	read_and_answer(request, &grant);
	buf_free(&grant.type);
	buf_free(&grant.id);
	buf_free(&grant.secret);
	buf_free(&grant.scope);
}
