#include "dacache/domain/diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

/* Three members, the matrix, the payload size, and the directives of both. */
enum { LINES_MAX = 3 + TIER_COUNT + 1 + 2 * DIRECTIVES_MAX };

/* Takes before and after (malloc'd, NULL: there is none). */
static enum err_code add_taken(struct diff *diff, const char *name, bool local, char *before,
			       char *after)
{
	struct diff_line *line = &diff->lines[diff->len++];

	*line = (struct diff_line){.local = local, .before = before, .after = after};
	snprintf(line->name, sizeof(line->name), "%s", name);
	if (!before && !after)
		line->mark = DIFF_SAME;
	else if (!before)
		line->mark = DIFF_ADDED;
	else if (!after)
		line->mark = DIFF_REMOVED;
	else
		line->mark = strcmp(before, after) ? DIFF_CHANGED : DIFF_SAME;
	if (!line->before)
		line->before = text_dup("");
	if (!line->after)
		line->after = text_dup("");
	return line->before && line->after ? ERR_OK : ERR_NO_MEMORY;
}

static enum err_code add_line(struct diff *diff, const char *name, bool local, const char *before,
			      const char *after)
{
	char *old = text_dup(before);
	char *new = text_dup(after);

	if ((before && !old) || (after && !new)) {
		free(old);
		free(new);
		return ERR_NO_MEMORY;
	}
	return add_taken(diff, name, local, old, new);
}

static enum err_code add_number(struct diff *diff, const char *name, int64_t before, int64_t after)
{
	char old[32];
	char new[32];

	snprintf(old, sizeof(old), "%lld", (long long)before);
	snprintf(new, sizeof(new), "%lld", (long long)after);
	return add_line(diff, name, true, old, new);
}

/* NULL where there is none. */
static const char *ttl_text(int64_t ttl_s, char text[32])
{
	if (ttl_s == CACHE_TTL_ABSENT)
		return NULL;
	if (ttl_s == CACHE_TTL_INVALID)
		return "invalid";
	snprintf(text, 32, "%lld", (long long)ttl_s);
	return text;
}

static enum err_code add_members(struct diff *diff, const struct cache_members *before,
				 const struct cache_members *after)
{
	char old[32];
	char new[32];
	enum err_code code =
		add_line(diff, "cacheEnabled", false, before->enabled ? "true" : "false",
			 after->enabled ? "true" : "false");

	if (!code)
		code = add_line(diff, "cacheKey", false, before->key, after->key);
	if (!code)
		code = add_line(diff, "cacheTtl", false, ttl_text(before->ttl_s, old),
				ttl_text(after->ttl_s, new));
	return code;
}

static enum err_code add_local(struct diff *diff, const struct local_settings *before,
			       const struct local_settings *after)
{
	enum err_code code = ERR_OK;
	char name[48];

	for (enum tier tier = 0; tier < TIER_COUNT && !code; tier++) {
		snprintf(name, sizeof(name), "ttl.%s", tier_name(tier));
		code = add_number(diff, name, before->matrix.ttl_s[tier],
				  after->matrix.ttl_s[tier]);
	}
	if (!code)
		code = add_number(diff, "payload_kb", before->payload_kb, after->payload_kb);
	return code;
}

/* As the shell writes one. NULL without memory. */
static char *directive_text(const struct directive *directive)
{
	struct buf text;

	buf_init(&text, DIRECTIVE_SOURCE_MAX * 8);
	buf_printf(&text, "%s,%s,%s", directive->source, directive->event_type,
		   directive_action_name(directive->action));
	/* a draft may hold texts past their maximum */
	if (text.failed == ERR_LIMIT) {
		buf_reset(&text);
		buf_puts(&text, "(too long to show)");
	}
	return buf_take(&text);
}

/* in_before, in_after: NULL where the directive is not there. */
static enum err_code add_directive(struct diff *diff, const struct directive *in_before,
				   const struct directive *in_after)
{
	char *old = in_before ? directive_text(in_before) : NULL;
	char *new = in_after ? directive_text(in_after) : NULL;

	if ((in_before && !old) || (in_after && !new)) {
		free(old);
		free(new);
		return ERR_NO_MEMORY;
	}
	return add_taken(diff, "directive", true, old, new);
}

/* The equal one of the list that was not paired yet, or NULL. */
static const struct directive *pair(const struct directive *wanted,
				    const struct directive_list *list, bool taken[DIRECTIVES_MAX])
{
	for (size_t i = 0; i < list->len; i++) {
		if (taken[i] || !directive_equal(wanted, &list->items[i]))
			continue;
		taken[i] = true;
		return &list->items[i];
	}
	return NULL;
}

static enum err_code add_directives(struct diff *diff, const struct directive_list *before,
				    const struct directive_list *after)
{
	bool taken[DIRECTIVES_MAX] = {false};
	enum err_code code = ERR_OK;

	for (size_t i = 0; i < before->len && !code; i++)
		code = add_directive(diff, &before->items[i],
				     pair(&before->items[i], after, taken));
	for (size_t i = 0; i < after->len && !code; i++)
		if (!taken[i])
			code = add_directive(diff, NULL, &after->items[i]);
	return code;
}

enum err_code diff_proposals(const struct proposal *before, const struct proposal *after,
			     struct diff *out)
{
	*out = (struct diff){.lines = calloc(LINES_MAX, sizeof(*out->lines))};
	if (!out->lines)
		return ERR_NO_MEMORY;

	enum err_code code = add_members(out, &before->members, &after->members);

	if (!code)
		code = add_local(out, &before->local, &after->local);
	if (!code)
		code = add_directives(out, &before->local.directives, &after->local.directives);
	if (code)
		diff_clear(out);
	return code;
}

void diff_clear(struct diff *diff)
{
	for (size_t i = 0; i < diff->len; i++) {
		free(diff->lines[i].before);
		free(diff->lines[i].after);
	}
	free(diff->lines);
	*diff = (struct diff){0};
}

static size_t count_changes(const struct diff *diff, bool local)
{
	size_t changes = 0;

	for (size_t i = 0; i < diff->len; i++)
		changes += diff->lines[i].local == local && diff->lines[i].mark != DIFF_SAME;
	return changes;
}

size_t diff_server_changes(const struct diff *diff)
{
	return count_changes(diff, false);
}

size_t diff_local_changes(const struct diff *diff)
{
	return count_changes(diff, true);
}
