/* report: what the audit and the look-ups tell, for people, machines and mail. */
#include "dacache/domain/report.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/file.h"
#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "internal.h"

enum { PAGE = 1000 };

struct options {
	const char *id;
	const char *since;
	const char *until;
	const char *html;
	bool text;
	bool json;
};

/* --- what is there --- */

struct keeping {
	struct vec *entries;
	bool failed;
};

static bool keep_entry(void *context, const struct audit_entry *entry)
{
	struct keeping *keeping = context;
	struct audit_entry copy = {0};

	if (audit_entry_copy(entry, &copy) || vec_push(keeping->entries, &copy)) {
		audit_entry_clear(&copy);
		keeping->failed = true;
	}
	return !keeping->failed;
}

static void free_entries(struct vec *entries)
{
	size_t i;

	for (i = 0; i < entries->len; i++)
		audit_entry_clear(vec_at(entries, i));
	vec_free(entries);
}

/* A page at a time: the store is not held for long. */
static enum err_code read_entries(struct cli *cli, struct audit_query *query, struct vec *entries,
				  struct err *err)
{
	struct keeping keeping = {.entries = entries};
	size_t before;

	do {
		enum err_code code;

		before = entries->len;
		code = session_audit_query(cli->session, query, PAGE, keep_entry, &keeping, err);
		if (!code && keeping.failed)
			code = err_set(err, ERR_NO_MEMORY, "out of memory");
		if (code)
			return code;
		if (entries->len > before)
			query->before_seq =
				((const struct audit_entry *)vec_at(entries, entries->len - 1))
					->seq;
	} while (entries->len - before == PAGE);
	return ERR_OK;
}

/* --- changes, look-ups and calls --- */

static bool lookups_between(void *context, const char *action_id, int64_t from_us, int64_t to_us,
			    struct hit_count *out)
{
	struct live_side side = {0};

	/* None known is none: the history is kept without gaps. */
	if (session_lookups_between(context, action_id, from_us, to_us, &side))
		*out = side.count;
	else
		*out = (struct hit_count){0};
	return true;
}

static void clear_change(struct report_change *change)
{
	free((void *)(uintptr_t)change->data_action_id);
	free((void *)(uintptr_t)change->name);
	free((void *)(uintptr_t)change->who);
	cache_members_clear(&change->before);
	cache_members_clear(&change->after);
}

static void free_changes(struct vec *changes)
{
	for (size_t i = 0; i < changes->len; i++)
		clear_change(vec_at(changes, i));
	vec_free(changes);
}

static enum err_code keep_change(void *context, const struct live_change *change,
				 const struct live_effect *effect)
{
	struct report_change copy = {
		.seq = change->seq,
		.wall_us = change->wall_us,
		.data_action_id = text_dup(change->action_id),
		.name = text_dup(change->name),
		.who = text_dup(change->who),
		.has_before = change->has_before,
		.has_after = true,
		.known = true,
		.hits_before = effect->before.count,
		.hits_after = effect->after.count,
	};
	bool copied = copy.data_action_id && copy.name && copy.who &&
		      cache_members_copy(&change->before, &copy.before) == ERR_OK &&
		      cache_members_copy(&change->after, &copy.after) == ERR_OK;

	if (copied && vec_push(context, &copy) == ERR_OK)
		return ERR_OK;
	clear_change(&copy);
	return ERR_NO_MEMORY;
}

static enum err_code read_changes(struct cli *cli, const struct audit_query *query,
				  struct vec *changes, struct err *err)
{
	const struct change_query asked = {
		.action_id = query->data_action_id,
		.since_us = query->since_us,
		.until_us = query->until_us,
		.span_s = REPORT_WINDOW_S,
	};

	return session_changes_each(cli->session, &asked, keep_change, changes, err);
}

static void count_lookups(struct cli *cli, const struct audit_query *query, struct report *report)
{
	struct live_side side;

	if (!session_lookups_total(cli->session, query->data_action_id, query->since_us,
				   query->until_us, &side))
		return;
	report->lookups = side.count;
	report->lookups_from_us = side.from_us;
	report->lookups_to_us = side.to_us;
}

struct calls {
	struct vec *list;
	const struct audit_query *query;
};

static enum err_code keep_call(void *context, const struct exchange *exchange, struct err *err)
{
	const struct calls *calls = context;
	const struct audit_query *query = calls->query;
	const struct report_call call = {
		.endpoint = exchange->endpoint,
		.ms = exchange->status ? (double)exchange->times.total / 1000.0 : -1,
		.failed = exchange->status < 200 || exchange->status >= 400,
	};

	if (query->since_us && exchange->wall_us < query->since_us)
		return ERR_OK;
	if (query->until_us && exchange->wall_us > query->until_us)
		return ERR_OK;
	if (query->data_action_id && strcmp(exchange->action_id, query->data_action_id) != 0)
		return ERR_OK;
	return vec_push(calls->list, &call) ? err_set(err, ERR_NO_MEMORY, "out of memory") : ERR_OK;
}

static enum err_code read_calls(struct cli *cli, const struct audit_query *query, struct vec *list,
				struct err *err)
{
	const struct request_query all = {.run = REQUESTS_ALL_RUNS};
	struct calls calls = {list, query};
	enum err_code code = session_requests_each(cli->session, &all, keep_call, &calls, err);

	if (code != ERR_NOT_FOUND)
		return code;
	err_clear(err); /* there was none yet */
	return ERR_OK;
}

/* --- where it goes --- */

static enum err_code write_html(struct cli *cli, const struct report *report, const char *path,
				struct err *err)
{
	struct buf page;
	enum err_code code;

	buf_init(&page, CLI_OUTPUT_MAX);
	code = report_to_html(report, &page);
	if (code)
		err_set(err, code, "the report is too large for memory");
	else if (strcmp(path, "-") == 0)
		code = buf_append(&cli->out, page.data, page.len);
	else
		code = file_write_private(path, page.data, page.len, true, err);
	buf_free(&page);
	return code;
}

static enum err_code put_report(struct cli *cli, const struct options *options,
				const struct report *report, struct err *err)
{
	enum err_code code;

	if (options->html)
		return write_html(cli, report, options->html, err);
	code = options->text ? report_to_text(report, &cli->out)
			     : report_to_json(report, &cli->out);
	if (!options->text)
		buf_putc(&cli->out, '\n');
	return code ? err_set(err, code, "the report is too large for memory") : ERR_OK;
}

/* --- the command --- */

static enum err_code check_words(const struct options *options, struct err *err)
{
	if (options->text && options->json)
		return err_set(err, ERR_USAGE, "report: --text and --json exclude each other");
	if (options->html && (options->text || options->json))
		return err_set(err, ERR_USAGE, "report: --html and --%s exclude each other",
			       options->text ? "text" : "json");
	if (options->html && !options->html[0])
		return err_set(err, ERR_USAGE, "report: --html needs a file, or - for stdout");
	return ERR_OK;
}

static enum err_code make_query(const struct options *options, int64_t now_us,
				struct audit_query *query, struct err *err)
{
	enum err_code code = ERR_OK;

	audit_query_init(query);
	query->data_action_id = options->id;
	if (options->since)
		code = cli_moment("report: --since", options->since, now_us, false,
				  &query->since_us, err);
	if (!code && options->until)
		code = cli_moment("report: --until", options->until, now_us, true, &query->until_us,
				  err);
	return code;
}

static enum err_code make_report(struct cli *cli, const struct options *options, struct err *err)
{
	struct report report = {
		.generated_us = clock_wall_us(loop_clock(session_loop(cli->session))),
		.tenant = session_profile(cli->session)->base_url,
		.data_action_id = options->id,
	};
	struct audit_query query;
	struct vec entries;
	struct vec changes;
	struct vec calls;
	enum err_code code = make_query(options, report.generated_us, &query, err);

	vec_init(&entries, sizeof(struct audit_entry));
	vec_init(&changes, sizeof(struct report_change));
	vec_init(&calls, sizeof(struct report_call));
	report.lookups_between = lookups_between;
	report.context = cli->session;
	report.since_us = query.since_us;
	report.until_us = query.until_us;
	if (!code)
		code = read_entries(cli, &query, &entries, err);
	if (!code)
		code = read_changes(cli, &query, &changes, err);
	if (!code)
		code = read_calls(cli, &query, &calls, err);
	count_lookups(cli, &query, &report);
	report.changes = changes.items;
	report.changes_len = changes.len;
	report.calls = calls.items;
	report.calls_len = calls.len;
	report.entries = entries.items;
	report.len = entries.len;
	if (!code)
		code = put_report(cli, options, &report, err);
	free_entries(&entries);
	free_changes(&changes);
	vec_free(&calls);
	return code;
}

enum err_code cli_report(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	struct options options = {0};
	const struct cli_option table[] = {
		{"--id", &options.id, NULL, NULL},       {"--since", &options.since, NULL, NULL},
		{"--until", &options.until, NULL, NULL}, {"--html", &options.html, NULL, NULL},
		{"--text", NULL, &options.text, NULL},   {"--json", NULL, &options.json, NULL},
	};
	const char *words[1];
	size_t n;
	enum err_code code =
		cli_options(argc, argv, table, sizeof(table) / sizeof(table[0]), words, 0, &n, err);

	if (!code)
		code = check_words(&options, err);
	return code ? code : make_report(cli, &options, err);
}
