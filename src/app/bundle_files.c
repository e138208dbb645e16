#include "bundle_files.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "dacache/base/file.h"
#include "dacache/domain/canonical.h"
#include "dacache/domain/decimal.h"
#include "dacache/domain/har.h"
#include "dacache/domain/json_member.h"
#include "dacache/net/http.h"
#include "dacache/net/tenant.h"
#include "dacache/store/store.h"
#include "internal.h"

enum { OS_RELEASE_MAX = 16384 };

/* --- words of JSON --- */

static void put_text(struct buf *out, const char *name, const char *text)
{
	json_line_text(out, name, text && text[0] ? text : NULL);
}

/* Negative: nobody knows. */
static void put_known(struct buf *out, const char *name, int64_t value)
{
	json_line_name(out, name);
	if (value < 0)
		buf_puts(out, "null");
	else
		buf_printf(out, "%" PRId64, value);
}

void bundle_add_doctor_line(struct buf *out, const struct doctor_line *line)
{
	static const char *const states[] = {"ok", "warning", "failed", "skipped"};

	buf_puts(out, out->len > 0 ? ",\n {" : "{");
	put_text(out, "check", line->name);
	put_text(out, "state", states[line->state]);
	put_text(out, "text", line->text);
	put_text(out, "mend", line->mend);
	json_line_name(out, "ms");
	if (line->ms < 0)
		buf_puts(out, "null");
	else
		decimal_put(out, line->ms, 3);
	buf_putc(out, '}');
}

/* --- the files --- */

static enum err_code put_doctor(struct session *session, const struct bundle_source *source,
				struct buf *out, struct err *err)
{
	(void)session;
	(void)err;
	buf_printf(out, "{\"exit\":%d,\n \"checks\":[", source->doctor_exit);
	buf_append(out, source->doctor.data, source->doctor.len);
	return buf_puts(out, "]}\n");
}

static enum err_code put_action(struct session *session, const struct bundle_source *source,
				struct buf *out, struct err *err)
{
	(void)session;
	(void)err;
	return bundle_put_action(out, source->action, source->action_read_us,
				 source->action_why_not);
}

static enum err_code put_row(struct buf *out, const struct action_row *row)
{
	char last = out->data[out->len - 1];

	buf_puts(out, last == '[' ? "{\"id\":" : ",\n {\"id\":");
	canonical_string(row->id, strlen(row->id), out);
	buf_puts(out, ",\"name\":");
	canonical_string(row->name, strlen(row->name), out);
	buf_puts(out, ",\"category\":");
	canonical_string(row->category, strlen(row->category), out);
	buf_printf(out,
		   ",\"cacheEnabled\":%s,\"cacheKey\":", row->members.enabled ? "true" : "false");
	if (row->members.key)
		canonical_string(row->members.key, strlen(row->members.key), out);
	else
		buf_puts(out, "null");
	if (row->members.ttl_s >= 0)
		buf_printf(out, ",\"cacheTtl\":%" PRId64, row->members.ttl_s);
	return buf_putc(out, '}');
}

static struct action_row row_of(const struct index_row *row)
{
	return (struct action_row){
		row->id,
		row->name,
		row->category,
		{row->enabled, (char *)(uintptr_t)row->key, row->ttl_s},
	};
}

/* As a page of the list has them: those that were read, and the action itself. */
static enum err_code put_actions(struct session *session, const struct bundle_source *source,
				 struct buf *out, struct err *err)
{
	const struct action *action = source->action;
	struct index_view *view = NULL;
	enum err_code code = index_view_new(session_index(session), &view);

	(void)err;
	buf_putc(out, '[');
	if (!code)
		index_view_refresh(view);
	for (size_t i = 0; !code && i < index_view_len(view); i++) {
		const struct index_row *row = index_view_row(view, i);
		struct action_row copy;

		if (!row)
			continue;
		copy = row_of(row);
		code = put_row(out, &copy);
	}
	index_view_free(&view);
	if (!code && action && !index_find(session_index(session), action->id)) {
		const struct action_row row = {action->id, action->name, action->category,
					       action->members};

		code = put_row(out, &row);
	}
	return code ? code : buf_puts(out, "]\n");
}

struct slice {
	struct vec *entries;
	bool failed;
};

static bool keep_entry(void *context, const struct audit_entry *entry)
{
	struct slice *slice = context;
	struct audit_entry copy = {0};

	if (audit_entry_copy(entry, &copy) || vec_push(slice->entries, &copy)) {
		audit_entry_clear(&copy);
		slice->failed = true;
	}
	return !slice->failed;
}

/* The newest that there is room for, the oldest of them first. */
static enum err_code put_audit(struct session *session, const struct bundle_source *source,
			       struct buf *out, struct err *err)
{
	struct audit_query query;
	struct vec entries;
	struct slice slice = {.entries = &entries};
	enum err_code code;

	audit_query_init(&query);
	query.data_action_id = source->action_id;
	query.since_us = source->since_us;
	vec_init(&entries, sizeof(struct audit_entry));
	code = session_audit_query(session, &query, BUNDLE_ENTRIES_MAX, keep_entry, &slice, err);
	if (!code && slice.failed)
		code = ERR_NO_MEMORY;
	buf_putc(out, '[');
	for (size_t i = entries.len; i > 0; i--) {
		audit_entry_to_json(vec_at(&entries, i - 1), out);
		buf_puts(out, i > 1 ? ",\n " : "");
		audit_entry_clear(vec_at(&entries, i - 1));
	}
	vec_free(&entries);
	return code ? code : buf_puts(out, "]\n");
}

static enum err_code put_exchange(void *context, const struct exchange *exchange, struct err *err)
{
	(void)err;
	return har_add(context, exchange);
}

/* Of this run and those before it: what the ticket is about may be an hour old. */
static enum err_code put_requests(struct session *session, const struct bundle_source *source,
				  struct buf *out, struct err *err)
{
	const struct request_query query = {.run = REQUESTS_ALL_RUNS, .limit = BUNDLE_REQUESTS_MAX};
	struct har har;
	enum err_code code = session_requests_flush(session, err);

	(void)source;
	har_begin(&har, out, DACACHE_VERSION, "Secrets are masked: ***");
	if (!code)
		code = session_requests_each(session, &query, put_exchange, &har, err);
	if (code == ERR_NOT_FOUND) /* there was none yet */
		code = ERR_OK;
	return code ? code : har_end(&har);
}

/* "Debian GNU/Linux 12 (bookworm)"; "" where it is not told. */
static void system_name(char *out, size_t size)
{
	static const char key[] = "\nPRETTY_NAME=\"";
	struct buf text;
	const char *at;

	out[0] = '\0';
	buf_init(&text, OS_RELEASE_MAX);
	buf_putc(&text, '\n');
	if (file_read("/etc/os-release", &text, NULL) == ERR_OK &&
	    (at = strstr(buf_str(&text), key))) {
		at += sizeof(key) - 1;
		snprintf(out, size, "%.*s", (int)strcspn(at, "\"\n"), at);
	}
	buf_free(&text);
}

static void put_terminal(struct buf *out, const struct bundle_terminal *terminal)
{
	json_line_name(out, "terminal");
	buf_putc(out, '{');
	put_text(out, "term", terminal->term);
	put_known(out, "columns", terminal->columns);
	put_known(out, "rows", terminal->rows);
	put_known(out, "colours", terminal->colours);
	put_text(out, "locale", terminal->locale);
	json_line_bool(out, "utf8", terminal->is_utf8);
	buf_putc(out, '}');
}

static enum err_code put_environment(struct session *session, const struct bundle_source *source,
				     struct buf *out, struct err *err)
{
	struct utsname kernel = {0};
	char words[256];

	(void)session;
	(void)err;
	uname(&kernel);
	buf_putc(out, '{');
	put_text(out, "dacache", DACACHE_VERSION);
	put_text(out, "net", http_libraries());
	store_libraries(words, sizeof(words));
	put_text(out, "store", words);
	put_text(out, "screen", source->terminal.libraries);
	system_name(words, sizeof(words));
	put_text(out, "system", words);
	snprintf(words, sizeof(words), "%.60s %.120s %.60s", kernel.sysname, kernel.release,
		 kernel.machine);
	put_text(out, "kernel", words);
	put_terminal(out, &source->terminal);
	return buf_puts(out, "}\n");
}

static enum err_code put_settings(struct session *session, const struct bundle_source *source,
				  struct buf *out, struct err *err)
{
	(void)source;
	(void)err;
	return bundle_put_settings(out, session_profile(session));
}

static enum err_code put_status(struct session *session, const struct bundle_source *source,
				struct buf *out, struct err *err)
{
	struct session_status status;
	struct index_progress progress;

	(void)source;
	(void)err;
	session_status(session, &status);
	index_progress(session_index(session), &progress);
	buf_putc(out, '{');
	put_known(out, "quota_allowed", status.quota.known ? status.quota.allowed : -1);
	put_known(out, "quota_used", status.quota.known ? status.quota.used : -1);
	put_known(out, "quota_reset_in_s", status.quota_reset_in_s);
	json_line_bool(out, "has_token", status.has_token);
	put_known(out, "token_expires_in_s", status.has_token ? status.token_expires_in_s : -1);
	put_text(out, "scope", status.scope);
	put_text(out, "read_only", status.read_only ? status.read_only_reason : NULL);
	put_text(out, "held_because", status.held ? status.held_because : NULL);
	json_line_bool(out, "connected", status.connected);
	put_known(out, "actions_read", (int64_t)progress.loaded);
	put_known(out, "actions_total", progress.total_known ? (int64_t)progress.total : -1);
	return buf_puts(out, "}\n");
}

/* --- all --- */

struct part {
	const char *name;
	enum err_code (*put)(struct session *session, const struct bundle_source *source,
			     struct buf *out, struct err *err);
};

/* Nothing goes into a bundle but through here. */
static enum err_code add_masked(struct session *session, const char *name, const struct buf *plain,
				struct archive *archive)
{
	struct buf masked;
	enum err_code code;

	buf_init(&masked, ARCHIVE_BYTES_MAX);
	code = tenant_mask(session_tenant(session), plain->data, plain->len, &masked);
	if (!code)
		code = archive_add(archive, name, &masked);
	buf_free(&masked);
	return code;
}

static enum err_code add_part(struct session *session, const struct bundle_source *source,
			      const struct part *part, struct archive *archive, struct err *err)
{
	struct buf plain;
	enum err_code code;

	buf_init(&plain, ARCHIVE_BYTES_MAX);
	err_clear(err);
	code = part->put(session, source, &plain, err);
	if (!code)
		code = plain.failed;
	if (!code)
		code = add_masked(session, part->name, &plain, archive);
	buf_free(&plain);
	if (code && !err->text[0])
		err_set(err, code, code == ERR_LIMIT ? "%s is too large" : "%s: out of memory",
			part->name);
	return code;
}

static enum err_code add_manifest(struct session *session, const struct bundle_source *source,
				  struct archive *archive, struct err *err)
{
	const struct profile *profile = session_profile(session);
	struct bundle_head head = {
		.made_us = source->made_us,
		.version = DACACHE_VERSION,
		.profile = profile->name,
		.base_url = profile->base_url,
		.action_id = source->action_id,
	};
	struct bundle_part parts[ARCHIVE_FILES_MAX];
	struct buf out;
	enum err_code code;

	for (size_t i = 0; i < archive->files.len; i++) {
		const struct archive_file *file = vec_at(&archive->files, i);

		parts[i] = (struct bundle_part){file->name, file->data, file->len};
	}
	buf_init(&out, ARCHIVE_BYTES_MAX);
	code = bundle_put_manifest(&out, &head, parts, archive->files.len);
	if (!code)
		code = archive_add(archive, BUNDLE_MANIFEST, &out);
	buf_free(&out);
	return code ? err_set(err, code, "out of memory") : ERR_OK;
}

enum err_code bundle_files(struct session *session, const struct bundle_source *source,
			   struct archive *archive, struct err *err)
{
	static const struct part parts[] = {
		{BUNDLE_ACTION, put_action},
		{BUNDLE_ACTIONS, put_actions},
		{BUNDLE_AUDIT, put_audit},
		{BUNDLE_REQUESTS, put_requests},
		{BUNDLE_MESSAGES, bundle_put_messages},
		{BUNDLE_OTHERS, bundle_put_others},
		{BUNDLE_HISTORY, bundle_put_history},
		{BUNDLE_DOCTOR, put_doctor},
		{BUNDLE_ENVIRONMENT, put_environment},
		{BUNDLE_SETTINGS, put_settings},
		{BUNDLE_STATUS, put_status},
	};
	enum err_code code = ERR_OK;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !code; i++)
		code = add_part(session, source, &parts[i], archive, err);
	return code ? code : add_manifest(session, source, archive, err);
}
