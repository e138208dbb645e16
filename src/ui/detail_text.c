/* The words of the Detail pane. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/validate.h"
#include "detail_pane.h"
#include "internal.h"

enum { JSON_MAX = 4 * 1024 * 1024, SECOND_US = 1000000 };

void detail_text_modified(const struct action *action, int64_t now_us, char *out, size_t size)
{
	int64_t at_us;
	char span[CLOCK_TEXT_SIZE];

	out[0] = '\0';
	if (clock_parse_rfc3339(action->date_modified, &at_us) == ERR_OK) {
		/* In whole seconds: what just happened is a second ago. */
		clock_format_span(now_us - at_us > SECOND_US ? now_us - at_us : SECOND_US, span);
		snprintf(out, size, "%s%s%s%s ago", action->modified_by[0] ? "by " : "",
			 action->modified_by, action->modified_by[0] ? " " : "", span);
	} else if (action->modified_by[0]) {
		snprintf(out, size, "by %s", action->modified_by);
	}
}

static void add_members(struct text_view *view, const struct action *action)
{
	const struct cache_members *members = &action->members;

	text_view_heading(view, "Cache settings");
	text_view_pair(view, "cacheEnabled", members->enabled ? ROLE_OK : ROLE_WARN,
		       members->enabled ? "true" : "false");
	text_view_pair(view, "cacheKey", members->key ? ROLE_TEXT : ROLE_DIM,
		       members->key ? members->key : "- (none)");
	if (members->ttl_s >= 0)
		text_view_pairf(view, "cacheTtl", ROLE_TEXT, "%lld s", (long long)members->ttl_s);
	else
		text_view_pair(view, "cacheTtl", ROLE_WARN,
			       members->ttl_s == CACHE_TTL_INVALID
				       ? "! not an integer from 0 to 86400"
				       : "- (none)");
}

static void add_local(struct text_view *view, const struct action *action,
		      const struct local_settings *local)
{
	const char *key = action->members.key ? action->members.key : "";
	enum tier tier = action->members.ttl_s >= 0
				 ? tier_of_ttl(&local->matrix, action->members.ttl_s)
				 : TIER_CUSTOM;
	char bytes[32];

	text_view_pair(view, "tier", ROLE_TEXT, tier_name(tier));
	text_view_pairf(view, "matrix", ROLE_TEXT,
			"default %lld s, high_priority %lld s, static_reference %lld s",
			(long long)local->matrix.ttl_s[TIER_DEFAULT],
			(long long)local->matrix.ttl_s[TIER_HIGH_PRIORITY],
			(long long)local->matrix.ttl_s[TIER_STATIC_REFERENCE]);
	text_format_count(footprint_bytes(strlen(key), local->payload_kb), bytes);
	text_view_pairf(view, "footprint", ROLE_TEXT, "%s bytes of 10,485,760 (payload %lld KB)",
			bytes, (long long)local->payload_kb);
	text_view_heading(view, "Directives (kept here, not on the server)");
	if (local->directives.len == 0)
		text_view_add(view, ROLE_DIM, 0, "none");
	for (size_t i = 0; i < local->directives.len; i++) {
		const struct directive *directive = &local->directives.items[i];
		text_view_pairf(view, directive_action_name(directive->action), ROLE_TEXT,
				"%s on %s", directive->source, directive->event_type);
	}
}

static void add_identity(struct detail_pane *pane, const struct action *action)
{
	struct text_view *view = &pane->view;
	char modified[160];

	detail_text_modified(action, clock_wall_us(loop_clock(pane->ui->loop)), modified,
			     sizeof modified);
	text_view_heading(view, "Data Action");
	text_view_pair(view, "name", ROLE_STRONG, action->name);
	text_view_pair(view, "id", ROLE_TEXT, action->id);
	text_view_pair(view, "category", ROLE_TEXT, action->category);
	text_view_pair(view, "integration", ROLE_TEXT, action->integration_id);
	if (action->version >= 0)
		text_view_pairf(view, "version", ROLE_TEXT, "%lld", (long long)action->version);
	text_view_pair(view, "ETag", ROLE_TEXT,
		       action->etag[0] ? action->etag : "- (the server sends none)");
	text_view_pairf(view, "modified", ROLE_TEXT, "%s%s%s", action->date_modified,
			modified[0] ? "  " : "", modified);
	text_view_pair(view, "secure", ROLE_TEXT, action->secure ? "true" : "false");
}

static void add_inputs(struct text_view *view, const struct action *action)
{
	text_view_heading(view, "Contract inputs");
	if (action->inputs_len == 0)
		text_view_add(view, ROLE_DIM, 0, "none named");
	for (size_t i = 0; i < action->inputs_len; i++)
		text_view_addf(view, ROLE_TEXT, 0, "{%s}", action->inputs[i]);
}

static void add_document(struct detail_pane *pane, const struct action *action)
{
	struct text_view *view = &pane->view;
	struct buf json;

	text_view_heading(view,
			  pane->unfolded ? "Document (Enter folds)" : "Document (Enter unfolds)");
	if (!pane->unfolded)
		return;
	buf_init(&json, JSON_MAX);
	if (action_pretty(action, &json) == ERR_OK)
		text_view_add_lines(view, ROLE_TEXT, 0, buf_str(&json));
	else
		text_view_add(view, ROLE_WARN, 0, "! too large to be shown");
	buf_free(&json);
}

/* What the list knows, until the whole was read. */
static void add_row(struct detail_pane *pane, const struct index_row *row)
{
	struct text_view *view = &pane->view;

	text_view_pair(view, "name", ROLE_STRONG, row->name);
	text_view_pair(view, "id", ROLE_TEXT, row->id);
	text_view_pair(view, "category", ROLE_TEXT, row->category);
	text_view_pair(view, "cacheEnabled", ROLE_TEXT, row->enabled ? "true" : "false");
	text_view_pair(view, "cacheKey", ROLE_TEXT, row->key ? row->key : "-");
	if (row->ttl_s >= 0)
		text_view_pairf(view, "cacheTtl", ROLE_TEXT, "%d s", (int)row->ttl_s);
	text_view_pair(view, "tier", ROLE_TEXT, tier_name((enum tier)row->tier));
	text_view_blank(view);
}

static void add_state(struct detail_pane *pane)
{
	struct text_view *view = &pane->view;
	char line[256];

	if (pane->failure.kind != FAILURE_NONE) {
		failure_line(&pane->failure, line, sizeof line);
		text_view_addf(view, ROLE_ERROR, 0, "! %s", line);
		text_view_add(view, ROLE_TEXT, 0, "Enter reads it again.  E tells more.");
	} else if (pane->put_off) {
		text_view_add(view, ROLE_WARN, 0,
			      "Not read: the quota is low. Enter reads it all the same.");
	} else if (!pane->action) {
		text_view_add(view, ROLE_DIM, 0, "Reading...");
	}
}

static void add_action(struct detail_pane *pane, const struct action *action)
{
	struct local_settings local;
	struct err err;

	add_members(&pane->view, action);
	local_settings_init(&local);
	if (session_local_load(pane->ui->session, action->id, &local, &err) == ERR_OK)
		add_local(&pane->view, action, &local);
	else
		text_view_addf(&pane->view, ROLE_ERROR, 0, "! %s", err.text);
	local_settings_clear(&local);
	add_identity(pane, action);
	add_inputs(&pane->view, action);
	add_document(pane, action);
}

void detail_text_build(struct detail_pane *pane)
{
	const struct index_row *row = index_find(session_index(pane->ui->session), pane->id);

	text_view_clear(&pane->view);
	if (!pane->id[0]) {
		text_view_add(&pane->view, ROLE_DIM, 0, "No action is selected.");
		return;
	}
	if (pane->action) {
		add_state(pane);
		add_action(pane, pane->action);
		return;
	}
	if (row)
		add_row(pane, row);
	add_state(pane);
}
