/* What the `:` commands do. Most are a key's action under another name. */
#include "commands.h"

#include <string.h>

#include "bulk.h"
#include "bundle_command.h"
#include "conflict.h"
#include "dacache/app/demo.h"
#include "dacache/app/fire.h"
#include "dacache/app/watch.h"
#include "dacache/base/text.h"
#include "dacache/ui/card_screen.h"
#include "dacache/ui/edit.h"
#include "errors.h"
#include "lists.h"
#include "main_screen.h"
#include "quota_screen.h"
#include "trouble.h"
#include "watcher.h"

enum { HITS_MAX = 1000000, WORDS_MAX = 1024 };

/* Back to the main screen; what was typed into a form is kept first. */
static enum err_code unwind(struct ui *ui, struct err *err)
{
	while (ui->depth > 1) {
		struct ui_screen *top = stack_top(ui);
		enum err_code code = top->ops->save ? top->ops->save(top, err) : ERR_OK;

		if (code)
			return code;
		screen_react(top, REACT_CLOSE);
	}
	return ERR_OK;
}

static enum err_code act(struct ui *ui, enum key_action action, struct err *err)
{
	enum err_code code = unwind(ui, err);

	if (!code)
		ui_action(ui, &ui->main->base, action);
	return code;
}

/* The action that the word names, or the selected one. */
static enum err_code target(struct ui *ui, int argc, char **argv, const char **id, struct err *err)
{
	*id = argc > 1 ? actions_pane_find(&ui->main->actions, argv[1], err) : ui_selected(ui);
	if (!*id)
		return err->code;
	if (!(*id)[0])
		return err_set(err, ERR_NOT_FOUND, "no action is selected");
	return ERR_OK;
}

static enum err_code do_open(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	const char *id;
	enum err_code code;

	if (argc != 2)
		return err_set(err, ERR_USAGE, "open ID|NAME");
	code = target(ui, argc, argv, &id, err);
	if (!code)
		code = unwind(ui, err);
	if (code)
		return code;
	if (index_view_find(ui->main->actions.view, id) < 0)
		code = main_screen_filter(ui->main, "", err);
	ui_select(ui, id);
	return code;
}

static enum err_code do_edit(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	const char *id;
	enum err_code code = target(ui, argc, argv, &id, err);

	if (!code)
		code = unwind(ui, err);
	if (code)
		return code;
	ui_select(ui, id);
	return edit_screen_open(ui, id, err);
}

static enum err_code do_review(void *context, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	return edit_screen_review(context, err);
}

static enum err_code do_apply(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;

	(void)argc;
	(void)argv;
	if (ui->bulk && stack_top(ui) == bulk_screen_find(ui))
		return bulk_job_apply(ui->bulk, err);
	return edit_screen_apply(context, err);
}

static enum err_code do_discard(void *context, int argc, char **argv, struct err *err)
{
	const char *id;
	enum err_code code = target(context, argc, argv, &id, err);

	return code ? code : edit_screen_discard(context, id, err);
}

static enum err_code do_drafts(void *context, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	(void)err;
	drafts_screen_open(context);
	return ERR_OK;
}

static enum err_code do_recover(void *context, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	return recover_screen_open(context, err);
}

static enum err_code do_webhooks(void *context, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	return webhooks_screen_open(context, err);
}

static enum err_code do_bundle(void *context, int argc, char **argv, struct err *err)
{
	return bundle_command(context, argc, argv, err);
}

static enum err_code do_credentials(void *context, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	(void)err;
	credentials_screen_open(context, NULL);
	return ERR_OK;
}

/* The session outlives the screen: it is what the callback holds. */
static void fired(void *context, const struct fire_result *result)
{
	messages_add(session_messages(context), result->failed > 0 ? SEVERITY_ERROR : SEVERITY_INFO,
		     NULL, "%s", result->message);
}

static enum err_code do_fire(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	const struct index_row *row = index_find(session_index(ui->session), ui_selected(ui));

	if (argc != 2)
		return err_set(err, ERR_USAGE, "fire EVENT");
	if (!row)
		return err_set(err, ERR_NOT_FOUND, "no action is selected");
	return fire_start(ui->session, row->id, row->key ? row->key : "", argv[1], fired,
			  ui->session, err);
}

static enum err_code record(struct ui *ui, bool hit, int argc, char **argv, struct err *err)
{
	int64_t n = 1;
	const char *id = ui_selected(ui);
	enum err_code code;

	if (argc > 1 && text_parse_int(argv[1], 1, HITS_MAX, &n) != ERR_OK)
		return err_set(err, ERR_USAGE, "how many? an integer from 1 to %d", HITS_MAX);
	if (!id[0])
		return err_set(err, ERR_NOT_FOUND, "no action is selected");
	code = session_hit(ui->session, id, hit, n, err);
	if (!code)
		ui_say(ui, SEVERITY_INFO, "Recorded %lld %s.", (long long)n,
		       n == 1 ? (hit ? "hit" : "miss") : (hit ? "hits" : "misses"));
	return code;
}

static enum err_code do_hit(void *context, int argc, char **argv, struct err *err)
{
	return record(context, true, argc, argv, err);
}

static enum err_code do_miss(void *context, int argc, char **argv, struct err *err)
{
	return record(context, false, argc, argv, err);
}

/* The words as they were typed, those with blanks in quotes again. */
static enum err_code join_words(int argc, char **argv, struct buf *out, struct err *err)
{
	buf_init(out, WORDS_MAX);
	for (int i = 1; i < argc; i++)
		buf_printf(out, strchr(argv[i], ' ') ? "%s\"%s\"" : "%s%s", i > 1 ? " " : "",
			   argv[i]);
	return out->failed ? err_set(err, ERR_USAGE, "the filter is too long") : ERR_OK;
}

static enum err_code do_filter(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	struct buf words;
	enum err_code code = join_words(argc, argv, &words, err);

	if (!code)
		code = unwind(ui, err);
	if (!code)
		code = main_screen_filter(ui->main, buf_str(&words), err);
	buf_free(&words);
	return code;
}

static enum err_code do_requests(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	struct buf words;
	enum err_code code = join_words(argc, argv, &words, err);

	if (!code && argc > 1)
		code = requests_pane_filter(&ui->main->requests, buf_str(&words), err);
	buf_free(&words);
	return code ? code : act(ui, ACT_GO_REQUESTS, err);
}

static enum err_code write_har(struct ui *ui, int argc, char **argv, bool replace, struct err *err)
{
	if (argc != 2)
		return err_set(err, ERR_USAGE, "%s FILE", argv[0]);
	return request_har_write(ui, argv[1], replace, err);
}

static enum err_code do_har(void *context, int argc, char **argv, struct err *err)
{
	return write_har(context, argc, argv, false, err);
}

static enum err_code do_har_over(void *context, int argc, char **argv, struct err *err)
{
	return write_har(context, argc, argv, true, err);
}

static enum err_code do_sort(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	bool reverse = argc > 1 && strcmp(argv[argc - 1], "reverse") == 0;
	enum index_column column = INDEX_BY_NONE;

	if (argc == 1)
		return act(ui, ACT_SORT, err);
	if (argc == 2 && reverse)
		return act(ui, ACT_REVERSE, err);
	while (column < INDEX_COLUMNS && strcmp(index_column_name(column), argv[1]) != 0)
		column++;
	if (column == INDEX_COLUMNS)
		return err_set(err, ERR_USAGE, "no column is named \"%s\"; Tab lists them",
			       argv[1]);
	main_screen_sort(ui->main, column, reverse);
	return ERR_OK;
}

static void mark_shown(struct ui *ui)
{
	struct index_view *view = ui->main->actions.view;
	struct index *index = session_index(ui->session);

	for (size_t i = 0; i < index_view_len(view); i++) {
		const struct index_row *row = index_view_row(view, i);
		if (row)
			index_mark(index, row->id, true);
	}
}

static enum err_code do_mark(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;

	if (argc == 1)
		return act(ui, ACT_MARK, err);
	if (strcmp(argv[1], "none") == 0)
		index_mark_none(session_index(ui->session));
	else if (strcmp(argv[1], "all") == 0)
		mark_shown(ui);
	else
		return err_set(err, ERR_USAGE, "mark all, mark none, or mark");
	screen_dirty(&ui->main->base, (unsigned)SCREEN_ALL);
	return ERR_OK;
}

static enum err_code do_pane(void *context, int argc, char **argv, struct err *err)
{
	static const char *const names[] = {"actions", "detail", "live", "audit", "requests"};

	for (int i = 0; argc == 2 && i < PANES_FOCUS; i++)
		if (strcmp(argv[1], names[i]) == 0)
			return act(context, (enum key_action)(ACT_PANE_ACTIONS + i), err);
	return err_set(err, ERR_USAGE, "pane actions, detail, live, audit or requests");
}

static enum err_code do_audit(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;

	if (argc > 1 && strcmp(argv[1], "all") != 0 && strcmp(argv[1], "this") != 0)
		return err_set(err, ERR_USAGE, "audit all, or audit this");
	if (argc > 1)
		audit_pane_set_scope(&ui->main->audit, strcmp(argv[1], "this") == 0);
	return act(ui, ACT_GO_AUDIT, err);
}

static enum err_code do_why(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	const struct conflict_screen *conflict = conflict_find(ui);
	const struct error_group *newest =
		errors_at(messages_errors(session_messages(ui->session)), 0);

	(void)argc;
	(void)argv;
	if (conflict)
		conflict_explain(conflict);
	else if (newest)
		card_screen_show(ui, &newest->newest);
	else
		return err_set(err, ERR_NOT_FOUND, "no call failed yet");
	return ERR_OK;
}

static enum err_code do_quota(void *context, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	(void)err;
	quota_screen_open(context);
	return ERR_OK;
}

static enum err_code do_errors(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	bool this = argc > 1 && strcmp(argv[1], "this") == 0;

	if (argc > 1 && !this && strcmp(argv[1], "all") != 0)
		return err_set(err, ERR_USAGE, "errors all, or errors this");
	if (this && !ui_selected(ui)[0])
		return err_set(err, ERR_NOT_FOUND, "no action is selected");
	errors_screen_open_scope(ui, this ? ui_selected(ui) : "");
	return ERR_OK;
}

static enum err_code do_copy(void *context, int argc, char **argv, struct err *err)
{
	return copy_menu_copy(context, argc > 1 ? argv[1] : "", err);
}

static enum err_code do_window(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;

	if (argc == 2 && strcmp(argv[1], "wider") == 0)
		return act(context, ACT_WIDER, err);
	if (argc == 2 && strcmp(argv[1], "narrower") == 0)
		return act(context, ACT_NARROWER, err);
	if (argc == 2 && live_pane_set_span(&ui->main->live, argv[1])) {
		screen_dirty(&ui->main->base, (unsigned)SCREEN_ALL);
		return ERR_OK;
	}
	return err_set(err, ERR_USAGE,
		       "window wider, narrower, or one of 1m 2m 5m 10m 15m 30m 1h 3h 6h 12h 24h");
}

/* Without words: the selected action, or no more of it. */
static enum err_code do_watch(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	const char *id = ui_selected(ui);
	bool is_watched = watcher_id(ui->watcher)[0] != '\0';
	bool ends = argc == 2 && strcmp(argv[1], "off") == 0;
	int64_t every_s = WATCH_EVERY_S;
	struct session_status status;

	if (argc == 1 && is_watched && strcmp(watcher_id(ui->watcher), id) == 0)
		ends = true;
	if (ends) {
		watcher_stop(ui->watcher);
		ui_say(ui, SEVERITY_INFO,
		       is_watched ? "No action is watched any more." : "No action was watched.");
		return ERR_OK;
	}
	if (argc > 1 && text_parse_int(argv[1], WATCH_LEAST_S, WATCH_MOST_S, &every_s) != ERR_OK)
		return err_set(err, ERR_USAGE, "watch how often? seconds from %d to %d, or off",
			       WATCH_LEAST_S, WATCH_MOST_S);
	if (!id[0])
		return err_set(err, ERR_NOT_FOUND, "no action is selected");
	session_status(ui->session, &status);
	if (status.replay_of_us)
		return err_set(err, ERR_READ_ONLY,
			       "a bundle is replayed: there is nothing to watch");
	return watcher_start(ui->watcher, id, (int)every_s, err);
}

static enum err_code do_sim(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;

	return demo_control(ui->session, (const char *const *)(argv + 1), (size_t)(argc - 1), err);
}

static enum err_code do_help(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	const struct command *command;
	enum err_code code;

	if (argc == 1) {
		help_screen_open(ui, stack_top(ui));
		return ERR_OK;
	}
	code = command_find(argv[1], AT_PROMPT, &command, err);
	if (!code)
		help_command_open(ui, command);
	return code;
}

static enum err_code do_cancel(void *context, int argc, char **argv, struct err *err)
{
	struct ui *ui = context;
	size_t n = session_cancel_waiting(ui->session);

	(void)argc;
	(void)argv;
	(void)err;
	if (!main_screen_stop_reading(ui, ""))
		ui_say(ui, SEVERITY_INFO,
		       n > 0 ? "Cancelled what was waiting." : "Nothing is waiting.");
	return ERR_OK;
}

static enum err_code do_quit(void *context, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	(void)err;
	ui_quit(context);
	return ERR_OK;
}

/* Commands without words that are an action of the main screen. */
#define ACT_COMMAND(name, action, unwinds)                                                         \
	static enum err_code name(void *context, int argc, char **argv, struct err *err)           \
	{                                                                                          \
		struct ui *ui = context;                                                           \
                                                                                                   \
		(void)argc;                                                                        \
		(void)argv;                                                                        \
		if (unwinds)                                                                       \
			return act(ui, action, err);                                               \
		ui_action(ui, &ui->main->base, action);                                            \
		return ERR_OK;                                                                     \
	}

ACT_COMMAND(do_fetch, ACT_FETCH, false)
ACT_COMMAND(do_full, ACT_FULL, true)
ACT_COMMAND(do_freeze, ACT_FREEZE, false)
ACT_COMMAND(do_reset, ACT_RESET, false)

static enum err_code do_redraw(void *context, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	(void)err;
	ui_redraw(context);
	return ERR_OK;
}

static command_fn *const handlers[COMMANDS] = {
	[COMMAND_OPEN] = do_open,
	[COMMAND_EDIT] = do_edit,
	[COMMAND_REVIEW] = do_review,
	[COMMAND_APPLY] = do_apply,
	[COMMAND_DISCARD] = do_discard,
	[COMMAND_DRAFTS] = do_drafts,
	[COMMAND_FIRE_NOW] = do_fire,
	[COMMAND_HIT_NOW] = do_hit,
	[COMMAND_MISS_NOW] = do_miss,
	[COMMAND_FILTER] = do_filter,
	[COMMAND_SORT] = do_sort,
	[COMMAND_MARK] = do_mark,
	[COMMAND_SET_MANY] = bulk_do_set,
	[COMMAND_PLAN_NOW] = bulk_do_plan,
	[COMMAND_RESUME] = bulk_do_resume,
	[COMMAND_FETCH] = do_fetch,
	[COMMAND_PANE] = do_pane,
	[COMMAND_FULL] = do_full,
	[COMMAND_REQUESTS] = do_requests,
	[COMMAND_HAR] = do_har,
	[COMMAND_HAR_OVER] = do_har_over,
	[COMMAND_AUDIT] = do_audit,
	[COMMAND_WHY] = do_why,
	[COMMAND_QUOTA] = do_quota,
	[COMMAND_ERRORS] = do_errors,
	[COMMAND_COPY] = do_copy,
	[COMMAND_FREEZE] = do_freeze,
	[COMMAND_RESET] = do_reset,
	[COMMAND_WINDOW] = do_window,
	[COMMAND_CANCEL] = do_cancel,
	[COMMAND_REDRAW] = do_redraw,
	[COMMAND_WATCH] = do_watch,
	[COMMAND_SIM] = do_sim,
	[COMMAND_HELP] = do_help,
	[COMMAND_QUIT] = do_quit,
	[COMMAND_RECOVER] = do_recover,
	[COMMAND_WEBHOOKS_LIST] = do_webhooks,
	[COMMAND_CREDENTIALS] = do_credentials,
	[COMMAND_BUNDLE] = do_bundle,
};

command_fn *const *ui_command_handlers(void)
{
	return handlers;
}
