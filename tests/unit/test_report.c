/* The tutorial's report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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
	/* the tutorial's keys first, in its order */
	static const char begin[] = "{\n"
				    "  \"generated_at\": 1763799600.500000,\n"
				    "  \"total_log_entries\": 0,\n"
				    "  \"average_latency_ms\": null,\n"
				    "  \"current_hit_rate\": null,\n"
				    "  \"entries\": [],\n"
				    "  \"tenant\": null,\n";
	assert_memory_equal(buf_str(&out), begin, sizeof(begin) - 1);
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
	const struct report_change changes[] = {
		{.wall_us = 1763799600400000,
		 .data_action_id = "da-1",
		 .who = "ops\x07",
		 .has_before = true,
		 .has_after = true,
		 .before = {true, (char[]){"k"}, 300},
		 .after = {true, (char[]){"k"}, CACHE_TTL_ABSENT},
		 .known = true,
		 .hits_after = {1, 3, 0}},
		{.wall_us = 1763799600300000, .data_action_id = "da-2"},
		{.seq = 1,
		 .wall_us = 1763799600000000,
		 .data_action_id = "da-1",
		 .name = "Caf\xc3\xa9 \x1b[31m"},
	};
	const struct report report = {.generated_us = 1763799600500000,
				      .lookups = {11318, 1092},
				      .lookups_from_us = 1763796000000000,
				      .lookups_to_us = 1763799600500000,
				      .entries = *state,
				      .len = ENTRIES,
				      .changes = changes,
				      .changes_len = 3};
	struct buf out;

	buf_init(&out, 10000);
	assert_int_equal(report_to_text(&report, &out), ERR_OK);
	assert_string_equal(
		buf_str(&out),
		"Audit report of 2025-11-22T08:20:00.500Z\n"
		"\n"
		"entries          3\n"
		"average latency  41.5 ms, p50 40.0, p95 43.0, p99 43.0, max 43.0 ms of 2\n"
		"hit rate         91.2 % of 12,410 look-ups, from 2025-11-22 07:20:00 to "
		"2025-11-22 08:20:00 UTC\n"
		"changes          3: 1 applied, 1 refused, 1 unknown; and 2 not by this tool\n"
		"\n"
		"CHANGES  APPLIED  UNCHANGED  CONFLICT  REFUSED  NOT APPLIED  UNKNOWN  DATA "
		"ACTION\n"
		"      3        1          0         0        1            0        1  "
		"Caf\xc3\xa9 \\x1b[31m (1 not by this tool)\n"
		"      0        0          0         0        0            0        0  "
		"da-2 (1 not by this tool)\n"
		"\n"
		"CHANGES  APPLIED  UNCHANGED  CONFLICT  REFUSED  NOT APPLIED  UNKNOWN  WHO\n"
		"      3        1          0         0        1            0        1  "
		"- (1 not by this tool)\n"
		"      0        0          0         0        0            0        0  "
		"ops\\x07 (1 not by this tool)\n"
		"\n"
		"TIME                      HIT RATE BEFORE   AND AFTER         CHANGE APPLIED\n"
		"2025-11-22T08:20:00.400Z  -                 25.0 % of 4       "
		"da-1: cacheTtl 300 -> none, by ops\\x07, not by this tool\n"
		"2025-11-22T08:20:00.300Z  -                 -                 "
		"da-2: -, by somebody, not by this tool\n"
		"2025-11-22T08:20:00.000Z  -                 -                 "
		"Caf\xc3\xa9 \\x1b[31m: -, by -\n"
		"\n"
		"ERRORS  NEWEST                    CAUSE\n"
		"     1  2025-11-22T08:20:01.000Z  answer lost: time-out\n"
		"     1  2025-11-22T08:20:02.000Z  refused by the tenant (400)\n"
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

/* --- changes, people, causes --- */

enum { CHANGES = 5 };
static const int64_t hour_us = INT64_C(3600000000);
static const int64_t noon_us = INT64_C(1763812800000000);

static void make_change(struct audit_entry *entry, int64_t seq, int64_t wall_us, const char *id,
			const char *who, enum outcome outcome)
{
	audit_entry_init(entry);
	entry->seq = seq;
	entry->wall_us = wall_us;
	entry->action = text_dup("cache_update");
	entry->data_action_id = text_dup(id);
	entry->who = text_dup(who);
	entry->outcome = outcome;
	entry->has_payload = true;
	entry->has_before = true;
	assert_int_equal(cache_members_set(&entry->payload, true, "k_{a}", 60), ERR_OK);
	assert_int_equal(cache_members_set(&entry->before, true, "k_{a}", 300), ERR_OK);
}

/* Newest first: a at 14:00 and, changed before, at 13:30; b at 12:00; a webhook. */
static int setup_changes(void **state)
{
	static struct audit_entry entries[CHANGES];

	make_change(&entries[0], 5, noon_us + 2 * hour_us, "a", "ann", OUTCOME_APPLIED);
	make_change(&entries[1], 4, noon_us + 2 * hour_us - hour_us / 2, "a", "bob",
		    OUTCOME_APPLIED);
	make_change(&entries[2], 3, noon_us + hour_us, "a", "ann", OUTCOME_CONFLICT);
	entries[2].status = 412;
	make_change(&entries[3], 2, noon_us, "b", "ann", OUTCOME_APPLIED);
	make_change(&entries[4], 1, noon_us - hour_us, "b", "ann", OUTCOME_NOT_APPLIED);
	free(entries[4].action);
	entries[4].action = text_dup("webhook");
	*state = entries;
	return 0;
}

static int teardown_changes(void **state)
{
	struct audit_entry *entries = *state;

	for (int i = 0; i < CHANGES; i++)
		audit_entry_clear(&entries[i]);
	return 0;
}

static double number(struct json_object *object, const char *name)
{
	return json_object_get_double(member(object, name));
}

static void changes_have_their_hit_rates(void **state)
{
	const struct report_change changes[] = {
		{.wall_us = noon_us, .data_action_id = "a", .known = true},
		{.seq = 7,
		 .wall_us = noon_us - hour_us,
		 .data_action_id = "a",
		 .who = "ann",
		 .has_before = true,
		 .has_after = true,
		 .before = {true, (char[]){"k_{a}"}, 300},
		 .after = {true, (char[]){"k_{a}"}, 60},
		 .known = true,
		 .hits_before = {450, 1350, 0},
		 .hits_after = {2700, 900, 0}},
		{.seq = 6, .wall_us = noon_us - 2 * hour_us, .data_action_id = "b"},
	};
	const struct report report = {.changes = changes, .changes_len = 3};
	struct json_object *root = report_json(&report);
	struct json_object *rows = member(root, "changes");
	struct json_object *other = json_object_array_get_idx(rows, 0);
	struct json_object *ours = json_object_array_get_idx(rows, 1);
	struct json_object *unknown = json_object_array_get_idx(rows, 2);

	(void)state;
	assert_int_equal(json_object_array_length(rows), 3);
	assert_null(member(other, "seq"));
	assert_false(json_object_get_boolean(member(other, "by_dacache")));
	assert_null(member(other, "who"));
	assert_null(member(member(other, "hit_rate_before"), "rate"));
	assert_true(number(member(other, "hit_rate_before"), "n") == 0);
	assert_true(number(ours, "seq") == 7);
	assert_true(json_object_get_boolean(member(ours, "by_dacache")));
	assert_true(number(member(ours, "hit_rate_before"), "n") == 1800);
	assert_true(number(member(ours, "hit_rate_before"), "rate") == 0.25);
	assert_true(number(member(ours, "hit_rate_after"), "n") == 3600);
	assert_true(number(member(ours, "hit_rate_after"), "rate") == 0.75);
	assert_true(number(member(ours, "payload"), "cacheTtl") == 60);
	/* what nobody knows is null */
	assert_null(member(member(unknown, "hit_rate_before"), "rate"));
	assert_null(member(member(unknown, "hit_rate_after"), "n"));
	assert_true(number(root, "by_others") == 1);
	json_object_put(root);
}

static void groups_count_what_was_tried(void **state)
{
	const struct report report = {.entries = *state, .len = CHANGES};
	struct json_object *root = report_json(&report);
	struct json_object *actions = member(root, "by_action");
	struct json_object *people = member(root, "by_person");
	struct json_object *b = json_object_array_get_idx(actions, 1);
	struct json_object *ann = json_object_array_get_idx(people, 0);
	struct json_object *errors = member(root, "errors");

	assert_int_equal(json_object_array_length(actions), 2);
	assert_string_equal(json_object_get_string(member(b, "data_action_id")), "b");
	assert_true(number(b, "changes") == 1 && number(b, "webhooks") == 1 &&
		    number(b, "webhooks_failed") == 1);
	assert_string_equal(json_object_get_string(member(ann, "who")), "ann");
	assert_true(number(ann, "changes") == 3);
	assert_true(number(member(ann, "outcomes"), "conflict") == 1);
	assert_int_equal(json_object_array_length(errors), 2);
	assert_string_equal(
		json_object_get_string(member(json_object_array_get_idx(errors, 0), "cause")),
		"conflict (412)");
	assert_string_equal(
		json_object_get_string(member(json_object_array_get_idx(errors, 1), "cause")),
		"webhook: no answer");
	json_object_put(root);
}

static void calls_are_told_by_endpoint(void **state)
{
	const struct report_call calls[] = {{ENDPOINT_GET, 10, false},
					    {ENDPOINT_PUT, 7, false},
					    {ENDPOINT_GET, 30, true},
					    {ENDPOINT_GET, -1, true}};
	const struct report report = {.calls = calls, .calls_len = 4};
	struct json_object *root = report_json(&report);
	struct json_object *rows = member(root, "api_calls");
	struct json_object *get = json_object_array_get_idx(rows, 0);

	(void)state;
	assert_int_equal(json_object_array_length(rows), 2);
	assert_string_equal(json_object_get_string(member(get, "endpoint")), "get");
	assert_true(number(get, "calls") == 3 && number(get, "failed") == 2);
	assert_true(number(member(get, "latency_ms"), "n") == 2);
	assert_true(number(member(get, "latency_ms"), "mean") == 20);
	assert_true(number(member(get, "latency_ms"), "p50") == 10);
	assert_true(number(member(get, "latency_ms"), "p95") == 30);
	json_object_put(root);
}

/* --- HTML --- */

static void html(const struct report *report, struct buf *out)
{
	buf_init(out, 1000000);
	assert_int_equal(report_to_html(report, out), ERR_OK);
}

static void html_lets_no_markup_through(void **state)
{
	struct audit_entry *entries = *state;
	const struct report_change changes[] = {
		{.data_action_id = "<script>2</script>",
		 .who = "<img src=y>",
		 .has_before = true,
		 .has_after = true,
		 .before = {true, (char[]){"k_{a}"}, 60},
		 .after = {true, (char[]){"k_\"<b>"}, 60}},
		{.data_action_id = "z"},
	};
	const struct report report = {.entries = entries,
				      .len = CHANGES,
				      .changes = changes,
				      .changes_len = 2,
				      .tenant = "https://x/\"><script>1</script>",
				      .data_action_id = "<i>'"};
	struct buf out;

	entries[0].name = text_dup("<script>alert(1)</script>\xe2\x80\xae&amp;");
	entries[2].message = text_dup("<img src=x onerror='alert(1)'>");
	html(&report, &out);
	assert_null(strstr(buf_str(&out), "<script"));
	assert_null(strstr(buf_str(&out), "<img"));
	assert_null(strstr(buf_str(&out), "<i>"));
	assert_null(strstr(buf_str(&out), "\xe2\x80\xae"));
	assert_non_null(
		strstr(buf_str(&out), "&lt;script&gt;alert(1)&lt;/script&gt;\\u202e&amp;amp;"));
	assert_non_null(strstr(buf_str(&out), "&lt;img src=x onerror=&#39;alert(1)&#39;&gt;"));
	assert_non_null(strstr(buf_str(&out), "k_{a} \xe2\x86\x92 k_&quot;&lt;b&gt;"));
	assert_non_null(
		strstr(buf_str(&out), "<bdi>&lt;img src=y&gt;</bdi>, not by this tool</small>"));
	assert_non_null(strstr(buf_str(&out), "<bdi>somebody</bdi>, not by this tool</small>"));
	buf_free(&out);
}

static void html_without_anything_says_so(void **state)
{
	const struct report report = {.generated_us = 1763799600500000};
	struct buf out;

	(void)state;
	html(&report, &out);
	assert_non_null(strstr(buf_str(&out), "Hit rate <b>-</b>"));
	assert_non_null(strstr(buf_str(&out), "no look-up was recorded"));
	assert_non_null(strstr(buf_str(&out), "Average latency <b>-</b>"));
	assert_null(strstr(buf_str(&out), "<svg"));
	buf_free(&out);
}

/* Whatever the times, there are neither too many bars nor one outside. */
static void charts_take_any_span(void **state)
{
	static const int64_t spans_us[] = {0,
					   1,
					   60000000,
					   INT64_C(86400000000),
					   INT64_C(31536000000000),
					   INT64_C(3153600000000000000)};
	struct audit_entry *entries = *state;

	for (size_t i = 0; i < sizeof(spans_us) / sizeof(spans_us[0]); i++) {
		struct report report = {
			.generated_us = noon_us + 3 * hour_us, .entries = entries, .len = CHANGES};
		struct buf out;

		report.since_us = report.generated_us - spans_us[i];
		html(&report, &out);
		buf_free(&out);
		report.since_us = report.generated_us + 1; /* nothing is in between */
		html(&report, &out);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_report_has_no_figures),
		cmocka_unit_test_setup_teardown(figures_come_from_what_is_known, setup, teardown),
		cmocka_unit_test(a_rate_of_zero_is_no_null),
		cmocka_unit_test_setup_teardown(text_is_for_reading, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_buffer_is_told, setup, teardown),
		cmocka_unit_test(changes_have_their_hit_rates),
		cmocka_unit_test_setup_teardown(groups_count_what_was_tried, setup_changes,
						teardown_changes),
		cmocka_unit_test(calls_are_told_by_endpoint),
		cmocka_unit_test_setup_teardown(html_lets_no_markup_through, setup_changes,
						teardown_changes),
		cmocka_unit_test(html_without_anything_says_so),
		cmocka_unit_test_setup_teardown(charts_take_any_span, setup_changes,
						teardown_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
