/* Pages of the list, read in one pass, held against what json-c makes of the same
 * text: the same rows and counts, or no page for both. The one pass is stricter in
 * two things, as RFC 8259 is: numbers and words (1., NaN), and UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "../../src/domain/json_read.h"
#include "../../src/domain/members_json.h"
#include "dacache/base/text.h"
#include "dacache/domain/action.h"
#include "fuzz.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DEEP_20      "[[[[[[[[[[[[[[[[[[[["
#define DEEP_20_END  "]]]]]]]]]]]]]]]]]]]]"
#define DEEP_60      DEEP_20 DEEP_20 DEEP_20
#define DEEP_60_END  DEEP_20_END DEEP_20_END DEEP_20_END

static const char *const pages[] = {
	"{\"entities\":[{\"id\":\"c3a1-1\",\"name\":\"Get Customer\",\"category\":\"CRM\","
	"\"contract\":{\"input\":{\"properties\":{\"a\":{\"type\":\"string\"}}}},\"secure\":false,"
	"\"cacheEnabled\":true,\"cacheKey\":\"c_{a}_v2\",\"cacheTtl\":300},{\"id\":\"b\","
	"\"version\":-1.5e-3}],\"pageSize\":2,\"pageNumber\":1,\"total\":142,\"pageCount\":71}",
	"[{\"id\":\"a\",\"cacheTtl\":0},{\"id\":\"b\",\"id\":7},{\"id\":\"c\",\"id\":\"d\"}]",
	"{\"items\":[{\"id\":\"i\"}],\"results\":[{\"id\":\"r\"}],\"entities\":[{\"id\":\"e\"}]}",
	"{\"results\":[{\"id\":\"1\"}],\"results\":[{\"id\":\"2\"}],\"total\":1,\"total\":2}",
	"{\"items\":[{\"id\":\"1\"}],\"dataActions\":[{\"id\":\"2\"}],\"items\":null}",
	" { \"dataActions\" : [ { \"\\u0069d\" : \"caf\xc3\xa9 \\ud83d\\ude00 \\ud83d x\" , "
	"\"name\" : \"a\\u0000b\\n\" , \"cacheKey\" : \"\" , \"cacheTtl\" : \"60\" } , 7 , null , "
	"[ { } ] ] } \r\n\t",
	"[{\"id\":\"\"},{\"id\":\"a\\u0000\"},{},{\"id\":\"x\",\"cacheTtl\":86401},{\"id\":\"y\","
	"\"cacheTtl\":null,\"cacheKey\":null,\"cacheEnabled\":\"true\",\"name\":5}]",
	"[{\"id\":\"a\",\"x\":" DEEP_60 "[]" DEEP_60_END "}]",
	"{\"entities\":[{\"id\":\"a\",\"x\":" DEEP_60 "1" DEEP_60_END "}]}",
	"{\"entities\":[{\"id\":\"tab\there\",\"cacheTtl\":-0}],\"total\":9223372036854775807}",
};

/* ---- the page by json-c ---- */

static struct json_object *entries_of(struct json_object *reply)
{
	static const char *const names[] = {"entities", "items", "dataActions", "results"};

	if (json_object_is_type(reply, json_type_array))
		return reply;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct json_object *entries = json_member(reply, names[i]);

		if (json_object_is_type(entries, json_type_array))
			return entries;
	}
	return NULL;
}

static bool same_count(struct json_object *reply, const char *name, int64_t count)
{
	int64_t expected;

	if (!json_get_int(json_member(reply, name), &expected) || expected < 0)
		expected = -1;
	return count == expected;
}

static bool same_text(struct json_object *entry, const char *name, const char *text)
{
	char *expected = json_dup_member(entry, name);
	bool same = strcmp(expected, text) == 0;

	free(expected);
	return same;
}

static const char *compare_row(struct json_object *entry, const struct action_row *row)
{
	struct cache_members members;
	const char *wrong = NULL;

	if (cache_members_read(entry, &members) != ERR_OK)
		return "no memory";
	if (!same_text(entry, "id", row->id) || !same_text(entry, "name", row->name) ||
	    !same_text(entry, "category", row->category))
		wrong = "another text";
	else if (!cache_members_equal(&members, &row->members))
		wrong = "other members";
	cache_members_clear(&members);
	return wrong;
}

static const char *compare_rows(struct json_object *entries, const struct action_page *page)
{
	const char *wrong = NULL;
	size_t n = 0;

	for (size_t i = 0; wrong == NULL && i < json_object_array_length(entries); i++) {
		struct json_object *entry = json_object_array_get_idx(entries, i);

		if (!json_has_id(entry))
			continue;
		if (n == page->len)
			return "a row is missing";
		wrong = compare_row(entry, &page->rows[n++]);
	}
	if (wrong == NULL && n != page->len)
		wrong = "a row too many";
	if (wrong == NULL && json_object_array_length(entries) - n != page->broken)
		wrong = "another number of broken entries";
	return wrong;
}

static const char *compare(struct json_object *reply, const struct action_page *page)
{
	struct json_object *entries = entries_of(reply);

	if (entries == NULL)
		return "a page where json-c sees none";
	if (!same_count(reply, "pageNumber", page->page_number) ||
	    !same_count(reply, "pageSize", page->page_size) ||
	    !same_count(reply, "total", page->total) ||
	    !same_count(reply, "pageCount", page->page_count))
		return "another count";
	return compare_rows(entries, page);
}

/* ---- where RFC 8259 is stricter ---- */

static size_t digits(const char *at, const char *end)
{
	size_t n = 0;

	while (at + n < end && at[n] >= '0' && at[n] <= '9')
		n++;
	return n;
}

static bool is_number(const char *at, const char *end)
{
	size_t n;

	at += at < end && *at == '-';
	n = digits(at, end);
	if (n == 0 || (n > 1 && *at == '0'))
		return false;
	at += n;
	if (at < end && *at == '.') {
		n = digits(++at, end);
		if (n == 0)
			return false;
		at += n;
	}
	if (at < end && (*at == 'e' || *at == 'E')) {
		at++;
		at += at < end && (*at == '+' || *at == '-');
		n = digits(at, end);
		if (n == 0)
			return false;
		at += n;
	}
	return at == end;
}

static bool is_token(const char *at, size_t len)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strlen(words[i]) == len && memcmp(at, words[i], len) == 0)
			return true;
	return is_number(at, at + len);
}

/* In a text that json-c took. */
static bool has_odd_token(const char *text, size_t len)
{
	const char *end = text + len;

	for (const char *at = text; at < end;) {
		const char *start = at;

		if (*at == '"') {
			for (at++; at < end && *at != '"'; at++)
				at += *at == '\\';
			at++;
		} else if (strchr("{}[]:, \t\r\n", *at) != NULL) {
			at++;
		} else {
			while (at < end && strchr("{}[]:,\" \t\r\n", *at) == NULL)
				at++;
			if (!is_token(start, (size_t)(at - start)))
				return true;
		}
	}
	return false;
}

/* json-c cuts such a name, and then takes it for another. */
static bool has_nul_in_a_name(const char *text, size_t len)
{
	static const char nul[] = "\\u0000";

	for (size_t i = 0; i + sizeof(nul) - 1 <= len; i++) {
		const char *quote = memchr(text + i, '"', len - i);
		const char *end = text + len;

		if (quote == NULL)
			return false;
		for (quote++; quote < end && strchr(" \t\r\n", *quote) != NULL; quote++)
			;
		if (memcmp(text + i, nul, sizeof(nul) - 1) == 0 && quote < end && *quote == ':')
			return true;
	}
	return false;
}

static const char *check_page(const char *text, size_t len)
{
	struct action_page page;
	struct json_object *reply;
	const char *wrong = NULL;
	struct err err = {0};
	bool is_page = action_page_parse(text, len, &page, &err) == ERR_OK;

	if (json_read(text, len, &reply, NULL) == ERR_OK && has_nul_in_a_name(text, len))
		goto done;
	if (is_page && reply == NULL)
		wrong = "taken, and json-c does not take it";
	else if (is_page)
		wrong = compare(reply, &page);
	else if (!is_page && (page.rows || page.len != 0 || err.text[0] == '\0'))
		wrong = "rows beside an error, or an error without words";
	else if (reply != NULL && entries_of(reply) != NULL && text_is_valid(text, len) &&
		 !has_odd_token(text, len))
		wrong = "refused, and json-c takes it";
done:
	json_object_put(reply);
	action_page_clear(&page);
	return wrong;
}

static void one_pass_reads_what_json_c_reads(void **state)
{
	(void)state;
	fuzz_run(pages, COUNT(pages), 60000, check_page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_pass_reads_what_json_c_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
