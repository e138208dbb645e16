/* The tutorial's report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/base/text.h"
#include "dacache/domain/report.h"

enum { ENTRIES = 3 };

/* An update, one that failed without an answer, one that was refused. */
static int setup(void **state)
{
	static struct audit_entry entries[ENTRIES];

	for (int i = 0; i < ENTRIES; i++) {
		audit_entry_init(&entries[i]);
		entries[i].seq = i + 1;
		entries[i].wall_us = 1763799600000000 + i * INT64_C(1000000);
		entries[i].action = text_dup("cache_update");
		entries[i].data_action_id = text_dup("da-1");
	}
	entries[0].status = 200;
	entries[0].latency_ms = 40;
	entries[0].outcome = OUTCOME_APPLIED;
	entries[0].name = text_dup("Caf\xc3\xa9 \x1b[31m");
	entries[1].outcome = OUTCOME_UNKNOWN;
	entries[1].message = text_dup("time-out");
	entries[2].status = 400;
	entries[2].latency_ms = 43;
	entries[2].outcome = OUTCOME_REFUSED;
	*state = entries;
	return 0;
}

static int teardown(void **state)
{
	struct audit_entry *entries = *state;

	for (int i = 0; i < ENTRIES; i++)
		audit_entry_clear(&entries[i]);
	return 0;
}

static struct json_object *report_json(const struct report *report)
{
	struct json_object *root;
	struct buf out;

	buf_init(&out, 100000);
	assert_int_equal(report_to_json(report, &out), ERR_OK);
	root = json_tokener_parse(buf_str(&out));
	assert_non_null(root);
	buf_free(&out);
	return root;
}

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	assert_true(json_object_object_get_ex(object, name, &value));
	return value;
}

static void an_empty_report_has_no_figures(void **state)
{
	const struct report report = {.generated_us = 1763799600500000};
	struct buf out;

	(void)state;
	buf_init(&out, 10000);
	assert_int_equal(report_to_json(&report, &out), ERR_OK);
	assert_string_equal(buf_str(&out), "{\n"
					   "  \"generated_at\": 1763799600.500000,\n"
					   "  \"total_log_entries\": 0,\n"
					   "  \"average_latency_ms\": null,\n"
					   "  \"current_hit_rate\": null,\n"
					   "  \"entries\": []\n"
					   "}");
	buf_reset(&out);
	assert_int_equal(report_to_text(&report, &out), ERR_OK);
	assert_string_equal(buf_str(&out), "Audit report of 2025-11-22T08:20:00.500Z\n"
					   "\n"
					   "entries          0\n"
					   "average latency  -\n"
					   "hit rate         -\n");
	buf_free(&out);
}

static void figures_come_from_what_is_known(void **state)
{
	const struct report report = {.generated_us = 1763799600500000,
				      .lookups = {3, 1},
				      .entries = *state,
				      .len = ENTRIES};
	struct json_object *root = report_json(&report);
	struct json_object *entries = member(root, "entries");
	struct json_object *second;

	assert_int_equal(json_object_object_length(root), 5);
	assert_int_equal(json_object_get_int(member(root, "total_log_entries")), 3);
	/* the entry without an answer does not dilute the mean */
	assert_true(json_object_get_double(member(root, "average_latency_ms")) == 41.5);
	assert_true(json_object_get_double(member(root, "current_hit_rate")) == 0.75);
	assert_int_equal(json_object_array_length(entries), 3);
	second = json_object_array_get_idx(entries, 1);
	assert_null(member(second, "latency_ms"));
	assert_string_equal(json_object_get_string(member(second, "outcome")), "unknown");
	assert_string_equal(
		json_object_get_string(member(json_object_array_get_idx(entries, 0), "name")),
		"Caf\xc3\xa9 \x1b[31m");
	json_object_put(root);
}

static void a_rate_of_zero_is_no_null(void **state)
{
	const struct report misses = {.lookups = {0, 4}};
	const struct report hits = {.lookups = {4, 0}};
	struct json_object *root = report_json(&misses);

	(void)state;
	assert_true(json_object_is_type(member(root, "current_hit_rate"), json_type_double));
	assert_true(json_object_get_double(member(root, "current_hit_rate")) == 0);
	json_object_put(root);
	root = report_json(&hits);
	assert_true(json_object_get_double(member(root, "current_hit_rate")) == 1);
	json_object_put(root);
}

static void text_is_for_reading(void **state)
{
	const struct report report = {.generated_us = 1763799600500000,
				      .lookups = {11318, 1092},
				      .entries = *state,
				      .len = ENTRIES};
	struct buf out;

	buf_init(&out, 10000);
	assert_int_equal(report_to_text(&report, &out), ERR_OK);
	assert_string_equal(
		buf_str(&out),
		"Audit report of 2025-11-22T08:20:00.500Z\n"
		"\n"
		"entries          3\n"
		"average latency  41.5 ms\n"
		"hit rate         91.2 % of 12,410 look-ups\n"
		"\n"
		"TIME                      ACTION        OUTCOME      STATUS  LATENCY ms  DATA "
		"ACTION\n"
		"2025-11-22T08:20:00.000Z  cache_update  applied         200        40.0  "
		"Caf\xc3\xa9 \\x1b[31m\n"
		"2025-11-22T08:20:01.000Z  cache_update  unknown           -           -  "
		"da-1: time-out\n"
		"2025-11-22T08:20:02.000Z  cache_update  refused         400        43.0  "
		"da-1\n");
	buf_free(&out);
}

static void a_full_buffer_is_told(void **state)
{
	const struct report report = {.entries = *state, .len = ENTRIES};
	struct buf out;

	buf_init(&out, 50);
	assert_int_equal(report_to_json(&report, &out), ERR_LIMIT);
	buf_reset(&out);
	assert_int_equal(report_to_text(&report, &out), ERR_LIMIT);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_report_has_no_figures),
		cmocka_unit_test_setup_teardown(figures_come_from_what_is_known, setup, teardown),
		cmocka_unit_test(a_rate_of_zero_is_no_null),
		cmocka_unit_test_setup_teardown(text_is_for_reading, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_buffer_is_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
