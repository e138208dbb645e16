/* export: read the list -> those that the filter matches, by id -> read each of them ->
 * write them all, or nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dacache/base/file.h"
#include "dacache/base/text.h"
#include "plan.h"

enum { FILTER_WORDS = 32, FILTER_MAX = 65536 };

struct export
{
	struct plan_job job; /* its plan names the actions, no more */
	const char *file;    /* NULL: standard output */
	bool force;
	enum plan_format format;
	char **texts; /* of each entry; NULL: not there any more */
	bool failed;
};

/* --- the words --- */

static bool ends_in(const char *word, const char *end)
{
	size_t len = strlen(word);
	size_t end_len = strlen(end);

	return len > end_len && strcmp(word + len - end_len, end) == 0;
}

static enum err_code choose_format(struct export *export, const char *name, struct err *err)
{
	export->format =
		export->file && ends_in(export->file, ".json") ? PLAN_DOCUMENT : PLAN_LINES;
	if (!name)
		return ERR_OK;
	if (strcmp(name, "lines") == 0)
		export->format = PLAN_LINES;
	else if (strcmp(name, "document") == 0)
		export->format = PLAN_DOCUMENT;
	else
		return err_set(err, ERR_USAGE, "export: --format takes lines or document, not '%s'",
			       name);
	return ERR_OK;
}

static enum err_code parse(int argc, char **argv, struct export *export, struct buf *filter,
			   struct err *err)
{
	const char *format = NULL;
	const struct cli_option options[] = {{"-o", &export->file, NULL, NULL},
					     {"--output", &export->file, NULL, NULL},
					     {"--format", &format, NULL, NULL},
					     {"--force", NULL, &export->force, NULL}};
	const char *words[FILTER_WORDS];
	size_t n;
	size_t i;
	enum err_code code = cli_options(argc, argv, options, 4, words, FILTER_WORDS, &n, err);

	for (i = 0; !code && i < n; i++)
		if (buf_printf(filter, "%s%s", i ? " " : "", words[i]))
			code = err_set(err, ERR_USAGE, "export: the filter is too long");
	return code ? code : choose_format(export, format, err);
}

/* Before the tenant is asked for everything. The end looks again. */
static enum err_code check_file_is_free(const struct export *export, struct err *err)
{
	if (!export->file || export->force || access(export->file, F_OK) != 0)
		return ERR_OK;
	return err_set(err, ERR_IO, "%s is there already: --force replaces it", export->file);
}

/* --- which actions --- */

static int by_id(const void *a, const void *b)
{
	const struct plan_entry *left = a;
	const struct plan_entry *right = b;

	return strcmp(left->id, right->id);
}

static enum err_code take_rows(struct plan *plan, struct index_view *view)
{
	size_t len = index_view_len(view);
	size_t i;

	plan->entries = calloc(len ? len : 1, sizeof(*plan->entries));
	if (!plan->entries)
		return ERR_NO_MEMORY;
	for (i = 0; i < len; i++) {
		const struct index_row *row = index_view_row(view, i);

		if (!row)
			continue;
		plan->entries[plan->len].id = strdup(row->id);
		if (!plan->entries[plan->len++].id)
			return ERR_NO_MEMORY;
	}
	qsort(plan->entries, plan->len, sizeof(*plan->entries), by_id);
	return ERR_OK;
}

static enum err_code find_actions(struct export *export, const char *filter, struct err *err)
{
	struct cli *cli = export->job.cli;
	struct index_view *view = NULL;
	enum err_code code = ERR_OK;

	if (index_view_new(session_index(cli->session), &view))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	if (!code)
		code = index_view_filter(view, filter, err);
	if (!code)
		code = cli_read_index(cli, err);
	if (!code) {
		index_view_refresh(view);
		if (take_rows(&export->job.plan, view) ||
		    bulk_new(cli->session, &export->job.plan, &export->job.bulk))
			code = err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	index_view_free(&view);
	return code;
}

/* --- reading --- */

static void write_entry(struct export *export, size_t i)
{
	struct bulk_item *item = bulk_item(export->job.bulk, i);
	struct buf text;

	if (!item->base)
		return;
	buf_init(&text, CLI_OUTPUT_MAX);
	if (plan_write_entry(export->format, item->base, &item->before.local, &text) == ERR_OK)
		export->texts[i] = buf_take(&text);
	export->failed = export->failed || !export->texts[i];
	buf_free(&text);
	action_free(&item->base); /* a large tenant is not to be kept whole */
}

static void one_read(void *context, size_t i)
{
	struct export *export = context;

	write_entry(export, i);
	plan_progress_show(&export->job.progress, export->job.cli->session, export->job.bulk);
}

static void stage_done(void *context)
{
	((struct export *)context)->job.done = true;
}

/* An action that went meanwhile is none of the tenant's any more. */
static enum err_code look_at_failures(const struct export *export)
{
	const struct plan_job *job = &export->job;
	size_t i;

	for (i = 0; i < bulk_len(job->bulk); i++) {
		const struct bulk_item *item = bulk_item(job->bulk, i);

		if (item->verdict == BULK_UNREADABLE)
			return cli_failed(job->cli, item->failure);
		if (item->verdict == BULK_MISSING)
			cli_say("dacache: %s was deleted meanwhile: left out\n", item->entry->id);
	}
	return ERR_OK;
}

static enum err_code read_all(struct export *export, struct err *err)
{
	const struct bulk_listener listener = {one_read, stage_done, export};
	struct plan_job *job = &export->job;
	enum err_code code;

	export->texts = calloc(bulk_len(job->bulk) + 1, sizeof(*export->texts));
	if (!export->texts)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = plan_job_read(job, BULK_PARALLEL, &listener, err);
	if (code)
		return code;
	if (export->failed)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return look_at_failures(export);
}

/* --- writing --- */

static size_t put_all(const struct export *export, struct buf *out)
{
	bool is_document = export->format == PLAN_DOCUMENT;
	size_t n = 0;
	size_t i;

	buf_puts(out, is_document ? "{\"actions\": [" : "");
	for (i = 0; i < bulk_len(export->job.bulk); i++) {
		if (!export->texts[i])
			continue;
		if (is_document)
			buf_puts(out, n ? ",\n" : "\n");
		n++;
		buf_puts(out, export->texts[i]);
		buf_puts(out, is_document ? "" : "\n");
	}
	buf_puts(out, is_document ? "\n]}\n" : "");
	return n;
}

static enum err_code write_file(const struct export *export, const struct buf *text, size_t n,
				struct err *err)
{
	char number[32];
	enum err_code code =
		file_write_private(export->file, buf_str(text), text->len, export->force, err);

	text_format_count((int64_t)n, number);
	if (!code)
		cli_say("%s Data Action%s written to %s\n", number, n == 1 ? "" : "s",
			export->file);
	return code;
}

static enum err_code write_all(struct export *export, struct err *err)
{
	struct cli *cli = export->job.cli;
	struct buf text;
	size_t n;
	enum err_code code = ERR_OK;

	if (!export->file) {
		put_all(export, &cli->out);
		return ERR_OK;
	}
	buf_init(&text, CLI_OUTPUT_MAX);
	n = put_all(export, &text);
	code = text.failed ? err_set(err, text.failed, "the plan is too large for memory")
			   : write_file(export, &text, n, err);
	buf_free(&text);
	return code;
}

enum err_code cli_export(void *context, int argc, char **argv, struct err *err)
{
	struct export export = {.job = {.cli = context, .is_export = true}};
	struct buf filter;
	size_t i;
	enum err_code code;

	buf_init(&filter, FILTER_MAX);
	code = parse(argc, argv, &export, &filter, err);
	if (!code)
		code = check_file_is_free(&export, err);
	if (!code)
		code = find_actions(&export, buf_str(&filter), err);
	if (!code)
		code = read_all(&export, err);
	if (!code)
		code = write_all(&export, err);
	for (i = 0; export.texts && i < export.job.plan.len; i++)
		free(export.texts[i]);
	free(export.texts);
	plan_job_close(&export.job);
	buf_free(&filter);
	return code;
}
