#include "dacache/domain/cause.h"

#include <stdio.h>
#include <string.h>

#define ACTIONS "/api/v2/dataactions"

/* Ids and queries differ from call to call; what is asked for does not. */
static const char *object_of(const char *path)
{
	const char *at = strstr(path, ACTIONS);

	if (at == NULL)
		return "other address";
	return at[sizeof(ACTIONS) - 1] == '/' ? "action" : "list";
}

void cause_of(const struct failure *failure, struct cause *out)
{
	char because[LIMIT_BECAUSE_SIZE];

	memset(out, 0, sizeof(*out));
	out->kind = failure->kind;
	out->status = failure->status;
	if (failure->kind == FAILURE_RATE_LIMITED)
		out->limit = limit_of(failure, because, sizeof(because));
	snprintf(out->code, sizeof(out->code), "%s", failure->code);
	if (failure->at_token)
		snprintf(out->place, sizeof(out->place), "token");
	else if (strcmp(failure->method, "POST") == 0)
		snprintf(out->place, sizeof(out->place), "webhook");
	else if (failure->method[0] != '\0')
		snprintf(out->place, sizeof(out->place), "%s %s", failure->method,
			 object_of(failure->path));
}

bool cause_equal(const struct cause *a, const struct cause *b)
{
	return a->kind == b->kind && a->status == b->status && a->limit == b->limit &&
	       strcmp(a->code, b->code) == 0 && strcmp(a->place, b->place) == 0;
}

static const char *name_of(const struct cause *cause)
{
	struct failure like;

	if (cause->kind == FAILURE_RATE_LIMITED)
		return limit_name(cause->limit);
	failure_init(&like);
	like.kind = cause->kind;
	snprintf(like.code, sizeof(like.code), "%s", cause->code);
	return failure_name(&like);
}

void cause_text(const struct cause *cause, char *out, size_t size)
{
	const char *gap = cause->place[0] != '\0' ? "  " : "";
	bool limited = cause->kind == FAILURE_RATE_LIMITED;
	const char *name = name_of(cause);

	if (cause->status > 0)
		snprintf(out, size, "%d %s%s%s", cause->status, name, gap, cause->place);
	else
		snprintf(out, size, "%s%s%s%s", name, limited ? ", not sent" : "", gap,
			 cause->place);
}
