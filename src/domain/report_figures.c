#include "report_figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/map.h"

/* --- what an entry is --- */

bool report_is_change(const struct audit_entry *entry)
{
	return entry->action && (strcmp(entry->action, "cache_update") == 0 ||
				 strcmp(entry->action, "local_update") == 0);
}

static bool is_webhook(const struct audit_entry *entry)
{
	return entry->action && strcmp(entry->action, "webhook") == 0;
}

bool report_is_error(const struct audit_entry *entry)
{
	return entry->outcome != OUTCOME_APPLIED && entry->outcome != OUTCOME_UNCHANGED;
}

bool report_is_by_others(const struct report_change *change)
{
	return change->seq == 0;
}

const char *report_name_of(const struct audit_entry *entry)
{
	if (entry->name && entry->name[0])
		return entry->name;
	return entry->data_action_id ? entry->data_action_id : "-";
}

const char *report_name_of_change(const struct report_change *change)
{
	if (change->name && change->name[0])
		return change->name;
	return change->data_action_id ? change->data_action_id : "-";
}

static void put_ttl(struct buf *out, int64_t ttl_s)
{
	if (ttl_s >= 0)
		buf_printf(out, "%lld", (long long)ttl_s);
	else
		buf_puts(out, ttl_s == CACHE_TTL_ABSENT ? "none" : "invalid");
}

static void put_member(struct buf *out, const char *name)
{
	buf_printf(out, "%s%s ", out->len > 0 ? ", " : "", name);
}

static const char *key_of(const struct cache_members *members)
{
	return members->key ? members->key : "none";
}

enum err_code report_put_what(struct buf *out, const struct report_change *change,
			      const char *arrow)
{
	const struct cache_members *to = &change->after;
	const struct cache_members *from = change->has_before ? &change->before : NULL;
	struct buf what;

	if (!change->has_after)
		return ERR_OK;
	buf_init(&what, out->max);
	if (!from || from->enabled != to->enabled) {
		put_member(&what, "cacheEnabled");
		if (from)
			buf_printf(&what, "%s %s ", from->enabled ? "true" : "false", arrow);
		buf_puts(&what, to->enabled ? "true" : "false");
	}
	if (!from || strcmp(key_of(from), key_of(to)) != 0) {
		put_member(&what, "cacheKey");
		if (from)
			buf_printf(&what, "%s %s ", key_of(from), arrow);
		buf_puts(&what, key_of(to));
	}
	if (!from || from->ttl_s != to->ttl_s) {
		put_member(&what, "cacheTtl");
		if (from) {
			put_ttl(&what, from->ttl_s);
			buf_printf(&what, " %s ", arrow);
		}
		put_ttl(&what, to->ttl_s);
	}
	buf_puts(out, buf_str(&what));
	buf_free(&what);
	return out->failed;
}

/* --- latency --- */

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return (a > b) - (a < b);
}

static double rank(const struct vec *sorted, double q)
{
	double at = q * (double)sorted->len;
	size_t i = (size_t)at;

	if ((double)i < at)
		i++;
	return *(const double *)vec_at(sorted, i > 0 ? i - 1 : 0);
}

/* Sorts the values. */
static struct report_latency latency_of(struct vec *values)
{
	struct report_latency out = {values->len, -1, -1, -1, -1, -1};
	double sum = 0;

	if (values->len == 0)
		return out;
	qsort(values->items, values->len, sizeof(double), by_value);
	for (size_t i = 0; i < values->len; i++)
		sum += *(const double *)vec_at(values, i);
	out.mean = sum / (double)values->len;
	out.p50 = rank(values, 0.50);
	out.p95 = rank(values, 0.95);
	out.p99 = rank(values, 0.99);
	out.max = *(const double *)vec_at(values, values->len - 1);
	return out;
}

static enum err_code add_endpoint(const struct report *report, enum endpoint endpoint,
				  struct vec *out)
{
	struct report_endpoint row = {.endpoint = endpoint};
	struct vec values;
	enum err_code code = ERR_OK;

	vec_init(&values, sizeof(double));
	for (size_t i = 0; i < report->calls_len && !code; i++) {
		const struct report_call *call = &report->calls[i];

		if (call->endpoint != endpoint)
			continue;
		row.calls++;
		row.failed += call->failed;
		if (call->ms >= 0)
			code = vec_push(&values, &call->ms);
	}
	row.latency = latency_of(&values);
	if (!code && row.calls > 0)
		code = vec_push(out, &row);
	vec_free(&values);
	return code;
}

/* --- groups --- */

static int by_changes(const void *left, const void *right)
{
	const struct report_group *a = left;
	const struct report_group *b = right;

	if (a->changes != b->changes)
		return a->changes < b->changes ? 1 : -1;
	if (a->by_others != b->by_others)
		return a->by_others < b->by_others ? 1 : -1;
	return strcmp(a->key, b->key);
}

static void count_entry(struct report_group *group, const struct audit_entry *entry)
{
	if (entry->wall_us > group->newest_us)
		group->newest_us = entry->wall_us;
	if (is_webhook(entry)) {
		group->webhooks++;
		group->webhooks_failed += report_is_error(entry);
	} else if (report_is_change(entry)) {
		group->changes++;
		group->outcomes[entry->outcome]++;
	}
}

static void count_change(struct report_group *group, const struct report_change *change)
{
	if (change->wall_us > group->newest_us)
		group->newest_us = change->wall_us;
	group->by_others++;
}

/* places maps a key to its place in groups, plus one. */
static enum err_code group_for(struct vec *groups, struct map *places, const char *key,
			       struct report_group **out)
{
	uintptr_t place = (uintptr_t)map_get(places, key);

	if (place == 0) {
		const struct report_group group = {.key = key};
		enum err_code code = vec_push(groups, &group);

		place = groups->len;
		if (!code)
			code = map_put(places, key, (void *)place);
		if (code)
			return code;
	}
	*out = vec_at(groups, place - 1);
	return ERR_OK;
}

static const char *shown(const char *text)
{
	return text ? text : "";
}

static void give_name(struct vec *groups, const struct map *places, const char *id,
		      const char *name)
{
	struct report_group *group = vec_at(groups, (uintptr_t)map_get(places, shown(id)) - 1);

	if (!group->name && name && name[0])
		group->name = name;
}

/* Of the newest entry that has one, else of the newest change. */
static void name_actions(const struct report *report, struct vec *groups, const struct map *places)
{
	for (size_t i = 0; i < report->len; i++)
		give_name(groups, places, report->entries[i].data_action_id,
			  report->entries[i].name);
	for (size_t i = 0; i < report->changes_len; i++)
		if (report_is_by_others(&report->changes[i]))
			give_name(groups, places, report->changes[i].data_action_id,
				  report->changes[i].name);
}

static enum err_code make_groups(const struct report *report, bool by_person, struct vec *groups)
{
	struct map *places = NULL;
	struct report_group *group;
	enum err_code code = map_new_borrowing(&places);

	for (size_t i = 0; i < report->len && !code; i++) {
		const struct audit_entry *entry = &report->entries[i];

		code = group_for(groups, places,
				 shown(by_person ? entry->who : entry->data_action_id), &group);
		if (!code)
			count_entry(group, entry);
	}
	for (size_t i = 0; i < report->changes_len && !code; i++) {
		const struct report_change *change = &report->changes[i];

		if (!report_is_by_others(change))
			continue;
		code = group_for(groups, places,
				 shown(by_person ? change->who : change->data_action_id), &group);
		if (!code)
			count_change(group, change);
	}
	if (!code && !by_person)
		name_actions(report, groups, places);
	map_free(&places);
	if (groups->len > 0)
		qsort(groups->items, groups->len, sizeof(struct report_group), by_changes);
	return code;
}

/* --- errors --- */

static const char *status_words(int status)
{
	switch (status) {
	case 400:
		return "refused by the tenant";
	case 401:
		return "not authenticated";
	case 403:
		return "not permitted";
	case 404:
		return "not found";
	case 413:
		return "too large";
	case 429:
		return "rate limit";
	default:
		return status >= 500 ? "the tenant failed" : "refused";
	}
}

static void put_cause(const struct audit_entry *entry, char *out, size_t size)
{
	const char *before = is_webhook(entry) ? "webhook: " : "";

	if (entry->outcome == OUTCOME_CONFLICT && entry->status)
		snprintf(out, size, "%sconflict (%d)", before, entry->status);
	else if (entry->outcome == OUTCOME_CONFLICT)
		snprintf(out, size, "%sconflict", before);
	else if (entry->outcome == OUTCOME_UNKNOWN)
		snprintf(out, size, "%sanswer lost", before);
	else if (entry->status)
		snprintf(out, size, "%s%s (%d)", before, status_words(entry->status),
			 entry->status);
	else if (entry->outcome == OUTCOME_REFUSED)
		snprintf(out, size, "%srefused by validation", before);
	else
		snprintf(out, size, "%sno answer", before);
}

static enum err_code count_error(struct vec *errors, const struct audit_entry *entry)
{
	struct report_error new = {.count = 1,
				   .first_us = entry->wall_us,
				   .last_us = entry->wall_us,
				   .newest = entry->message};

	put_cause(entry, new.cause, sizeof(new.cause));
	for (size_t i = 0; i < errors->len; i++) {
		struct report_error *error = vec_at(errors, i);

		if (strcmp(error->cause, new.cause) != 0)
			continue;
		error->count++;
		if (entry->wall_us < error->first_us)
			error->first_us = entry->wall_us;
		return ERR_OK;
	}
	return vec_push(errors, &new);
}

static int by_count(const void *left, const void *right)
{
	const struct report_error *a = left;
	const struct report_error *b = right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return strcmp(a->cause, b->cause);
}

/* --- all --- */

static enum err_code take_entry(struct report_figures *figures, const struct audit_entry *entry)
{
	enum err_code code = ERR_OK;

	if (entry->latency_ms >= 0)
		code = vec_push(&figures->sorted_ms, &entry->latency_ms);
	if (!code && report_is_error(entry))
		code = count_error(&figures->errors, entry);
	if (report_is_change(entry)) {
		figures->changes++;
		figures->outcomes[entry->outcome]++;
	}
	return code;
}

static void init(struct report_figures *figures)
{
	memset(figures, 0, sizeof(*figures));
	vec_init(&figures->sorted_ms, sizeof(double));
	vec_init(&figures->actions, sizeof(struct report_group));
	vec_init(&figures->people, sizeof(struct report_group));
	vec_init(&figures->errors, sizeof(struct report_error));
	vec_init(&figures->endpoints, sizeof(struct report_endpoint));
}

enum err_code report_figures_make(const struct report *report, struct report_figures *out)
{
	enum err_code code = ERR_OK;

	init(out);
	for (size_t i = 0; i < report->len && !code; i++)
		code = take_entry(out, &report->entries[i]);
	for (size_t i = 0; i < report->changes_len; i++)
		*(report_is_by_others(&report->changes[i]) ? &out->by_others : &out->applied) += 1;
	out->latency = latency_of(&out->sorted_ms);
	if (!code)
		code = make_groups(report, false, &out->actions);
	if (!code)
		code = make_groups(report, true, &out->people);
	for (int endpoint = 0; endpoint < ENDPOINTS && !code; endpoint++)
		code = add_endpoint(report, (enum endpoint)endpoint, &out->endpoints);
	if (out->errors.len > 0)
		qsort(out->errors.items, out->errors.len, sizeof(struct report_error), by_count);
	if (code)
		report_figures_clear(out);
	return code;
}

void report_figures_clear(struct report_figures *figures)
{
	vec_free(&figures->sorted_ms);
	vec_free(&figures->actions);
	vec_free(&figures->people);
	vec_free(&figures->errors);
	vec_free(&figures->endpoints);
}
