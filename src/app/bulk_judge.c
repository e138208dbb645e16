/* What is to become of each item:
 *
 *   same as it is ───────────────────────────> same
 *   made of another state ───────────────────> conflict
 *   wrong by its form, or breaks a rule ─────> refused
 *   its key is another's when all is done ───> refused (which may leave keys where they
 *                                              were: all others are looked at again)
 *   keys go round in a circle ───────────────> refused
 *   else ────────────────────────────────────> change, after the one whose key it takes
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk_internal.h"
#include "dacache/base/text.h"
#include "dacache/domain/key_template.h"

enum { WORDS_MAX = 1 << 20 };

static bool moves_key(const struct bulk_item *item)
{
	const char *before = item->before.members.key;
	const char *wanted = item->wanted.members.key;

	return before && wanted ? strcmp(before, wanted) != 0 : before != wanted;
}

bool bulk_changes_keys(const struct bulk *bulk)
{
	size_t i;

	for (i = 0; i < bulk->len; i++)
		if (bulk->items[i].base && moves_key(&bulk->items[i]))
			return true;
	return false;
}

/* --- by itself --- */

static bool is_same(const struct bulk_item *item)
{
	return cache_members_equal(&item->before.members, &item->wanted.members) &&
	       local_settings_equal(&item->before.local, &item->wanted.local);
}

/* A TTL the tenant does not have goes out with any other member, and is shown; where
 * nothing else goes out, it does not either. */
static void note_missing_ttl(struct bulk_item *item)
{
	if (item->base->members.ttl_s != CACHE_TTL_ABSENT)
		return;
	if (cache_members_equal(&item->before.members, &item->wanted.members))
		item->wanted.members.ttl_s = CACHE_TTL_ABSENT;
	item->before.members.ttl_s = CACHE_TTL_ABSENT;
}

static void count_findings(struct bulk *bulk, size_t i)
{
	struct findings findings = {0};

	bulk_findings(bulk, i, &findings);
	bulk->items[i].errors = findings_errors(&findings);
	bulk->items[i].warnings = findings.len - bulk->items[i].errors;
}

static void judge_alone(struct bulk *bulk, size_t i)
{
	struct bulk_item *item = &bulk->items[i];
	const char *etag = item->entry->etag;

	if (!item->base)
		return;
	item->verdict = BULK_REFUSED;
	if (item->entry->errors_len > 0)
		return;
	item->verdict = BULK_SAME;
	if (is_same(item))
		return;
	item->verdict = BULK_CONFLICT;
	if (etag && strcmp(etag, item->present) != 0)
		return;
	count_findings(bulk, i);
	item->verdict = item->errors > 0 ? BULK_REFUSED : BULK_CHANGE;
}

/* --- keys --- */

static const char *known_collision(void *context, const char *key, const char *exclude_id)
{
	const struct bulk_item *item = context;

	(void)key;
	(void)exclude_id;
	return item->collision;
}

static const char *known_overlap(void *context, const char *key, const char *exclude_id,
				 const char **other_key, struct buf *example)
{
	const struct bulk_item *item = context;
	struct key_lookup keys;

	if (!item->bulk->keys)
		return NULL;
	keys = key_set_lookup(item->bulk->keys);
	return keys.overlap(keys.context, key, exclude_id, other_key, example);
}

static bool is_about_change(const struct bulk_item *item, enum field field)
{
	const struct cache_members *before = &item->before.members;
	const struct cache_members *wanted = &item->wanted.members;
	bool sends = !cache_members_equal(before, wanted);

	switch (field) {
	case FIELD_KEY:
		return moves_key(item) || (sends && !wanted->key);
	case FIELD_DIRECTIVE_SOURCE:
	case FIELD_DIRECTIVE_EVENT:
	case FIELD_DIRECTIVE_ACTION:
		/* They are sent after any change. */
		return sends || !directive_list_equal(&item->before.local.directives,
						      &item->wanted.local.directives);
	default:
		return before->ttl_s != wanted->ttl_s || before->enabled != wanted->enabled;
	}
}

/* What an action has had all along would hide what is new. */
static void drop_warnings_of_the_rest(const struct bulk_item *item, struct findings *out)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < out->len; i++)
		if (out->items[i].is_error || is_about_change(item, out->items[i].field))
			out->items[kept++] = out->items[i];
	out->len = kept;
}

void bulk_findings(struct bulk *bulk, size_t i, struct findings *out)
{
	struct bulk_item *item = &bulk->items[i];
	struct key_lookup known = session_key_lookup(bulk->session);
	struct key_lookup keys = {.collision = known_collision,
				  .overlap = known_overlap,
				  .context = item,
				  .webhooks = known.webhooks};
	struct proposal wanted = item->wanted; /* borrows */

	out->len = 0;
	if (!item->base && (item->verdict == BULK_MISSING || item->verdict == BULK_UNREADABLE))
		plan_entry_check(item->entry, out);
	if (!item->base)
		return;
	if (wanted.members.ttl_s == CACHE_TTL_ABSENT)
		proposal_set_tier(&wanted, wanted.tier);
	validate_proposal(&wanted, item->base, &keys, out);
	drop_warnings_of_the_rest(item, out);
}

/* Its key once all of it is done; as_asked: had nothing been refused. */
static const char *key_of(const struct bulk_item *item, bool as_asked)
{
	bool changes = item->verdict == BULK_CHANGE || (as_asked && item->verdict == BULK_REFUSED);

	return changes ? item->wanted.members.key : item->before.members.key;
}

/* Of the actions that the plan leaves alone, as the list has them. Those that it names
 * and nobody read are among them. */
static enum err_code add_tenant(struct bulk *bulk)
{
	size_t i;

	for (i = 0; i < index_view_len(bulk->rows); i++) {
		const struct index_row *row = index_view_row(bulk->rows, i);

		if (row && !map_has(bulk->named, row->id) &&
		    key_set_add(bulk->keys, row->id, row->name, row->key))
			return ERR_NO_MEMORY;
	}
	return ERR_OK;
}

static enum err_code gather_keys(struct bulk *bulk, bool as_asked)
{
	enum err_code code;
	size_t i;

	key_set_free(&bulk->keys);
	map_free(&bulk->named);
	code = key_set_new(&bulk->keys);
	if (!code)
		code = map_new(&bulk->named);
	for (i = 0; !code && i < bulk->len; i++) {
		struct bulk_item *item = &bulk->items[i];

		if (!item->name)
			continue;
		code = map_put(bulk->named, item->entry->id, item);
		if (!code)
			code = key_set_add(bulk->keys, item->entry->id, item->name,
					   key_of(item, as_asked));
	}
	if (!code)
		code = add_tenant(bulk);
	return code;
}

static bool wants(const struct bulk_item *item, const char *key)
{
	bool asks = item->verdict == BULK_CHANGE || item->verdict == BULK_REFUSED;

	return asks && moves_key(item) && item->wanted.members.key &&
	       key_template_collides(item->wanted.members.key, key);
}

static void put_owner(const struct key_owner *owner, struct buf *out)
{
	buf_puts(out, owner->id);
	if (strcmp(owner->name, owner->id) != 0)
		buf_printf(out, ", %s", owner->name);
}

/* Names are not unique: the line or the id, too. */
static char *collision_words(const struct bulk *bulk, const struct key_owner *owner,
			     const char *key)
{
	const struct bulk_item *other = map_get(bulk->named, owner->id);
	struct buf text;

	buf_init(&text, WORDS_MAX);
	if (other && other->entry->line > 0 && wants(other, key)) {
		buf_printf(&text, "line %zu of this plan wants it too, for %s", other->entry->line,
			   owner->id);
	} else if (other && wants(other, key)) {
		buf_puts(&text, "this change gives it to ");
		put_owner(owner, &text);
	} else {
		buf_puts(&text, "the key of ");
		put_owner(owner, &text);
	}
	return buf_take(&text);
}

static void look_for_collision(struct bulk_item *item, struct key_set *keys)
{
	const char *key = item->wanted.members.key;
	const struct key_owner *other;

	if (!item->base || item->collision || !key || !moves_key(item))
		return;
	other = key_set_collision(keys, key, item->entry->id);
	if (other)
		item->collision = collision_words(item->bulk, other, key);
}

/* True when one more is refused. */
static bool refuse_collisions(struct bulk *bulk)
{
	bool refused = false;
	size_t i;

	for (i = 0; i < bulk->len; i++)
		if (bulk->items[i].verdict == BULK_CHANGE || bulk->items[i].verdict == BULK_REFUSED)
			look_for_collision(&bulk->items[i], bulk->keys);
	for (i = 0; i < bulk->len; i++) {
		if (bulk->items[i].verdict != BULK_CHANGE || !bulk->items[i].collision)
			continue;
		bulk->items[i].verdict = BULK_REFUSED;
		refused = true;
	}
	return refused;
}

/* First as it was asked for, so that two entries that want one key are both told; then
 * with the keys of what is refused where they are. */
static enum err_code settle_keys(struct bulk *bulk)
{
	enum err_code code = gather_keys(bulk, true);

	if (code)
		return code;
	refuse_collisions(bulk);
	do
		code = gather_keys(bulk, false);
	while (!code && refuse_collisions(bulk));
	return code;
}

/* --- who goes first --- */

/* Who has which key now and gives it away. */
static enum err_code map_givers(struct bulk *bulk, struct map *givers)
{
	enum err_code code = ERR_OK;
	size_t i;

	for (i = 0; !code && i < bulk->len; i++) {
		struct bulk_item *item = &bulk->items[i];
		char *form;

		if (item->verdict != BULK_CHANGE || !item->before.members.key || !moves_key(item))
			continue;
		form = key_template_collision_form(item->before.members.key);
		code = form ? map_put(givers, form, item) : ERR_NO_MEMORY;
		free(form);
	}
	return code;
}

static enum err_code find_givers(struct bulk *bulk)
{
	struct map *givers = NULL;
	enum err_code code = map_new(&givers);
	size_t i;

	if (!code)
		code = map_givers(bulk, givers);
	for (i = 0; !code && i < bulk->len; i++) {
		struct bulk_item *item = &bulk->items[i];
		const char *key = item->wanted.members.key;
		const struct bulk_item *giver;
		char *form;

		item->after = 0;
		if (item->verdict != BULK_CHANGE || !key || !moves_key(item))
			continue;
		form = key_template_collision_form(key);
		giver = form ? map_get(givers, form) : NULL;
		if (!form)
			code = ERR_NO_MEMORY;
		else if (giver && giver != item)
			item->after = (size_t)(giver - bulk->items) + 1;
		free(form);
	}
	map_free(&givers);
	return code;
}

enum { UNSEEN, ON_THE_WAY, PLACED };

static void refuse_circle(struct bulk *bulk, size_t i)
{
	size_t at = i;

	do {
		struct bulk_item *item = &bulk->items[at];

		at = item->after - 1;
		item->verdict = BULK_REFUSED;
		item->refusal =
			text_dup("keys would change hands in a circle: give one of these actions "
				 "another key first, in a change of its own");
	} while (at != i);
}

/* The chain of those that must go before i, the first of them first; true when it ends
 * in a circle. */
static bool place(struct bulk *bulk, size_t i, unsigned char *state)
{
	size_t chain = 0;
	size_t first = bulk->order_len;
	size_t at = i;

	while (state[at] == UNSEEN) {
		state[at] = ON_THE_WAY;
		bulk->order[first + chain++] = at;
		if (bulk->items[at].after == 0)
			break;
		at = bulk->items[at].after - 1;
	}
	if (bulk->items[at].after != 0 && state[at] == ON_THE_WAY) {
		refuse_circle(bulk, at);
		return true;
	}
	for (size_t a = 0; a < chain / 2; a++) {
		size_t other = bulk->order[first + a];

		bulk->order[first + a] = bulk->order[first + chain - 1 - a];
		bulk->order[first + chain - 1 - a] = other;
	}
	for (size_t a = 0; a < chain; a++)
		state[bulk->order[first + a]] = PLACED;
	bulk->order_len += chain;
	return false;
}

/* True when a circle was refused. */
static bool place_all(struct bulk *bulk, unsigned char *state)
{
	size_t i;

	bulk->order_len = 0;
	memset(state, UNSEEN, bulk->len);
	for (i = 0; i < bulk->len; i++)
		if (bulk->items[i].verdict == BULK_CHANGE && place(bulk, i, state))
			return true;
	return false;
}

/* Each circle that is refused leaves keys where they are: all is looked at again. */
static enum err_code settle_order(struct bulk *bulk)
{
	unsigned char *state = calloc(bulk->len + 1, 1);
	enum err_code code = state ? ERR_OK : ERR_NO_MEMORY;

	free(bulk->order);
	bulk->order = calloc(bulk->len + 1, sizeof(*bulk->order));
	if (!bulk->order)
		code = ERR_NO_MEMORY;
	if (!code)
		code = find_givers(bulk);
	while (!code && place_all(bulk, state)) {
		code = settle_keys(bulk);
		if (!code)
			code = find_givers(bulk);
	}
	free(state);
	return code;
}

/* --- all of it --- */

/* Whole documents are kept of those alone that will be sent. */
static void end_item(struct bulk *bulk, size_t i)
{
	struct bulk_item *item = &bulk->items[i];

	if (item->base)
		count_findings(bulk, i);
	if (item->verdict == BULK_SAME)
		action_free(&item->base);
}

enum err_code bulk_judge(struct bulk *bulk, struct err *err)
{
	enum err_code code = ERR_OK;
	size_t i;

	for (i = 0; i < bulk->len; i++) {
		judge_alone(bulk, i);
		if (bulk->items[i].base && bulk->items[i].verdict != BULK_SAME)
			note_missing_ttl(&bulk->items[i]);
	}
	if (!bulk->rows)
		code = index_view_new(session_index(bulk->session), &bulk->rows);
	if (!code) {
		index_view_refresh(bulk->rows);
		code = settle_keys(bulk);
	}
	if (!code)
		code = settle_order(bulk);
	for (i = 0; !code && i < bulk->len; i++)
		end_item(bulk, i);
	return code ? err_set(err, code, "out of memory") : ERR_OK;
}
