#include "edit_fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

enum { KEY_BYTES = 64 * 1024, NUMBER_BYTES = 40, URL_BYTES = 4096, EVENT_BYTES = 512 };

void edit_fields_init(struct edit_fields *fields)
{
	memset(fields, 0, sizeof *fields);
	fields->enabled = true;
	form_line_init(&fields->key, KEY_BYTES);
	for (int i = 0; i <= TIER_CUSTOM; i++)
		form_line_init(&fields->ttl[i], NUMBER_BYTES);
	form_line_init(&fields->payload, NUMBER_BYTES);
}

static void free_directive(struct edit_directive *directive)
{
	form_line_free(&directive->source);
	form_line_free(&directive->event);
}

void edit_fields_free(struct edit_fields *fields)
{
	form_line_free(&fields->key);
	for (int i = 0; i <= TIER_CUSTOM; i++)
		form_line_free(&fields->ttl[i]);
	form_line_free(&fields->payload);
	for (size_t i = 0; i < fields->directives_len; i++)
		free_directive(&fields->directives[i]);
	fields->directives_len = 0;
}

static enum err_code copy_line(const struct form_line *from, struct form_line *to)
{
	return form_line_set(to, form_line_text(from));
}

static bool same_line(const struct form_line *a, const struct form_line *b)
{
	return strcmp(form_line_text(a), form_line_text(b)) == 0;
}

enum err_code edit_fields_add(struct edit_fields *fields)
{
	struct edit_directive *directive = &fields->directives[fields->directives_len];

	if (fields->directives_len == DIRECTIVES_MAX)
		return ERR_LIMIT;
	form_line_init(&directive->source, URL_BYTES);
	form_line_init(&directive->event, EVENT_BYTES);
	directive->action = DIRECTIVE_INVALIDATE;
	fields->directives_len++;
	return ERR_OK;
}

void edit_fields_remove(struct edit_fields *fields, size_t row)
{
	struct edit_directive *at = &fields->directives[row];

	free_directive(at);
	fields->directives_len--;
	memmove(at, at + 1, (fields->directives_len - row) * sizeof *at);
}

static enum err_code add_directive(struct edit_fields *fields, const char *source,
				   const char *event, int action)
{
	struct edit_directive *directive = &fields->directives[fields->directives_len];
	enum err_code code = edit_fields_add(fields);

	if (!code)
		code = form_line_set(&directive->source, source);
	if (!code)
		code = form_line_set(&directive->event, event);
	if (!code)
		directive->action = action;
	return code;
}

static enum err_code set_number(struct form_line *line, int64_t number)
{
	char text[32];

	snprintf(text, sizeof text, "%lld", (long long)number);
	return form_line_set(line, text);
}

enum err_code edit_fields_from_proposal(const struct proposal *proposal, struct edit_fields *fields)
{
	const struct local_settings *local = &proposal->local;
	const struct directive_list *list = &local->directives;
	bool is_custom = proposal->tier == TIER_CUSTOM;
	enum err_code code;

	edit_fields_free(fields);
	edit_fields_init(fields);
	fields->enabled = proposal->members.enabled;
	fields->tier = (int)proposal->tier;
	code = form_line_set(&fields->key, proposal->members.key ? proposal->members.key : "");
	for (int i = 0; i < TIER_COUNT && !code; i++)
		code = set_number(&fields->ttl[i], local->matrix.ttl_s[i]);
	if (!code && is_custom && proposal->members.ttl_s >= 0)
		code = set_number(&fields->ttl[TIER_CUSTOM], proposal->members.ttl_s);
	if (!code)
		code = set_number(&fields->payload, local->payload_kb);
	for (size_t i = 0; i < list->len && !code; i++)
		code = add_directive(fields, list->items[i].source, list->items[i].event_type,
				     (int)list->items[i].action);
	return code;
}

enum err_code edit_fields_tier_chosen(struct edit_fields *fields, int before)
{
	struct form_line *custom = &fields->ttl[TIER_CUSTOM];

	if (fields->tier != TIER_CUSTOM || before == TIER_CUSTOM || custom->text.len > 0)
		return ERR_OK;
	return copy_line(&fields->ttl[before], custom);
}

static bool same_directive(const struct edit_directive *a, const struct edit_directive *b)
{
	return a->action == b->action && same_line(&a->source, &b->source) &&
	       same_line(&a->event, &b->event);
}

bool edit_fields_equal(const struct edit_fields *a, const struct edit_fields *b)
{
	if (a->enabled != b->enabled || a->tier != b->tier || !same_line(&a->key, &b->key) ||
	    !same_line(&a->payload, &b->payload) || a->directives_len != b->directives_len)
		return false;
	for (int i = 0; i < TIER_COUNT; i++)
		if (!same_line(&a->ttl[i], &b->ttl[i]))
			return false;
	if (a->tier == TIER_CUSTOM && !same_line(&a->ttl[TIER_CUSTOM], &b->ttl[TIER_CUSTOM]))
		return false;
	for (size_t i = 0; i < a->directives_len; i++)
		if (!same_directive(&a->directives[i], &b->directives[i]))
			return false;
	return true;
}

bool edit_fields_ttl_edited(const struct edit_fields *mine, const struct edit_fields *old)
{
	return mine->tier != old->tier || !same_line(&mine->ttl[mine->tier], &old->ttl[mine->tier]);
}

enum err_code edit_fields_rebase(struct edit_fields *mine, const struct edit_fields *old,
				 const struct edit_fields *fresh)
{
	enum err_code code = ERR_OK;

	if (mine->enabled == old->enabled)
		mine->enabled = fresh->enabled;
	if (!edit_fields_ttl_edited(mine, old)) {
		mine->tier = fresh->tier;
		code = copy_line(&fresh->ttl[TIER_CUSTOM], &mine->ttl[TIER_CUSTOM]);
	}
	if (!code && same_line(&mine->key, &old->key))
		code = copy_line(&fresh->key, &mine->key);
	return code;
}

/* --- to a proposal ----------------------------------------------------------------- */

static void complain(struct findings *findings, enum field field, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void complain(struct findings *findings, enum field field, const char *format, ...)
{
	struct finding *finding;
	va_list args;

	if (findings->len == FINDINGS_MAX)
		return;
	finding = &findings->items[findings->len++];
	*finding = (struct finding){.field = field, .row = -1, .is_error = true};
	va_start(args, format);
	vsnprintf(finding->text, sizeof finding->text, format, args);
	va_end(args);
}

/* A number too great for its type stays too great for its range. */
static bool read_number(const struct form_line *line, int64_t *out)
{
	const char *text = form_line_text(line);
	enum err_code code = text_parse_int(text, INT64_MIN, INT64_MAX, out);

	if (code == ERR_LIMIT)
		*out = *text == '-' ? INT64_MIN : INT64_MAX;
	return code == ERR_OK || code == ERR_LIMIT;
}

static enum field ttl_field(int tier)
{
	static const enum field fields[] = {FIELD_TTL_DEFAULT, FIELD_TTL_HIGH_PRIORITY,
					    FIELD_TTL_STATIC_REFERENCE, FIELD_TTL};

	return fields[tier];
}

static void read_ttls(const struct edit_fields *fields, struct proposal *out,
		      struct findings *findings)
{
	for (int i = 0; i <= fields->tier || i < TIER_COUNT; i++) {
		const char *name = i == TIER_CUSTOM ? "cacheTtl" : tier_name((enum tier)i);
		int64_t ttl_s = 0;

		if (read_number(&fields->ttl[i], &ttl_s))
			proposal_set_tier_ttl(out, (enum tier)i, ttl_s);
		else
			complain(findings, ttl_field(i), "%s must be a whole number of seconds",
				 name);
	}
}

static enum err_code read_directives(const struct edit_fields *fields, struct directive_list *out)
{
	enum err_code code = ERR_OK;

	for (size_t i = 0; i < fields->directives_len && !code; i++) {
		const struct edit_directive *directive = &fields->directives[i];
		code = directive_list_add(out, form_line_text(&directive->source),
					  form_line_text(&directive->event),
					  (enum directive_action)directive->action);
	}
	return code;
}

enum err_code edit_fields_proposal(const struct edit_fields *fields,
				   const struct cache_members *base, struct proposal *out,
				   struct findings *findings)
{
	const char *key = form_line_text(&fields->key);
	enum err_code code;

	memset(out, 0, sizeof *out);
	findings->len = 0;
	local_settings_init(&out->local);
	if (!*key && base && !base->key)
		key = NULL;
	/* harmless while its own field holds no number */
	code = cache_members_set(&out->members, fields->enabled, key, 1);
	if (!code)
		code = read_directives(fields, &out->local.directives);
	if (code) {
		proposal_clear(out);
		return code;
	}
	proposal_set_tier(out, (enum tier)fields->tier);
	read_ttls(fields, out, findings);
	if (!read_number(&fields->payload, &out->local.payload_kb)) {
		out->local.payload_kb = 0;
		complain(findings, FIELD_PAYLOAD_KB, "payload_kb must be a whole number");
	}
	return ERR_OK;
}

static bool holds_no_number(const struct findings *findings, size_t len, enum field field)
{
	for (size_t i = 0; i < len; i++)
		if (findings->items[i].field == field)
			return true;
	return false;
}

enum err_code edit_fields_check(const struct edit_fields *fields, const struct action *action,
				const struct key_lookup *keys, struct proposal *out,
				struct findings *findings)
{
	enum err_code code = edit_fields_proposal(fields, &action->members, out, findings);
	size_t own = findings->len;
	struct findings *more;

	if (code)
		return code;
	more = calloc(1, sizeof *more);
	if (!more) {
		proposal_clear(out);
		return ERR_NO_MEMORY;
	}
	validate_proposal(out, action, keys, more);
	for (size_t i = 0; i < more->len && findings->len < FINDINGS_MAX; i++)
		if (!holds_no_number(findings, own, more->items[i].field))
			findings->items[findings->len++] = more->items[i];
	free(more);
	return ERR_OK;
}
