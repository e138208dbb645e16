/* hit, report: what is kept in the store. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "dacache/domain/report.h"
#include "internal.h"

/* --- hit --- */

enum err_code cli_hit(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	const char *words[1];
	const char *count = "1";
	bool hit = false;
	bool miss = false;
	const struct cli_option options[] = {{"--hit", NULL, &hit, NULL},
					     {"--miss", NULL, &miss, NULL},
					     {"--count", &count, NULL, NULL}};
	int64_t times;
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 3, words, 1, &n, err);

	if (code)
		return code;
	if (n == 0 || hit == miss)
		return err_set(err, ERR_USAGE,
			       "hit needs the ID of an action and one of --hit and --miss");
	if (text_parse_int(count, 1, 1000000, &times))
		return err_set(err, ERR_USAGE,
			       "hit: --count '%s' is not a number from 1 to "
			       "1000000",
			       count);
	return session_hit(cli->session, words[0], hit, times, err);
}

/* --- report --- */

static bool keep_entry(void *context, const struct audit_entry *entry)
{
	struct vec *entries = context;
	struct audit_entry copy = {0};

	if (audit_entry_copy(entry, &copy) || vec_push(entries, &copy)) {
		audit_entry_clear(&copy);
		return false;
	}
	return true;
}

static void free_entries(struct vec *entries)
{
	size_t i;

	for (i = 0; i < entries->len; i++)
		audit_entry_clear(vec_at(entries, i));
	vec_free(entries);
}

enum err_code cli_report(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	const char *words[1];
	const char *id = NULL;
	bool text = false;
	bool json = false;
	const struct cli_option options[] = {{"--id", &id, NULL, NULL},
					     {"--text", NULL, &text, NULL},
					     {"--json", NULL, &json, NULL}};
	struct vec entries;
	struct report report = {0};
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 3, words, 0, &n, err);

	vec_init(&entries, sizeof(struct audit_entry));
	if (!code && text && json)
		code = err_set(err, ERR_USAGE, "report: --text and --json exclude each other");
	if (!code)
		code = session_audit_each(cli->session, id, 0, 0, keep_entry, &entries, err);
	if (!code)
		code = session_recorded_hits(cli->session, id, &report.lookups, err);
	if (!code) {
		report.generated_us = clock_wall_us(loop_clock(session_loop(cli->session)));
		report.entries = entries.items;
		report.len = entries.len;
		if (text)
			report_to_text(&report, &cli->out);
		else
			report_to_json(&report, &cli->out);
		if (!text)
			buf_putc(&cli->out, '\n');
	}
	free_entries(&entries);
	return code;
}
