/* Why a call failed: kinds, codes and one line of words. */
#include "dacache/domain/failure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dacache/domain/plain.h"

/* Code of a connection that found no way to the host: nobody refused it. */
static const char no_way[] = "unreachable";

struct kind_entry {
	enum failure_kind kind;
	const char *name;
	enum err_code err;
	int exit_code;
};

/* In the order of enum failure_kind. */
static const struct kind_entry kinds[] = {
	{FAILURE_NONE, "", ERR_OK, 0},
	{FAILURE_BAD_REQUEST, "bad request", ERR_INVALID, 3},
	{FAILURE_UNAUTHENTICATED, "not authenticated", ERR_UNAUTHORISED, 6},
	{FAILURE_FORBIDDEN, "not permitted", ERR_UNAUTHORISED, 6},
	{FAILURE_NOT_FOUND, "not found", ERR_NOT_FOUND, 7},
	{FAILURE_CONFLICT, "conflict", ERR_CONFLICT, 4},
	{FAILURE_TOO_LARGE, "request too large", ERR_LIMIT, 1},
	{FAILURE_MEDIA_TYPE, "media type not supported", ERR_INVALID, 1},
	{FAILURE_RATE_LIMITED, "rate limit", ERR_RATE_LIMITED, 5},
	{FAILURE_SERVER, "server error", ERR_SERVER, 1},
	{FAILURE_STATUS, "unexpected status", ERR_SERVER, 1},
	{FAILURE_BROKEN_REPLY, "broken reply", ERR_SERVER, 1},
	{FAILURE_TLS, "TLS failure", ERR_TLS, 8},
	{FAILURE_NAME, "name not found", ERR_NETWORK, 8},
	{FAILURE_REFUSED, "connection refused", ERR_NETWORK, 8},
	{FAILURE_CONNECT_TIMEOUT, "connect time-out", ERR_TIMEOUT, 8},
	{FAILURE_TIMEOUT, "time-out", ERR_TIMEOUT, 8},
	{FAILURE_RESET, "connection lost", ERR_NETWORK, 8},
	{FAILURE_REPLY_TOO_LARGE, "reply too large", ERR_LIMIT, 1},
	{FAILURE_FORBIDDEN_URL, "URL not allowed", ERR_USAGE, 2},
	{FAILURE_CANCELLED, "cancelled", ERR_CANCELLED, 1},
	{FAILURE_REPLAY, "replay", ERR_NOT_FOUND, 7},
	{FAILURE_LOCAL, "local failure", ERR_IO, 1},
};

static const struct kind_entry *kind_find(enum failure_kind kind)
{
	size_t i = (size_t)kind;

	if (i >= sizeof(kinds) / sizeof(kinds[0]))
		return &kinds[FAILURE_LOCAL];
	return &kinds[i];
}

void failure_init(struct failure *failure)
{
	memset(failure, 0, sizeof(*failure));
	failure->retry_after_s = -1;
	failure->quota = quota_none();
	failure->limit.ours = -1;
	failure->limit.others = -1;
	failure->limit.hold_ms = -1;
	failure->limit.tokens = -1;
	failure->conflict.base.version = -1;
	failure->conflict.server.version = -1;
}

const char *failure_kind_name(enum failure_kind kind)
{
	return kind_find(kind)->name;
}

const char *failure_name(const struct failure *failure)
{
	char because[LIMIT_BECAUSE_SIZE];

	if (failure_is_no_way(failure))
		return "host not reachable";
	if (failure->kind != FAILURE_RATE_LIMITED)
		return failure_kind_name(failure->kind);
	return limit_name(limit_of(failure, because, sizeof(because)));
}

static enum failure_kind kind_of_transport(enum transport transport)
{
	switch (transport) {
	case TRANSPORT_ANSWERED:
		return FAILURE_BROKEN_REPLY;
	case TRANSPORT_NAME:
		return FAILURE_NAME;
	case TRANSPORT_REFUSED:
		return FAILURE_REFUSED;
	case TRANSPORT_CONNECT_TIMEOUT:
		return FAILURE_CONNECT_TIMEOUT;
	case TRANSPORT_TLS:
		return FAILURE_TLS;
	case TRANSPORT_RESET:
	case TRANSPORT_TRUNCATED:
		return FAILURE_RESET;
	case TRANSPORT_TIMEOUT:
		return FAILURE_TIMEOUT;
	case TRANSPORT_TOO_LARGE:
		return FAILURE_REPLY_TOO_LARGE;
	case TRANSPORT_FORBIDDEN_URL:
		return FAILURE_FORBIDDEN_URL;
	case TRANSPORT_CANCELLED:
		return FAILURE_CANCELLED;
	case TRANSPORT_INTERNAL:
		break;
	}
	return FAILURE_LOCAL;
}

bool failure_is_no_way(const struct failure *failure)
{
	return failure->kind == FAILURE_REFUSED && strcmp(failure->code, no_way) == 0;
}

static bool says_no_way(const char *text)
{
	return strstr(text, "unreachable") != NULL || strstr(text, "No route to host") != NULL;
}

void failure_from_transport(struct failure *failure, enum transport transport, const char *text)
{
	failure->kind = kind_of_transport(transport);
	failure->status = 0;
	failure->code[0] = '\0';
	failure->context_id[0] = '\0';
	failure->details_len = 0;
	if (text == NULL || text[0] == '\0')
		text = transport_name(transport);
	plain_copy(failure->message, sizeof(failure->message), text);
	if (failure->kind == FAILURE_REFUSED && says_no_way(text))
		snprintf(failure->code, sizeof(failure->code), "%s", no_way);
}

bool failure_is_unknown_outcome(const struct failure *failure)
{
	if (strcmp(failure->method, "PUT") != 0)
		return false;
	switch (failure->kind) {
	case FAILURE_TIMEOUT:
	case FAILURE_RESET:
	case FAILURE_REPLY_TOO_LARGE:
	case FAILURE_BROKEN_REPLY:
		return true;
	default:
		return false;
	}
}

int failure_exit_code(const struct failure *failure)
{
	if (failure_is_unknown_outcome(failure))
		return 9;
	/* Whatever the token endpoint dislikes, the session is not authorised. */
	if (failure->at_token && failure->kind == FAILURE_BAD_REQUEST)
		return 6;
	return kind_find(failure->kind)->exit_code;
}

enum err_code failure_err_code(const struct failure *failure)
{
	if (failure_is_unknown_outcome(failure))
		return ERR_OUTCOME_UNKNOWN;
	if (failure->at_token && failure->kind == FAILURE_BAD_REQUEST)
		return ERR_UNAUTHORISED;
	return kind_find(failure->kind)->err;
}

void failure_line(const struct failure *failure, char *out, size_t size)
{
	const char *name = failure_name(failure);
	const char *code = failure->code[0] != '\0' ? failure->code : name;
	const char *words = failure->message[0] != '\0' ? failure->message : name;
	char head[128];
	char tail[64] = "";
	char line[sizeof(head) + sizeof(failure->message) + sizeof(tail) + 4];

	if (failure->status > 0)
		snprintf(head, sizeof(head), "%d %s", failure->status, code);
	else
		snprintf(head, sizeof(head), "%s", name);
	if (failure->kind == FAILURE_RATE_LIMITED && failure->retry_after_s >= 0)
		snprintf(tail, sizeof(tail), " (retry after %" PRId64 " s)",
			 failure->retry_after_s);
	if (strcmp(words, name) == 0 && (failure->status == 0 || code == name))
		words = "";
	if (words == name && strcmp(code, "too.many.requests") == 0 &&
	    strcmp(name, limit_name(LIMIT_NOT_TOLD)) == 0)
		words = ""; /* its code says as much */
	snprintf(line, sizeof(line), "%s%s%s%s", head, words[0] != '\0' ? ": " : "", words, tail);
	plain_copy(out, size, line);
}
