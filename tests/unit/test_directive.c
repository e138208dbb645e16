#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/directive.h"

#define URL "https://monitoring.internal/webhooks/cxone-cache"

static void actions_go_both_ways(void **state)
{
	static const char *const names[] = {"invalidate", "refresh", "noop"};
	enum directive_action action = DIRECTIVE_REFRESH;
	struct err err;

	(void)state;
	for (enum directive_action i = 0; i < DIRECTIVE_ACTIONS; i++) {
		assert_int_equal(directive_action_parse(names[i], &action, NULL), ERR_OK);
		assert_int_equal(action, i);
		assert_string_equal(directive_action_name(i), names[i]);
	}
	assert_int_equal(directive_action_parse("refesh", &action, &err), ERR_INVALID);
	assert_string_equal(err.text, "unknown action \"refesh\": did you mean refresh?");
	assert_int_equal(directive_action_parse("zzzzzzzz", &action, &err), ERR_INVALID);
	assert_string_equal(err.text,
			    "action must be invalidate, refresh or noop, not \"zzzzzzzz\"");
	assert_int_equal(directive_action_parse("", &action, &err), ERR_INVALID);
	assert_int_equal(directive_action_parse("Noop", &action, &err), ERR_INVALID);
	assert_int_equal(action, DIRECTIVE_NOOP);
}

static void sources_are_http_urls(void **state)
{
	static const char *const good[] = {
		URL,
		"http://localhost",
		"HTTPS://EXAMPLE.COM:8443/a?b=c,d#e",
		"http://[::1]:8080/x",
		"https://user:pass@example.com/",
		"https://h:65535",
		"https://caf\xc3\xa9.example/",
	};
	static const char *const bad[] = {
		"",
		"ftp://example.com",
		"example.com",
		"https://",
		"https:///path",
		"https://:443/",
		"https://h:0/",
		"https://h:65536/",
		"https://h:x/",
		"https://h:/",
		"https://[::1",
		"https://[]/",
		"https://[::1]x/",
		"https://a b/",
		"https://a\nb/",
		"https://a\\b/",
		"https://a/\x7f",
		"https://a/\xff",
		"javascript:alert(1)",
		"//example.com",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (directive_check_source(good[i], NULL) != ERR_OK)
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (directive_check_source(bad[i], NULL) != ERR_INVALID)
			fail_msg("let through: %s", bad[i]);
}

static void source_errors_say_what_is_wrong(void **state)
{
	struct err err;

	(void)state;
	directive_check_source("", &err);
	assert_string_equal(err.text, "source is empty");
	directive_check_source("ftp://x", &err);
	assert_string_equal(err.text, "source must begin with http:// or https://");
	directive_check_source("http://", &err);
	assert_string_equal(err.text, "source must name a host, and a port of 1-65535 if any");
	assert_int_equal(directive_check_source(NULL, &err), ERR_INVALID);
}

static char *text_of(const char *start, char fill, size_t len)
{
	char *text = malloc(len + 1);

	assert_non_null(text);
	memset(text, fill, len);
	memcpy(text, start, strlen(start));
	text[len] = '\0';
	return text;
}

static void lengths_end_at_their_maximum(void **state)
{
	char *source = text_of("http://", 'a', DIRECTIVE_SOURCE_MAX);
	char *long_source = text_of("http://", 'a', DIRECTIVE_SOURCE_MAX + 1);
	char *event = text_of("", 'e', DIRECTIVE_EVENT_MAX);
	char *long_event = text_of("", 'e', DIRECTIVE_EVENT_MAX + 1);

	(void)state;
	assert_int_equal(directive_check_source(source, NULL), ERR_OK);
	assert_int_equal(directive_check_source(long_source, NULL), ERR_INVALID);
	assert_int_equal(directive_check_event(event, NULL), ERR_OK);
	assert_int_equal(directive_check_event(long_event, NULL), ERR_INVALID);
	free(source);
	free(long_source);
	free(event);
	free(long_event);
}

static void events_are_not_empty(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(directive_check_event("data_refresh", NULL), ERR_OK);
	assert_int_equal(directive_check_event("\xe5\xae\xa2", NULL), ERR_OK);
	assert_int_equal(directive_check_event("", &err), ERR_INVALID);
	assert_string_equal(err.text, "event_type is empty");
	assert_int_equal(directive_check_event(NULL, NULL), ERR_INVALID);
	assert_int_equal(directive_check_event(" \t", NULL), ERR_INVALID);
	assert_int_equal(directive_check_event("a\x1b", NULL), ERR_INVALID);
	assert_int_equal(directive_check_event("a\xff", NULL), ERR_INVALID);
}

static void shell_form_splits_at_the_last_two_commas(void **state)
{
	struct directive directive;

	(void)state;
	assert_int_equal(
		directive_parse("https://h/a,b?c=1,2,data_refresh,refresh", &directive, NULL),
		ERR_OK);
	assert_string_equal(directive.source, "https://h/a,b?c=1,2");
	assert_string_equal(directive.event_type, "data_refresh");
	assert_int_equal(directive.action, DIRECTIVE_REFRESH);
	directive_clear(&directive);
	assert_null(directive.source);
}

static void shell_form_refuses_what_a_part_refuses(void **state)
{
	static const char *const bad[] = {
		"",
		",",
		",,",
		URL,
		URL ",e",
		URL ",,noop",
		URL ",e,",
		URL ",e,delete",
		"ftp://h,e,noop",
		",e,noop",
	};
	struct directive directive;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (directive_parse(bad[i], &directive, &err) != ERR_INVALID)
			fail_msg("let through: %s", bad[i]);
		assert_null(directive.source);
		assert_null(directive.event_type);
	}
	assert_int_equal(directive_parse(NULL, &directive, &err), ERR_INVALID);
	assert_string_equal(err.text, "a directive is SOURCE,EVENT,ACTION");
}

static void list_adds_removes_and_ends(void **state)
{
	struct directive_list list = {0};
	struct directive_list copy;
	char event[16];

	(void)state;
	for (int i = 0; i < DIRECTIVES_MAX; i++) {
		snprintf(event, sizeof(event), "e%d", i);
		assert_int_equal(directive_list_add(&list, URL, event, DIRECTIVE_NOOP), ERR_OK);
	}
	assert_int_equal(directive_list_add(&list, URL, "e", DIRECTIVE_NOOP), ERR_LIMIT);
	assert_int_equal(list.len, DIRECTIVES_MAX);
	assert_int_equal(directive_list_copy(&list, &copy), ERR_OK);
	assert_true(directive_list_equal(&list, &copy));
	directive_list_remove(&list, 1);
	directive_list_remove(&list, 99);
	assert_int_equal(list.len, DIRECTIVES_MAX - 1);
	assert_string_equal(list.items[1].event_type, "e2");
	assert_false(directive_list_equal(&list, &copy));
	assert_null(directive_list_find(&list, "e1"));
	assert_string_equal(directive_list_find(&copy, "e1")->event_type, "e1");
	directive_list_clear(&list);
	directive_list_clear(&copy);
	assert_int_equal(list.len, 0);
}

static void find_takes_the_first(void **state)
{
	struct directive_list list = {0};

	(void)state;
	directive_list_add(&list, "http://a", "e", DIRECTIVE_NOOP);
	directive_list_add(&list, "http://b", "e", DIRECTIVE_REFRESH);
	assert_string_equal(directive_list_find(&list, "e")->source, "http://a");
	assert_null(directive_list_find(&list, "E"));
	directive_list_clear(&list);
}

static void json_round_trips_drafts_too(void **state)
{
	struct directive_list list = {0};
	struct directive_list back;
	struct buf json;

	(void)state;
	buf_init(&json, 4096);
	assert_int_equal(directive_list_to_json(&list, &json), ERR_OK);
	assert_string_equal(buf_str(&json), "[]");
	directive_list_add(&list, URL, "data_refresh", DIRECTIVE_INVALIDATE);
	directive_list_add(&list, "htt", "", DIRECTIVE_NOOP);
	directive_list_add(&list, "https://h/\"\\", "\xe5\xae\xa2\n", DIRECTIVE_REFRESH);
	buf_reset(&json);
	assert_int_equal(directive_list_to_json(&list, &json), ERR_OK);
	assert_non_null(strstr(buf_str(&json), "{\"source\":\"" URL "\",\"event_type\":"
					       "\"data_refresh\",\"action\":\"invalidate\"}"));
	assert_int_equal(directive_list_from_json(buf_str(&json), &back, NULL), ERR_OK);
	assert_true(directive_list_equal(&list, &back));
	directive_list_clear(&list);
	directive_list_clear(&back);
	buf_free(&json);
}

static void json_of_another_kind_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"null",
		"{}",
		"[1]",
		"[{}]",
		"[",
		"[] x",
		"[{\"source\":1,\"event_type\":\"e\",\"action\":\"noop\"}]",
		"[{\"source\":\"http://h\",\"event_type\":\"e\",\"action\":\"delete\"}]",
		"[{\"source\":\"http://h\\u0000x\",\"event_type\":\"e\",\"action\":\"noop\"}]",
		"[{\"source\":\"http://h\",\"event_type\":\"e\",\"action\":\"noop\"},{}]",
	};
	struct directive_list list;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = {0};

		if (directive_list_from_json(bad[i], &list, &err) != ERR_PARSE)
			fail_msg("let through: %s", bad[i]);
		assert_int_equal(err.code, ERR_PARSE);
		assert_true(err.text[0] != '\0');
		assert_int_equal(list.len, 0);
		assert_null(list.items);
	}
	assert_int_equal(directive_list_from_json(NULL, &list, NULL), ERR_PARSE);
}

static void json_past_the_maximum_is_refused(void **state)
{
	struct directive_list list;
	struct buf json;

	(void)state;
	buf_init(&json, 1 << 16);
	buf_putc(&json, '[');
	for (int i = 0; i <= DIRECTIVES_MAX; i++)
		buf_printf(&json, "%s{\"source\":\"\",\"event_type\":\"\",\"action\":\"noop\"}",
			   i ? "," : "");
	buf_putc(&json, ']');
	assert_int_equal(directive_list_from_json(buf_str(&json), &list, NULL), ERR_LIMIT);
	assert_int_equal(list.len, 0);
	buf_free(&json);
}

static void webhook_body_is_the_tutorials(void **state)
{
	char source[] = URL;
	char event[] = "data_refresh";
	struct directive directive = {source, event, DIRECTIVE_INVALIDATE};
	struct buf body;

	(void)state;
	buf_init(&body, 4096);
	assert_int_equal(directive_webhook_body(&directive,
						"Gr\xc3\xbc\xc3\x9f"
						"e_{id}",
						1700000000000042, &body),
			 ERR_OK);
	assert_string_equal(buf_str(&body),
			    "{\"event\":\"cache_invalidation\",\"directive\":{\"source\":\"" URL
			    "\",\"event_type\":\"data_refresh\",\"action\":\"invalidate\"},"
			    "\"action\":\"invalidate\",\"timestamp\":1700000000.000042,"
			    "\"data\":{\"target_key\":\"Gr\\u00fc\\u00dfe_{id}\"}}");
	buf_reset(&body);
	assert_int_equal(directive_webhook_body(&directive, NULL, 1000000, &body), ERR_OK);
	assert_non_null(
		strstr(buf_str(&body), "\"timestamp\":1.000000,\"data\":{\"target_key\":null}}"));
	buf_free(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(actions_go_both_ways),
		cmocka_unit_test(sources_are_http_urls),
		cmocka_unit_test(source_errors_say_what_is_wrong),
		cmocka_unit_test(lengths_end_at_their_maximum),
		cmocka_unit_test(events_are_not_empty),
		cmocka_unit_test(shell_form_splits_at_the_last_two_commas),
		cmocka_unit_test(shell_form_refuses_what_a_part_refuses),
		cmocka_unit_test(list_adds_removes_and_ends),
		cmocka_unit_test(find_takes_the_first),
		cmocka_unit_test(json_round_trips_drafts_too),
		cmocka_unit_test(json_of_another_kind_is_refused),
		cmocka_unit_test(json_past_the_maximum_is_refused),
		cmocka_unit_test(webhook_body_is_the_tutorials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
