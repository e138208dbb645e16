/* One entry of the audit, whole. */
#include "audit_pane.h"
#include "dacache/ui/text_screen.h"
#include "internal.h"

enum { LABEL_COLS = 16, TEXT_MAX = 64 * 1024 };

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void add_members(struct text_view *view, const char *title,
			const struct cache_members *members)
{
	text_view_heading(view, title);
	text_view_pair(view, "cacheEnabled", ROLE_TEXT, members->enabled ? "true" : "false");
	text_view_pair(view, "cacheKey", ROLE_TEXT, members->key ? members->key : "- (none)");
	if (members->ttl_s >= 0)
		text_view_pairf(view, "cacheTtl", ROLE_TEXT, "%lld s", (long long)members->ttl_s);
	else
		text_view_pair(view, "cacheTtl", ROLE_DIM, "-");
}

static void add_answer(struct text_view *view, const struct audit_entry *entry)
{
	if (entry->status > 0)
		text_view_pairf(view, "status", ROLE_TEXT, "%d", entry->status);
	else
		text_view_pair(view, "status", ROLE_DIM, "- (no answer, or no call)");
	if (entry->latency_ms >= 0)
		text_view_pairf(view, "latency", ROLE_TEXT, "%.1f ms", entry->latency_ms);
	text_view_pairf(view, "attempts", ROLE_TEXT, "%lld", (long long)entry->attempts);
	text_view_pair(view, "If-Match", ROLE_TEXT, or_dash(entry->if_match));
	text_view_pair(view, "correlation id", ROLE_TEXT, or_dash(entry->correlation_id));
	text_view_pair(view, "etag", ROLE_TEXT, or_dash(entry->etag));
}

static void add_json(struct text_view *view, const struct audit_entry *entry)
{
	struct buf json;

	buf_init(&json, TEXT_MAX);
	text_view_heading(view, "As JSON");
	if (audit_entry_to_json(entry, &json) == ERR_OK)
		text_view_add(view, ROLE_TEXT, 0, buf_str(&json));
	buf_free(&json);
}

void audit_details_open(struct ui *ui, const struct audit_entry *entry, const char *name)
{
	struct text_view *view = text_screen_open(ui, "AUDIT ENTRY", LABEL_COLS);
	char when[CLOCK_TEXT_SIZE];

	if (!view)
		return;
	clock_format_rfc3339(entry->wall_us, when);
	text_view_pairf(view, "number", ROLE_TEXT, "%lld", (long long)entry->seq);
	text_view_pair(view, "time", ROLE_TEXT, when);
	text_view_pair(view, "what", ROLE_TEXT, or_dash(entry->action));
	text_view_pair(view, "Data Action", ROLE_STRONG, or_dash(name));
	text_view_pair(view, "id", ROLE_TEXT, or_dash(entry->data_action_id));
	text_view_pair(view, "who", ROLE_TEXT, or_dash(entry->who));
	text_view_pair(view, "outcome", ROLE_STRONG, outcome_name(entry->outcome));
	text_view_pair(view, "in words", ROLE_TEXT, or_dash(entry->message));
	add_answer(view, entry);
	if (entry->has_before)
		add_members(view, "Before", &entry->before);
	if (entry->has_payload)
		add_members(view, "Asked for", &entry->payload);
	add_json(view, entry);
}
