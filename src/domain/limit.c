/* Which limit a 429 comes from: the tenant's words first, then the arithmetic. */
#include "dacache/domain/limit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dacache/domain/failure.h"

static bool has(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text != '\0'; text++)
		if (strncasecmp(text, word, len) == 0)
			return true;
	return false;
}

static bool has_any(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (has(text, words[i]))
			return true;
	return false;
}

static bool says_concurrency(const struct failure *failure)
{
	static const char *const words[] = {"concurren", "simultaneous", "at the same time",
					    "in parallel"};
	const size_t n = sizeof(words) / sizeof(words[0]);

	return has_any(failure->message, words, n) || has_any(failure->code, words, n);
}

static bool says_rate(const struct failure *failure)
{
	static const char *const words[] = {"rate limit", "rate.limit",  "per minute", "per second",
					    "per.minute", "rate exceed", "quota"};
	const size_t n = sizeof(words) / sizeof(words[0]);

	return has_any(failure->message, words, n) || has_any(failure->code, words, n);
}

/* Such as "token.rate.per.minute": the calls of each token are counted apart. */
static bool says_token(const struct failure *failure)
{
	static const char *const words[] = {"per token",   "per.token",  "token limit",
					    "token.limit", "token rate", "token.rate"};
	const size_t n = sizeof(words) / sizeof(words[0]);

	return has_any(failure->message, words, n) || has_any(failure->code, words, n);
}

/* Calls left by the headers of this very answer; -1: it had none. */
static int64_t left_by_headers(const struct failure *failure)
{
	int64_t left = quota_left(&failure->quota, failure->quota.seen_us);

	return failure->limit.quota_is_own && left != INT64_MAX ? left : -1;
}

static enum limit_kind by_headers(const struct failure *failure, char *because, size_t size)
{
	const struct limit_evidence *limit = &failure->limit;
	int64_t left = left_by_headers(failure);

	if (left == 0) {
		snprintf(because, size, "the calls of its window are used up");
		return LIMIT_RATE;
	}
	/* A guess is told as one: there may be a limit of each second as well. */
	if (left > 0 && limit->in_flight > 1)
		snprintf(because, size,
			 "perhaps one of concurrency: %" PRId64
			 " calls of the window were left, and %" PRId32
			 " of ours were under way at once",
			 left, limit->in_flight);
	else if (left > 0)
		snprintf(because, size,
			 "%" PRId64 " calls of the window that its headers tell of were left",
			 left);
	else
		snprintf(because, size, "neither its words nor its headers say");
	return LIMIT_NOT_TOLD;
}

enum limit_kind limit_of(const struct failure *failure, char *because, size_t size)
{
	if (failure->limit.met_before != LIMIT_NOT_TOLD) {
		snprintf(because, size, "by the answer that began the wait");
		return failure->limit.met_before;
	}
	if (failure->at_token) {
		snprintf(because, size, "the call for a token was refused, no Data Action call");
		return LIMIT_TOKEN;
	}
	if (says_concurrency(failure)) {
		snprintf(because, size, "by its own words");
		return LIMIT_CONCURRENCY;
	}
	if (has(failure->limit.policy, "concurrent")) {
		snprintf(because, size, "by its RateLimit-Policy");
		return LIMIT_CONCURRENCY;
	}
	if (says_token(failure)) {
		snprintf(because, size, "by its own words: the calls of each token are counted");
		return LIMIT_TOKEN;
	}
	if (left_by_headers(failure) != 0 && says_rate(failure)) {
		snprintf(because, size, "by its own words");
		return LIMIT_RATE;
	}
	return by_headers(failure, because, size);
}

const char *limit_name(enum limit_kind kind)
{
	switch (kind) {
	case LIMIT_RATE:
		return "rate limit";
	case LIMIT_CONCURRENCY:
		return "concurrency limit";
	case LIMIT_TOKEN:
		return "token limit";
	case LIMIT_NOT_TOLD:
		break;
	}
	return "too many requests";
}
