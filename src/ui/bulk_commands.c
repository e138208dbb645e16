/* What begins a change of many: :set over marked, filtered or all actions, :plan FILE;
 * and :resume. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk.h"
#include "dacache/base/file.h"
#include "dacache/base/text.h"
#include "dacache/domain/canonical.h"
#include "main_screen.h"

enum { TITLE_SIZE = 200 };

enum scope { SCOPE_MARKED, SCOPE_FILTERED, SCOPE_ALL, SCOPES };
static const char *const scope_names[SCOPES] = {"marked", "filtered", "all"};

/* --- who --- */

struct targets {
	enum scope scope;
	const struct index_view *shown; /* the list as it is filtered */
	struct vec entries;             /* struct plan_entry */
	struct vec hidden;              /* const char *: ids, of the entries */
};

static enum err_code add_row(struct targets *targets, const struct index_row *row)
{
	struct plan_entry entry = {.id = text_dup(row->id), .name = text_dup(row->name)};

	if (!entry.id || (row->name && !entry.name) || vec_push(&targets->entries, &entry)) {
		free(entry.id);
		free(entry.name);
		return ERR_NO_MEMORY;
	}
	if (targets->scope == SCOPE_FILTERED || index_view_find(targets->shown, row->id) >= 0)
		return ERR_OK;
	return vec_push(&targets->hidden, &entry.id);
}

static enum err_code gather(struct targets *targets, const struct index_view *view)
{
	enum err_code code = ERR_OK;

	for (size_t i = 0; !code && i < index_view_len(view); i++) {
		const struct index_row *row = index_view_row(view, i);

		if (row && (targets->scope != SCOPE_MARKED || row->marked))
			code = add_row(targets, row);
	}
	return code;
}

/* Marks count whether they are shown or not: they are looked for in a view of all. */
static enum err_code gather_all(struct ui *ui, struct targets *targets)
{
	struct index_view *all = NULL;
	enum err_code code = ERR_OK;

	if (targets->scope == SCOPE_FILTERED)
		return gather(targets, targets->shown);
	code = index_view_new(session_index(ui->session), &all);
	if (!code) {
		index_view_refresh(all);
		code = gather(targets, all);
	}
	index_view_free(&all);
	return code;
}

/* What is not read yet can't be meant. */
static enum err_code check_whole(struct ui *ui, enum scope scope, struct err *err)
{
	struct index_progress progress;

	index_progress(session_index(ui->session), &progress);
	if (scope == SCOPE_MARKED || progress.whole)
		return ERR_OK;
	return err_set(err, ERR_USAGE,
		       "Not all of the list is read yet: wait, or mark actions (Space).");
}

/* How many words tell whom it concerns: 0 or 1. */
static size_t scope_word(const char *word, enum scope *out)
{
	*out = SCOPE_MARKED;
	for (int scope = 0; word && scope < SCOPES; scope++) {
		if (strcmp(word, scope_names[scope]) != 0)
			continue;
		*out = (enum scope)scope;
		return 1;
	}
	return 0;
}

static enum err_code check_scope(struct ui *ui, bool is_told, enum scope scope, struct err *err)
{
	if (scope != SCOPE_MARKED || index_marked(session_index(ui->session)) > 0)
		return check_whole(ui, scope, err);
	if (!is_told)
		return err_set(
			err, ERR_USAGE,
			"No action is marked (Space, :mark all): say set filtered ... or set "
			"all ...");
	return err_set(err, ERR_USAGE,
		       "No action is marked: Space marks one, :mark all those in the list.");
}

/* --- :set --- */

static void make_title(char title[TITLE_SIZE], const struct targets *targets, int argc, char **argv)
{
	size_t used = 0;
	char count[32];

	title[0] = '\0';
	for (int i = 0; i < argc && used < TITLE_SIZE - 60; i++)
		used += (size_t)snprintf(title + used, TITLE_SIZE - used, "%s%.60s", i ? " " : "",
					 argv[i]);
	text_format_count((int64_t)targets->entries.len, count);
	snprintf(title + used, TITLE_SIZE - used,
		 targets->scope == SCOPE_ALL ? ": all %s" : ": %s %s", count,
		 scope_names[targets->scope]);
}

static void free_targets(struct targets *targets)
{
	struct plan plan = {.entries = targets->entries.items, .len = targets->entries.len};

	plan_clear(&plan);
	vec_free(&targets->hidden);
}

static enum err_code begin_set(struct ui *ui, struct targets *targets, struct bulk_edit *edit,
			       const char *title, struct err *err)
{
	const char *none = NULL;
	struct bulk_job_request request = {.edit = *edit, .has_edit = true, .title = title};
	enum err_code code = vec_push(&targets->hidden, &none);

	if (code) {
		bulk_edit_clear(edit);
		free_targets(targets);
		return err_set(err, code, "out of memory");
	}
	request.plan.entries = targets->entries.items;
	request.plan.len = targets->entries.len;
	request.hidden = targets->hidden.items;
	code = bulk_job_begin(ui, &request, err);
	vec_free(&targets->hidden);
	return code;
}

enum err_code bulk_do_set(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	struct targets targets = {.shown = ui->main->actions.view};
	struct bulk_edit edit;
	char title[TITLE_SIZE];
	size_t words;
	enum err_code code;

	words = scope_word(argc > 1 ? argv[1] : NULL, &targets.scope);
	code = bulk_edit_parse((const char *const *)argv + 1 + words, (size_t)argc - 1 - words,
			       &edit, err);
	if (code)
		return code;
	code = check_scope(ui, words > 0, targets.scope, err);
	if (code) {
		bulk_edit_clear(&edit);
		return code;
	}
	vec_init(&targets.entries, sizeof(struct plan_entry));
	vec_init(&targets.hidden, sizeof(const char *));
	code = gather_all(ui, &targets);
	if (!code && targets.entries.len == 0)
		code = err_set(err, ERR_NOT_FOUND, "No action is in the list.");
	if (code) {
		bulk_edit_clear(&edit);
		free_targets(&targets);
		return err->text[0] ? code : err_set(err, code, "out of memory");
	}
	make_title(title, &targets, argc - 1 - (int)words, argv + 1 + words);
	return begin_set(ui, &targets, &edit, title, err);
}

/* --- :plan FILE --- */

static enum err_code read_plan(const char *path, struct plan *plan, char sha256[65],
			       struct err *err)
{
	struct buf text;
	enum err_code code;

	buf_init(&text, PLAN_BYTES_MAX);
	code = file_read(path, &text, err);
	if (!code && canonical_sha256(buf_str(&text), text.len, sha256))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	if (!code)
		code = plan_parse(buf_str(&text), text.len, plan, err);
	/* What is wrong in it stands in the review. */
	if (code == ERR_INVALID && plan->len > 0)
		code = ERR_OK;
	if (code)
		plan_clear(plan);
	buf_free(&text);
	return code;
}

enum err_code bulk_do_plan(void *context, int argc, char **argv, struct err *err)
{
	struct bulk_job_request request = {0};
	char sha256[65];
	enum err_code code;

	if (argc != 2)
		return err_set(err, ERR_USAGE, "plan FILE");
	code = read_plan(argv[1], &request.plan, sha256, err);
	if (code)
		return code;
	err_clear(err);
	request.title = argv[1];
	request.file = argv[1];
	request.sha256 = sha256;
	return bulk_job_begin(context, &request, err);
}

/* --- :resume --- */

static enum err_code begin_left(struct ui *ui, const struct bulk_left *left, struct err *err)
{
	struct bulk_job_request request = {.title = left->title, .run = left->run};
	enum err_code code = bulk_left_plan(ui->session, left->run, &request.plan, err);

	return code ? code : bulk_job_begin(ui, &request, err);
}

static void drop_answered(void *context, bool yes)
{
	struct ui *ui = context;
	struct bulk_left left;
	struct err err = {0};

	if (!yes)
		return;
	if (bulk_left(ui->session, &left, &err) ||
	    (left.found && bulk_left_drop(ui->session, left.run, &err)))
		ui_say_err(ui, &err);
	else if (!bulk_screen_find(ui))
		bulk_job_free(&ui->bulk);
	bulk_find_left(ui);
}

static enum err_code ask_drop(struct ui *ui, const struct bulk_left *left, struct err *err)
{
	char question[200];
	char count[32];

	if (bulk_job_runs(ui))
		return err_set(err, ERR_CONFLICT, "It is under way: Esc on its screen ends it.");
	text_format_count(left->total - left->done, count);
	snprintf(question, sizeof question, "Forget what is left of %.100s (%s)?", left->title,
		 count);
	ask_yes_no(ui, question, drop_answered, ui);
	return ERR_OK;
}

enum err_code bulk_do_resume(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	bool drops = argc == 2 && strcmp(argv[1], "discard") == 0;
	struct bulk_left left = {0};
	enum err_code code = ERR_OK;

	if (argc > 1 && !drops)
		return err_set(err, ERR_USAGE, "resume [discard]");
	if (drops || !bulk_job_is_open(ui))
		code = bulk_left(ui->session, &left, err);
	if (code)
		return code;
	if (drops && left.found)
		return ask_drop(ui, &left, err);
	if (left.found)
		return begin_left(ui, &left, err);
	if (drops || !bulk_job_is_open(ui))
		return err_set(err, ERR_NOT_FOUND, "No change of many was left unfinished.");
	bulk_screen_open(ui);
	if (ui->bulk->state != BULK_ENDED || bulk_job_left(ui->bulk) == 0)
		return ERR_OK;
	return bulk_job_apply(ui->bulk, err);
}

void bulk_find_left(struct ui *ui)
{
	struct bulk_left left;
	struct err err = {0};
	char done[32];
	char total[32];

	ui->unfinished[0] = '\0';
	ui->frame.dirty = true;
	if (session_may_write(ui->session, &err))
		return;
	if (bulk_left(ui->session, &left, &err)) {
		ui_say_err(ui, &err);
		return;
	}
	if (!left.found)
		return;
	text_format_count(left.done, done);
	text_format_count(left.total, total);
	snprintf(ui->unfinished, sizeof ui->unfinished,
		 "Not finished (:resume), %s of %s done: %.60s", done, total, left.title);
}
