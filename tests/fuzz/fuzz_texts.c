/* Headers of replies, lines of a feed, words of a filter, files of proposals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/cache_header.h"
#include "dacache/domain/filter.h"
#include "dacache/domain/lookup.h"
#include "dacache/domain/plan.h"
#include "dacache/domain/quota.h"
#include "dacache/domain/retry.h"
#include "fuzz.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const dates[] = {
	"23",
	"0",
	"Thu, 01 Jan 2026 00:00:40 GMT",
	"Thursday, 01-Jan-26 00:00:40 GMT",
	"Thu Jan  1 00:00:40 2026",
	"Fri, 31 Dec 9999 23:59:60 GMT",
};

static const char *const quotas[] = {
	"300",
	"limit=100, remaining=50, reset=30",
	"\"default\";r=50;t=30, \"burst\";r=2;t=1",
	"\"default\";q=100;w=60;pk=:cHsdsRa894==:",
	"100, 100;w=60",
	"1767225640",
};

static const char *const caches[] = {
	"Hit from cloudfront",
	"MISS, HIT",
	"\"CDN \\\"1\\\"\"; hit; ttl=30, Origin; fwd=uri-miss; stored; detail=\"a, b; hit\"",
	"cache.example.net; hit=?0; fwd=stale",
	"",
};

static const char *const feed[] = {
	"{\"ts\":1767225600.25,\"dataActionId\":\"c3a1-1\",\"hit\":true,\"key\":\"c_7_v2\","
	"\"latencyMs\":12.5,\"more\":{\"a\":[1,2,{\"b\":null}]}}",
	"{\"dataActionId\":\"x\",\"hit\":false}",
	"{\"ts\":\"2026-01-01T00:00:00.5+02:00\",\"hit\":true,\"dataActionId\":\"\\u00e9\\\"\"}",
};

static const char *const filters[] = {
	"/crm !test",
	"tier:high ttl:>300 key:none err: cat:Billing id:c3",
	"\"Get Customer\" enabled:yes ttl:<=60 err:>=17 !tier:custom",
	"key:customer_{contactId} \xc3\x89tat ttl:=0",
};

static const char *const plans[] = {
	"[{\"id\":\"a\",\"name\":\"A\",\"cacheKey\":\"k_{x}\",\"cacheEnabled\":true,\"tier\":"
	"\"default\"},\n"
	" {\"id\":\"b\",\"cacheTtl\":60,\"payloadKb\":12,\"etag\":\"\\\"12\\\"\"}]\n",
	"{\"actions\":[\n{\"id\":\"a\",\"ttlMatrix\":{\"default\":300,\"high_priority\":60,"
	"\"static_reference\":3600},\n\"directives\":[{\"source\":\"https://h/x\","
	"\"event_type\":\"e\",\"action\":\"refresh\"}]}]}",
	"{\"id\":\"a\",\"cacheKey\":null}\n{\"id\":\"b\",\"cacheTtl\":3.0}\n\n{\"id\":\"c\"}\n",
};

static char *as_string(const char *text, size_t len)
{
	char *string = malloc(len + 1);

	if (string == NULL)
		abort();
	memcpy(string, text, len);
	string[len] = '\0';
	return string;
}

/* ---- headers ---- */

static const char *check_retry_after(const char *text, size_t len)
{
	enum { NOW_S = 1767225600, CAP_S = 120 };
	char *value = as_string(text, len);
	int64_t seconds = 0;
	enum err_code code = retry_after_parse(value, NOW_S, CAP_S, &seconds);

	free(value);
	if (code != ERR_OK)
		return code == ERR_PARSE ? NULL : "an error that is not of parsing";
	return seconds >= 0 && seconds <= CAP_S + 1 ? NULL : "a wait out of its range";
}

static const char *check_cache_header(const char *text, size_t len)
{
	char *value = as_string(text, len);
	enum cache_says status = cache_header_says("Cache-Status", value);
	enum cache_says x_cache = cache_header_says("x-cache", value);

	free(value);
	return status <= CACHE_SAYS_MISS && x_cache <= CACHE_SAYS_MISS ? NULL : "no answer";
}

static const char *check_one_quota(const char *name, const char *value)
{
	struct quota quota = quota_none();

	quota_read_header(&quota, name, value);
	if (quota.known && quota.allowed < 0 && quota.remaining < 0)
		return "known, and nothing is";
	if (quota.allowed < -1 || quota.used < -1 || quota.remaining < -1 || quota.reset_s < -1)
		return "less than nothing";
	if (quota_left(&quota, 0) < 0 || quota_reset_in_s(&quota, 0) < -1)
		return "less than nothing left";
	return NULL;
}

static const char *check_quota(const char *text, size_t len)
{
	static const char *const names[] = {
		"inin-ratelimit-allowed", "inin-ratelimit-count",
		"inin-ratelimit-reset",   "RateLimit",
		"RateLimit-Policy",       "RateLimit-Remaining",
		"RateLimit-Reset",        "X-RateLimit-Limit",
		"X-RateLimit-Reset",
	};
	char *value = as_string(text, len);
	const char *wrong = NULL;

	for (size_t i = 0; wrong == NULL && i < COUNT(names); i++)
		wrong = check_one_quota(names[i], value);
	free(value);
	return wrong;
}

/* ---- lines and words ---- */

static const char *check_lookup(const char *text, size_t len)
{
	struct lookup lookup;
	struct err err = {0};

	if (lookup_parse(text, len, &lookup, &err) != ERR_OK)
		return err.text[0] == '\0' ? "an error without words" : NULL;
	if (memchr(lookup.action_id, '\0', sizeof(lookup.action_id)) == NULL ||
	    lookup.action_id[0] == '\0')
		return "a look-up of no action";
	if (lookup.latency_us < -1)
		return "a latency of less than nothing";
	return NULL;
}

static const char *check_filter(const char *text, size_t len)
{
	static const struct filter_subject subject = {
		.id = "c3a1-1",
		.name = "Get Customer by ANI",
		.category = "CRM",
		.key = "customer_{contactId}_profile_v2",
		.ttl_s = 60,
		.errors = 17,
		.enabled = true,
	};
	static const struct filter_subject empty = {.ttl_s = -1};
	char *words = as_string(text, len);
	struct filter *filter;
	struct err err = {0};
	enum err_code code = filter_parse(words, &filter, &err);
	const char *wrong = NULL;

	if (code != ERR_OK && (code != ERR_USAGE || filter != NULL || err.text[0] == '\0'))
		wrong = "an error without words";
	else if (code == ERR_OK && filter_is_empty(filter) &&
		 !(filter_match(filter, &subject) && filter_match(filter, &empty)))
		wrong = "an empty filter that does not match";
	else if (code == ERR_OK)
		filter_match(filter, &empty);
	filter_free(&filter);
	free(words);
	return wrong;
}

static const char *check_plan_errors(const struct plan *plan, size_t lines)
{
	for (size_t i = 0; i < plan->errors_len; i++) {
		if (plan->errors[i].text[0] == '\0')
			return "an error without words";
		if (plan->errors[i].line < 1 || plan->errors[i].line > lines)
			return "an error in no line of the file";
		if (i > 0 && plan->errors[i].line < plan->errors[i - 1].line)
			return "errors out of order";
	}
	return NULL;
}

static const char *check_plan_entries(const struct plan *plan, size_t lines)
{
	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_entry *entry = &plan->entries[i];

		if (entry->id == NULL || entry->id[0] == '\0')
			return "an entry without an id";
		if (entry->line < 1 || entry->line > lines)
			return "an entry in no line of the file";
		if (entry->errors_len > 0)
			continue;
		if (entry->has_tier && (entry->has_ttl || entry->tier >= TIER_CUSTOM))
			return "an entry with two TTLs";
	}
	return NULL;
}

static const char *check_plan(const char *text, size_t len)
{
	struct plan plan;
	struct err err = {0};
	enum err_code code = plan_parse(text, len, &plan, &err);
	const char *wrong = NULL;
	size_t lines = 1;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	if ((code == ERR_OK) != (plan.errors_len == 0))
		wrong = "errors without an error, or one without any";
	if (wrong == NULL)
		wrong = check_plan_errors(&plan, lines);
	if (wrong == NULL)
		wrong = check_plan_entries(&plan, lines);
	plan_clear(&plan);
	return wrong;
}

/* ---- tests ---- */

static void waits_are_read_or_refused(void **state)
{
	(void)state;
	fuzz_run(dates, COUNT(dates), 40000, check_retry_after);
}

static void caches_say_hit_miss_or_nothing(void **state)
{
	(void)state;
	fuzz_run(caches, COUNT(caches), 40000, check_cache_header);
}

static void quotas_are_never_negative(void **state)
{
	(void)state;
	fuzz_run(quotas, COUNT(quotas), 20000, check_quota);
}

static void look_ups_are_read_or_refused(void **state)
{
	(void)state;
	fuzz_run(feed, COUNT(feed), 40000, check_lookup);
}

static void filters_are_read_or_refused(void **state)
{
	(void)state;
	fuzz_run(filters, COUNT(filters), 20000, check_filter);
}

static void plans_are_read_or_refused(void **state)
{
	(void)state;
	fuzz_run(plans, COUNT(plans), 20000, check_plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_are_read_or_refused),
		cmocka_unit_test(caches_say_hit_miss_or_nothing),
		cmocka_unit_test(quotas_are_never_negative),
		cmocka_unit_test(look_ups_are_read_or_refused),
		cmocka_unit_test(filters_are_read_or_refused),
		cmocka_unit_test(plans_are_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
