/* The tenant's rate limit as its headers tell it. */
#include "dacache/domain/quota.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { US_PER_S = 1000000, EPOCH_FROM = 1000000000, KEY_MAX = 24 };

struct quota quota_none(void)
{
	return (struct quota){
		.allowed = -1, .used = -1, .remaining = -1, .reset_s = -1, .seen_us = 0};
}

/* Part of a header's value. */
struct span {
	const char *at;
	size_t len;
};

static struct span span_trim(struct span span)
{
	while (span.len > 0 && (span.at[0] == ' ' || span.at[0] == '\t')) {
		span.at++;
		span.len--;
	}
	while (span.len > 0 && (span.at[span.len - 1] == ' ' || span.at[span.len - 1] == '\t'))
		span.len--;
	return span;
}

/* The piece up to the separator, quoted strings left whole; false at the end. */
static bool next_piece(struct span *rest, char separator, struct span *piece)
{
	bool quoted = false;
	size_t i = 0;

	if (rest->at == NULL)
		return false;
	for (; i < rest->len && (quoted || rest->at[i] != separator); i++) {
		if (quoted && rest->at[i] == '\\' && i + 1 < rest->len)
			i++;
		else if (rest->at[i] == '"')
			quoted = !quoted;
	}
	*piece = span_trim((struct span){rest->at, i});
	if (i < rest->len)
		*rest = (struct span){rest->at + i + 1, rest->len - i - 1};
	else
		*rest = (struct span){NULL, 0};
	return true;
}

/* A whole number of at most 15 digits (RFC 9651's integers), -1 for all else. */
static int64_t span_number(struct span span)
{
	int64_t value = 0;

	if (span.len == 0 || span.len > 15)
		return -1;
	for (size_t i = 0; i < span.len; i++) {
		if (!isdigit((unsigned char)span.at[i]))
			return -1;
		value = value * 10 + (span.at[i] - '0');
	}
	return value;
}

/* What one member of a RateLimit list says; -1 for what it does not. */
struct limit {
	int64_t allowed;
	int64_t remaining;
	int64_t reset_s;
};

static void limit_take(struct limit *limit, struct span pair)
{
	const char *equals = memchr(pair.at, '=', pair.len);
	char key[KEY_MAX];
	size_t key_len;
	int64_t value;

	if (equals == NULL)
		return;
	key_len = (size_t)(equals - pair.at);
	if (key_len >= sizeof(key))
		return;
	memcpy(key, pair.at, key_len);
	key[key_len] = '\0';
	value = span_number((struct span){equals + 1, pair.len - key_len - 1});
	if (strcasecmp(key, "limit") == 0 || strcasecmp(key, "q") == 0)
		limit->allowed = value;
	else if (strcasecmp(key, "remaining") == 0 || strcasecmp(key, "r") == 0)
		limit->remaining = value;
	else if (strcasecmp(key, "reset") == 0 || strcasecmp(key, "t") == 0)
		limit->reset_s = value;
}

/* Of two limits the tighter one governs: the one with less left. */
static void quota_apply(struct quota *quota, const struct limit *limit)
{
	bool looser = quota->remaining >= 0 && limit->remaining > quota->remaining;

	if (looser)
		return;
	if (limit->remaining >= 0)
		quota->remaining = limit->remaining;
	if (limit->reset_s >= 0 && limit->reset_s <= EPOCH_FROM)
		quota->reset_s = limit->reset_s;
	if (limit->allowed >= 0)
		quota->allowed = limit->allowed;
}

/* `"default";r=50;t=30` is a limit a member; `limit=100, remaining=50, reset=5`
 * (older drafts) is one limit over all members. */
static void read_rate_limit(struct quota *quota, struct span value)
{
	struct limit whole = {-1, -1, -1};
	struct span member;
	struct span pair;

	while (next_piece(&value, ',', &member)) {
		struct limit own = {-1, -1, -1};
		bool first = true;

		while (next_piece(&member, ';', &pair)) {
			bool is_old_form = first && pair.len > 0 && pair.at[0] != '"';

			limit_take(is_old_form ? &whole : &own, pair);
			first = false;
		}
		quota_apply(quota, &own);
	}
	quota_apply(quota, &whole);
}

/* `"default";q=100;w=60`, or `100;w=60` of the older drafts. With several
 * policies nobody says which one the count belongs to. */
static void read_policy(struct quota *quota, struct span value)
{
	struct limit limit = {-1, -1, -1};
	struct span member;
	struct span rest;
	struct span pair;

	if (!next_piece(&value, ',', &member) || value.at != NULL)
		return;
	for (rest = member; next_piece(&rest, ';', &pair);) {
		if (span_number(pair) >= 0)
			limit.allowed = span_number(pair);
		else
			limit_take(&limit, pair);
	}
	if (quota->allowed < 0)
		quota->allowed = limit.allowed;
}

/* The number a header starts with: `100, 100;w=60` is 100. */
static int64_t first_number(struct span value)
{
	struct span piece;
	struct span number;

	next_piece(&value, ',', &piece);
	next_piece(&piece, ';', &number);
	return span_number(number);
}

/* Where the number of a header with one number goes, NULL for other headers. */
static int64_t *quota_slot(struct quota *quota, const char *name)
{
	if (strncasecmp(name, "x-", 2) == 0)
		name += 2;
	if (strcasecmp(name, "inin-ratelimit-allowed") == 0 ||
	    strcasecmp(name, "ratelimit-limit") == 0)
		return &quota->allowed;
	if (strcasecmp(name, "inin-ratelimit-count") == 0)
		return &quota->used;
	if (strcasecmp(name, "ratelimit-remaining") == 0)
		return &quota->remaining;
	if (strcasecmp(name, "inin-ratelimit-reset") == 0 ||
	    strcasecmp(name, "ratelimit-reset") == 0)
		return &quota->reset_s;
	return NULL;
}

static void quota_derive(struct quota *quota)
{
	quota->known = quota->allowed >= 0 || quota->remaining >= 0;
	if (quota->used >= 0 || quota->allowed < 0 || quota->remaining < 0)
		return;
	quota->used = quota->allowed > quota->remaining ? quota->allowed - quota->remaining : 0;
}

void quota_read_header(struct quota *quota, const char *name, const char *value)
{
	struct span all = {value, strlen(value)};
	int64_t *slot = quota_slot(quota, name);

	if (slot != NULL) {
		int64_t number = first_number(all);

		if (number >= 0 && !(slot == &quota->reset_s && number > EPOCH_FROM))
			*slot = number;
	} else if (strcasecmp(name, "RateLimit") == 0) {
		read_rate_limit(quota, all);
	} else if (strcasecmp(name, "RateLimit-Policy") == 0) {
		read_policy(quota, all);
	} else {
		return;
	}
	quota_derive(quota);
}

int64_t quota_reset_in_s(const struct quota *quota, int64_t now_us)
{
	int64_t left_us;

	if (quota->reset_s < 0)
		return -1;
	left_us = quota->reset_s * US_PER_S - (now_us - quota->seen_us);
	return left_us <= 0 ? 0 : (left_us + US_PER_S - 1) / US_PER_S;
}

int64_t quota_left(const struct quota *quota, int64_t now_us)
{
	int64_t left = INT64_MAX;

	if (!quota->known)
		return INT64_MAX;
	if (quota_reset_in_s(quota, now_us) == 0)
		return quota->allowed >= 0 ? quota->allowed : INT64_MAX;
	if (quota->remaining >= 0)
		left = quota->remaining;
	if (quota->allowed >= 0 && quota->used >= 0) {
		int64_t by_count = quota->allowed > quota->used ? quota->allowed - quota->used : 0;

		left = by_count < left ? by_count : left;
	}
	return left;
}
