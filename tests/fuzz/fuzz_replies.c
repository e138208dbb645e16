/* Bodies of replies, whatever they hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistr.h>

#include "../../src/net/mask.h"
#include "../../src/net/token.h"
#include "dacache/domain/action.h"
#include "dacache/domain/failure.h"
#include "fuzz.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define ACTION                                                                                     \
	"{\"id\":\"c3a1-1\",\"name\":\"Get Customer by ANI\",\"category\":\"CRM\","                \
	"\"integrationId\":\"i-1\",\"version\":12,\"secure\":false,\"contract\":{\"input\":{"      \
	"\"type\":\"object\",\"properties\":{\"contactId\":{\"type\":\"string\"}}},\"output\":{}}" \
	","                                                                                        \
	"\"config\":{\"request\":{\"requestUrlTemplate\":\"https://x/${input.contactId}\"},"       \
	"\"response\":null},\"cacheEnabled\":true,\"cacheKey\":\"c_{contactId}_v2\","              \
	"\"cacheTtl\":300,\"modifiedBy\":\"m.ito\",\"dateModified\":\"2026-01-01T00:00:00Z\","     \
	"\"big\":12345678901234567890,\"small\":1.0e-7,\"selfUri\":\"/api/v2/dataactions/"         \
	"c3a1-1\"}"

static const char *const actions[] = {
	ACTION,
	"{\"id\":\"x\"}",
	"{\"id\":\"\\u00e9\\ud83d\\ude00\",\"cacheKey\":null,\"cacheTtl\":\"60\",\"cacheEnabled\":"
	"1}",
	" {\"id\" : \"y\" , \"cacheTtl\" : 60.0 , \"cacheKey\" : \"caf\xc3\xa9_{a}\" } \n",
};

static const char *const pages[] = {
	"{\"entities\":[" ACTION "," ACTION "],\"pageSize\":2,\"pageNumber\":1,\"total\":142,"
	"\"pageCount\":71,\"nextUri\":\"/x?page=2\"}",
	"[" ACTION ",{\"id\":\"b\",\"cacheTtl\":0}]",
	"{\"items\":[{\"id\":\"a\"},{\"name\":\"none\"},7,null]}",
	"{\"results\":[],\"total\":0}",
	"{\"dataActions\":[{\"id\":\"a\",\"cacheKey\":\"k\",\"cacheEnabled\":true}]}",
};

static const char *const errors[] = {
	"{\"message\":\"Missing required field: cacheKey\",\"code\":\"bad.request\",\"status\":400,"
	"\"contextId\":\"9c4\",\"details\":[{\"errorCode\":\"missing\",\"fieldName\":\"cacheKey\"},"
	"{\"errorCode\":\"e\"}],\"errors\":[]}",
	"{\"type\":\"https://example.com/p\",\"title\":\"Version mismatch\",\"status\":400,"
	"\"detail\":\"version mismatch: 12 is not 13\"}",
	"{\"error\":\"invalid_client\",\"error_description\":\"client authentication failed\"}",
	"{\"error\":{\"message\":\"odd\"},\"details\":{}}",
	"<html><head><title>502 Bad Gateway</title><style>p{}</style></head>"
	"<body><h1>502 &amp; more</h1><!-- x --><p>nginx</p></body></html>",
	"upstream connect error\r\nor disconnect",
	"",
};

static const char *const grants[] = {
	"{\"access_token\":\"eyJhbGciOi.J9\",\"token_type\":\"bearer\",\"expires_in\":3600,"
	"\"scope\":\"dataaction:read dataaction:write\"}",
	"{\"access_token\":\"a\",\"expires_in\":\"60\"}",
	"{\"token_type\":\"mac\",\"access_token\":\"a\"}",
};

/* ---- actions ---- */

static const char *check_members(const struct cache_members *members)
{
	bool in_range = members->ttl_s >= CACHE_TTL_INVALID && members->ttl_s <= 86400;

	return in_range ? NULL : "a TTL out of its range";
}

/* What would be sent reads back as it was meant, and is the same action. */
static const char *check_put_body(const struct action *action)
{
	struct cache_members wanted = {.enabled = true, .key = (char[]){"k_{a}"}, .ttl_s = 60};
	struct action *back = NULL;
	const char *wrong = NULL;
	struct buf body;
	struct err err;

	buf_init(&body, 1024 * 1024);
	if (action_put_body(action, &wanted, false, &body) != ERR_OK)
		wrong = "no PUT body";
	else if (action_parse(body.data, body.len, NULL, &back, &err) != ERR_OK)
		wrong = "a PUT body that is no action";
	else if (strcmp(back->id, action->id) != 0)
		wrong = "a PUT body of another id";
	else if (!cache_members_equal(&back->members, &wanted))
		wrong = "a PUT body with other members than wanted";
	action_free(&back);
	buf_free(&body);
	return wrong;
}

static const char *check_action(const char *text, size_t len)
{
	struct action *action;
	const char *wrong = NULL;
	char if_match[ETAG_SIZE];
	struct err err = {0};

	if (action_parse(text, len, NULL, &action, &err) != ERR_OK) {
		if (action != NULL)
			return "an action beside an error";
		return err.text[0] == '\0' ? "an error without words" : NULL;
	}
	if (action->id[0] == '\0')
		wrong = "an action without an id";
	else if (action_if_match(action, if_match) != ERR_OK || strlen(if_match) != 66)
		wrong = "no If-Match";
	if (wrong == NULL)
		wrong = check_members(&action->members);
	if (wrong == NULL)
		wrong = check_put_body(action);
	action_free(&action);
	return wrong;
}

static const char *check_page(const char *text, size_t len)
{
	struct action_page page;
	const char *wrong = NULL;
	struct err err = {0};

	if (action_page_parse(text, len, &page, &err) != ERR_OK) {
		if (page.rows != NULL || page.len != 0)
			wrong = "rows beside an error";
		else if (err.text[0] == '\0')
			wrong = "an error without words";
	}
	for (size_t i = 0; wrong == NULL && i < page.len; i++) {
		if (page.rows[i].id == NULL || page.rows[i].id[0] == '\0')
			wrong = "a row without an id";
		else
			wrong = check_members(&page.rows[i].members);
	}
	action_page_clear(&page);
	return wrong;
}

/* ---- failures ---- */

static bool is_line(const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	return len < size && memchr(text, '\n', len) == NULL &&
	       u8_check((const uint8_t *)text, len) == NULL;
}

static const char *check_status(int status, const char *text, size_t len)
{
	struct failure failure;
	char line[200];
	int code;

	failure_init(&failure);
	failure_from_reply(&failure, status, text, len);
	code = failure_exit_code(&failure);
	if (failure.kind == FAILURE_NONE || failure.status != status)
		return "no failure";
	if (code < 1 || code > 9)
		return "an exit code that no shell knows";
	if (!is_line(failure.message, sizeof(failure.message)) ||
	    !is_line(failure.code, sizeof(failure.code)) ||
	    !is_line(failure.context_id, sizeof(failure.context_id)))
		return "words that are not a line of UTF-8";
	for (size_t i = 0; i < failure.details_len; i++) {
		if (i >= FAILURE_DETAILS_MAX ||
		    !is_line(failure.details[i].field_name, sizeof(failure.details[i].field_name)))
			return "a detail that is not a line of UTF-8";
	}
	failure_line(&failure, line, sizeof(line));
	return is_line(line, sizeof(line)) && line[0] != '\0' ? NULL : "no line";
}

static const char *check_failure(const char *text, size_t len)
{
	static const int statuses[] = {400, 401, 404, 412, 429, 503, 302};
	const char *wrong = NULL;

	for (size_t i = 0; wrong == NULL && i < COUNT(statuses); i++)
		wrong = check_status(statuses[i], text, len);
	return wrong;
}

/* ---- tokens and secrets ---- */

static const char *check_grant(const char *text, size_t len)
{
	struct token_grant grant;
	const char *wrong = NULL;
	struct err err = {0};

	if (token_grant_parse(text, len, &grant, &err) != ERR_OK)
		return grant.access != NULL ? "a token beside an error" : NULL;
	if (grant.access[0] == '\0' || strpbrk(grant.access, " \t\r\n") != NULL)
		wrong = "a token that breaks a header";
	else if (grant.expires_in_s < 0)
		wrong = "a token from before";
	free(grant.access);
	free(grant.scope);
	return wrong;
}

static const char *const logged[] = {
	"{\"access_token\":\"tok-one\",\"x\":\"tok-one s3cret&more\"}",
	"grant_type=client_credentials&client_secret=s3cret&more&scope=tok-one",
	"https://user:tok-one@host/?token=s3cret&more#tok-one",
	"tok-onetok-one\"token\" : \"s3cret&more\"",
};

static const char *check_mask(const char *text, size_t len)
{
	struct mask mask = {.len = 0};
	const char *wrong = NULL;
	struct buf out;

	mask_add(&mask, "tok-one");
	mask_add(&mask, "s3cret&more");
	for (size_t max = 0; wrong == NULL && max <= len; max += 7) {
		buf_init(&out, 1024 * 1024);
		if (mask_head(&mask, text, len, max, &out) != ERR_OK)
			wrong = "no memory";
		else if (strstr(buf_str(&out), "tok-one") != NULL ||
			 strstr(buf_str(&out), "s3cret&more") != NULL)
			wrong = "a secret in the log";
		buf_free(&out);
	}
	return wrong;
}

/* ---- tests ---- */

static void actions_are_read_or_refused(void **state)
{
	(void)state;
	fuzz_run(actions, COUNT(actions), 12000, check_action);
}

static void pages_are_read_or_refused(void **state)
{
	(void)state;
	fuzz_run(pages, COUNT(pages), 12000, check_page);
}

static void failures_have_words(void **state)
{
	(void)state;
	fuzz_run(errors, COUNT(errors), 4000, check_failure);
}

static void grants_are_usable_or_refused(void **state)
{
	(void)state;
	fuzz_run(grants, COUNT(grants), 10000, check_grant);
}

static void secrets_stay_covered(void **state)
{
	(void)state;
	fuzz_run(logged, COUNT(logged), 6000, check_mask);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(actions_are_read_or_refused),
		cmocka_unit_test(pages_are_read_or_refused),
		cmocka_unit_test(failures_have_words),
		cmocka_unit_test(grants_are_usable_or_refused),
		cmocka_unit_test(secrets_stay_covered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
