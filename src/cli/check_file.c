/* check FILE: read the file -> ask the tenant for its list and for every action the
 * file names (where it can't be reached: go on without) -> validate each entry on
 * what its action is now -> print by line. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "dacache/app/fetch.h"
#include "dacache/base/map.h"
#include "dacache/base/text.h"
#include "dacache/domain/json_member.h"
#include "dacache/domain/key_set.h"
#include "plan.h"

/* One entry of the file and its action at the tenant. */
struct entry {
	struct check_file *job;
	const struct plan_entry *plan;
	bool ended;
	struct failure failure;
	struct action *action; /* NULL: not there, or not known */
	struct proposal wanted;
};

struct check_file {
	struct cli *cli;
	struct plan plan;
	bool with_tenant;
	struct failure why_not; /* where the tenant could not be asked */
	struct entry *entries;  /* plan.len of them */
	size_t waiting;
	bool done;
	struct index_view *rows;
	struct key_set *keys;
	struct map *in_file; /* id -> entry */
};

/* --- the file --- */

static enum err_code read_plan(struct check_file *job, const char *path, struct err *err)
{
	enum err_code code = plan_file_read(path, &job->plan, NULL, err);

	if (code || job->plan.len == 0)
		return code;
	job->entries = calloc(job->plan.len, sizeof(*job->entries));
	return job->entries ? ERR_OK : err_set(err, ERR_NO_MEMORY, "out of memory");
}

/* --- the tenant --- */

static void one_ended(struct check_file *job)
{
	job->done = --job->waiting == 0;
}

static void fetched(void *context, const struct failure *failure, const struct action *action)
{
	struct entry *entry = context;

	entry->ended = true;
	entry->failure = *failure;
	if (action && action_copy(action, &entry->action))
		entry->failure.kind = FAILURE_LOCAL;
	one_ended(entry->job);
}

static enum err_code fetch_all(struct check_file *job, struct err *err)
{
	size_t i;

	job->waiting = 1; /* ours: all are begun before one may be the last */
	for (i = 0; i < job->plan.len; i++) {
		struct entry *entry = &job->entries[i];

		job->waiting++;
		if (fetch_start(job->cli->session, entry->plan->id, fetched, entry, NULL, err))
			return err->code;
	}
	one_ended(job);
	return session_run_until(job->cli->session, &job->done, err);
}

static enum err_code ask_tenant(struct check_file *job, struct err *err)
{
	struct index_progress progress;
	enum err_code code = cli_wait_index(job->cli, &progress, err);

	if (code)
		return code;
	job->with_tenant = !progress.failed;
	job->why_not = progress.failure;
	return job->with_tenant ? fetch_all(job, err) : ERR_OK;
}

static void tell_without_tenant(const struct check_file *job)
{
	char line[256];

	failure_line(&job->why_not, line, sizeof(line));
	cli_say("dacache: the tenant was not asked (%s): checked without it\n", line);
}

/* --- what is wanted, and all keys --- */

static enum err_code make_wanted(struct entry *entry, struct err *err)
{
	struct action *action = entry->action;
	/* An action nobody read has nothing that could be wrong. */
	struct action unknown = {.members = {false, NULL, CACHE_TTL_ABSENT}};
	struct local_settings local = {0};
	enum err_code code =
		session_local_load(entry->job->cli->session, entry->plan->id, &local, err);

	if (code)
		return code;
	if (proposal_from_action(action ? action : &unknown, &local, &entry->wanted) ||
	    plan_entry_apply(entry->plan, &entry->wanted))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	local_settings_clear(&local);
	return code;
}

static const char *name_of(const struct entry *entry)
{
	if (entry->action)
		return entry->action->name;
	return entry->plan->name;
}

/* The keys of the actions that the file leaves alone. */
static enum err_code add_tenant_keys(struct check_file *job)
{
	size_t i;

	if (index_view_new(session_index(job->cli->session), &job->rows))
		return ERR_NO_MEMORY;
	index_view_refresh(job->rows);
	for (i = 0; i < index_view_len(job->rows); i++) {
		const struct index_row *row = index_view_row(job->rows, i);

		if (row && !map_has(job->in_file, row->id) &&
		    key_set_add(job->keys, row->id, row->name, row->key))
			return ERR_NO_MEMORY;
	}
	return ERR_OK;
}

static enum err_code gather_keys(struct check_file *job, struct err *err)
{
	enum err_code code = key_set_new(&job->keys);
	size_t i;

	if (!code)
		code = map_new(&job->in_file);
	for (i = 0; !code && i < job->plan.len; i++) {
		struct entry *entry = &job->entries[i];

		code = map_put(job->in_file, entry->plan->id, entry);
		if (!code)
			code = key_set_add(job->keys, entry->plan->id, name_of(entry),
					   entry->wanted.members.key);
	}
	if (!code && job->with_tenant)
		code = add_tenant_keys(job);
	return code ? err_set(err, code, "out of memory") : ERR_OK;
}

/* --- one entry --- */

static void add(struct findings *findings, bool is_error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add(struct findings *findings, bool is_error, const char *format, ...)
{
	struct finding *finding;
	va_list args;

	if (findings->len == FINDINGS_MAX)
		return;
	finding = &findings->items[findings->len++];
	*finding = (struct finding){.field = FIELD_NONE, .row = -1, .is_error = is_error};
	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
}

static void compare_with_action(const struct entry *entry, struct findings *findings)
{
	const struct plan_entry *plan = entry->plan;
	char present[ETAG_SIZE];
	char line[200];

	if (entry->ended && !entry->action) {
		failure_line(&entry->failure, line, sizeof(line));
		if (entry->failure.kind == FAILURE_NOT_FOUND)
			add(findings, true, "the tenant has no Data Action of this id");
		else
			add(findings, false, "the action could not be read: %s", line);
	}
	if (!entry->action)
		return;
	if (plan->name && strcmp(plan->name, entry->action->name) != 0)
		add(findings, false, "the tenant names it %.200s", entry->action->name);
	if (plan->etag && action_if_match(entry->action, present) == ERR_OK &&
	    strcmp(plan->etag, present) != 0)
		add(findings, true, "the action changed since: its ETag is %.120s, not %.120s",
		    present, plan->etag);
}

/* A key that nobody knows is neither right nor wrong. */
static void drop_key_findings(struct findings *findings)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < findings->len; i++)
		if (findings->items[i].field != FIELD_KEY)
			findings->items[kept++] = findings->items[i];
	findings->len = kept;
}

/* Names are not unique: the line or the id, too. */
static void put_collision(const struct entry *entry, struct buf *out)
{
	const char *key = entry->wanted.members.key;
	const struct key_owner *owner =
		key ? key_set_collision(entry->job->keys, key, entry->plan->id) : NULL;
	const struct entry *other = owner ? map_get(entry->job->in_file, owner->id) : NULL;

	if (other && other->plan->has_key)
		buf_printf(out, "line %zu of this file wants it too, for %s", other->plan->line,
			   owner->id);
	else if (owner)
		check_put_owner(owner->id, owner->name, out);
}

static void check_entry(struct check_print *print, const struct entry *entry)
{
	struct check_file *job = entry->job;
	struct key_lookup keys = key_set_lookup(job->keys);
	const struct key_lookup known = session_key_lookup(job->cli->session);
	const char *key = entry->wanted.members.key;
	struct check_subject subject = {
		.line = entry->plan->line,
		.id = entry->plan->id,
		.name = name_of(entry),
		.entry = entry->plan,
		.footprint = footprint_bytes(key ? strlen(key) : 0, entry->wanted.local.payload_kb),
	};
	struct buf collision;
	struct action only_id = {.id = entry->plan->id};

	keys.webhooks = known.webhooks;
	validate_proposal(&entry->wanted, entry->action ? entry->action : &only_id, &keys,
			  &subject.findings);
	if (!entry->action && !entry->plan->has_key)
		drop_key_findings(&subject.findings);
	if (entry->plan->errors_len > 0)
		subject.footprint = -1;
	buf_init(&collision, CLI_OUTPUT_MAX);
	put_collision(entry, &collision);
	subject.collision = collision.len > 0 ? buf_str(&collision) : NULL;
	compare_with_action(entry, &subject.findings);
	check_print_subject(print, &subject);
	buf_free(&collision);
}

/* --- printing ----------------------------------------------------------------------------------
 */

static void print_errors(struct check_print *print, const struct check_file *job, size_t *next,
			 size_t end)
{
	while (*next < end)
		check_print_broken(print, &job->plan.errors[(*next)++]);
}

static void print_text(struct check_print *print, const struct check_file *job)
{
	size_t next = 0;
	size_t i;

	for (i = 0; i < job->plan.len; i++) {
		const struct plan_entry *entry = job->entries[i].plan;

		print_errors(print, job, &next, entry->first_error + entry->errors_len);
		check_entry(print, &job->entries[i]);
	}
	print_errors(print, job, &next, job->plan.errors_len);
}

static void print_json(struct check_print *print, const struct check_file *job)
{
	struct buf *out = &print->cli->out;
	size_t i;

	buf_puts(out, "{");
	json_member_text(out, "file", print->file);
	json_member_bool(out, "tenant_asked", job->with_tenant);
	buf_puts(out, ",\"entries\":[");
	for (i = 0; i < job->plan.len; i++)
		check_entry(print, &job->entries[i]);
	buf_puts(out, "],\"errors\":[");
	for (i = 0; i < job->plan.errors_len; i++)
		check_print_broken(print, &job->plan.errors[i]);
	buf_puts(out, "]}\n");
}

static void free_job(struct check_file *job)
{
	size_t i;

	key_set_free(&job->keys);
	map_free(&job->in_file);
	index_view_free(&job->rows);
	for (i = 0; job->entries && i < job->plan.len; i++) {
		action_free(&job->entries[i].action);
		proposal_clear(&job->entries[i].wanted);
	}
	free(job->entries);
	plan_clear(&job->plan);
}

enum err_code check_file(struct cli *cli, const char *path, bool json, struct err *err)
{
	struct check_file job = {.cli = cli};
	struct check_print print;
	enum err_code code = read_plan(&job, path, err);
	size_t i;

	for (i = 0; !code && i < job.plan.len; i++) {
		job.entries[i].job = &job;
		job.entries[i].plan = &job.plan.entries[i];
		failure_init(&job.entries[i].failure);
	}
	if (!code && job.plan.len > 0)
		code = ask_tenant(&job, err);
	if (!code && job.plan.len > 0 && !job.with_tenant)
		tell_without_tenant(&job);
	for (i = 0; !code && i < job.plan.len; i++)
		code = make_wanted(&job.entries[i], err);
	if (!code)
		code = gather_keys(&job, err);
	if (!code) {
		check_print_init(&print, cli, path, json);
		if (json)
			print_json(&print, &job);
		else
			print_text(&print, &job);
		check_print_end(&print);
	}
	free_job(&job);
	return code;
}
