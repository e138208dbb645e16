/* check --tenant: all keys that collide, and all that overlap. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "dacache/base/text.h"
#include "dacache/domain/canonical.h"
#include "dacache/domain/json_member.h"
#include "dacache/domain/key_template.h"
#include "dacache/domain/overlap.h"
#include "plan.h"

enum {
	OWNERS_SHOWN = 10,     /* of a key, in an overlap */
	COUNTED_MAX = 1000000, /* overlaps; then they are "more than" */
	NAME_COLUMNS = 34,
};

struct tenant_check {
	struct cli *cli;
	bool json;
	int64_t limit; /* of each kind; 0: none */
	size_t collisions;
	size_t colliding; /* actions */
	size_t overlaps;
	bool counted_all;
};

static bool is_shown(const struct tenant_check *check, size_t n)
{
	return check->limit == 0 || n <= (size_t)check->limit;
}

/* What there is goes out, that a tenant of any size needs little memory. */
static bool flush(const struct tenant_check *check)
{
	return check->cli->out.len < CLI_FLUSH_AT || cli_flush(check->cli);
}

/* ---- collisions ---- */

static int id_columns(const struct key_owners *owners)
{
	int columns = 0;
	size_t i;

	for (i = 0; i < owners->len; i++) {
		int own = text_width(owners->items[i]->id);

		columns = own > columns ? own : columns;
	}
	return columns;
}

static void put_owner(struct buf *out, const struct key_owner *owner, int columns)
{
	buf_puts(out, "  ");
	cli_cell(out, owner->id, columns);
	cli_cell(out, owner->name, NAME_COLUMNS);
	text_escape(out, owner->key);
	buf_putc(out, '\n');
}

static void put_collision(struct buf *out, const struct key_owners *owners)
{
	int columns = id_columns(owners);
	size_t i;

	buf_puts(out, "error: ");
	plan_put_count(out, owners->len,
		       "action has the same key: ", "actions have the same key: ");
	text_escape(out, owners->items[0]->key);
	buf_putc(out, '\n');
	for (i = 0; i < owners->len; i++)
		put_owner(out, owners->items[i], columns);
}

static void put_collision_json(struct buf *out, const struct key_owners *owners, bool is_first)
{
	size_t i;

	buf_puts(out, is_first ? "\n {" : ",\n {");
	json_member_text(out, "key", owners->items[0]->key);
	buf_puts(out, ",\"actions\":[");
	for (i = 0; i < owners->len; i++) {
		buf_puts(out, i > 0 ? ",{" : "{");
		json_member_text(out, "id", owners->items[i]->id);
		json_member_text(out, "name", owners->items[i]->name);
		json_member_text(out, "key", owners->items[i]->key);
		buf_puts(out, "}");
	}
	buf_puts(out, "]}");
}

static bool take_collision(void *context, const struct key_owners *owners)
{
	struct tenant_check *check = context;

	check->collisions++;
	check->colliding += owners->len;
	if (!is_shown(check, check->collisions))
		return true;
	if (check->json)
		put_collision_json(&check->cli->out, owners, check->collisions == 1);
	else
		put_collision(&check->cli->out, owners);
	return flush(check);
}

/* ---- overlaps ---- */

static void put_key(struct buf *out, const struct key_owners *owners)
{
	size_t i;

	buf_puts(out, "  ");
	text_escape(out, owners->items[0]->key);
	buf_puts(out, "  (");
	plan_put_count(out, owners->len, "action: ", "actions: ");
	for (i = 0; i < owners->len && i < OWNERS_SHOWN; i++) {
		buf_puts(out, i > 0 ? ", " : "");
		text_escape(out, owners->items[i]->id);
	}
	buf_puts(out, i < owners->len ? ", ...)\n" : ")\n");
}

static void put_key_json(struct buf *out, const struct key_owners *owners)
{
	size_t i;

	buf_puts(out, out->data[out->len - 1] == '[' ? "{" : ",{");
	json_member_text(out, "key", owners->items[0]->key);
	json_member_int(out, "actions", (int64_t)owners->len);
	buf_puts(out, ",\"ids\":[");
	for (i = 0; i < owners->len && i < OWNERS_SHOWN; i++) {
		const char *id = owners->items[i]->id;

		buf_puts(out, i > 0 ? "," : "");
		canonical_string(id, strlen(id), out);
	}
	buf_puts(out, "]}");
}

static void put_owners(const struct tenant_check *check, const struct key_owners *owners)
{
	if (check->json)
		put_key_json(&check->cli->out, owners);
	else
		put_key(&check->cli->out, owners);
}

/* Keys of one pattern: each once, with its owners. */
static void put_variants(const struct tenant_check *check, const struct key_owners *owners)
{
	size_t shown = 0;
	size_t first = 0;
	size_t i;

	for (i = 1; i <= owners->len && shown < OWNERS_SHOWN; i++) {
		struct key_owners same = {owners->items + first, i - first};

		if (i < owners->len &&
		    key_template_collides(owners->items[i]->key, owners->items[first]->key))
			continue;
		put_owners(check, &same);
		first = i;
		shown++;
	}
	if (first < owners->len && !check->json)
		buf_puts(&check->cli->out, "  ...\n");
}

static void put_overlap(const struct tenant_check *check, const struct key_overlap *overlap)
{
	struct buf *out = &check->cli->out;

	if (check->json) {
		buf_puts(out, check->overlaps == 1 ? "\n {" : ",\n {");
		json_member_text(out, "example", overlap->example);
		buf_puts(out, ",\"keys\":[");
	} else {
		buf_puts(out, "warning: the key \"");
		text_escape(out, overlap->example);
		buf_puts(out, overlap->is_same_pattern ? "\" can come of each of\n"
						       : "\" can come of both\n");
	}
	put_variants(check, &overlap->a);
	if (!overlap->is_same_pattern)
		put_variants(check, &overlap->b);
	if (check->json)
		buf_puts(out, "]}");
}

static bool take_overlap(void *context, const struct key_overlap *overlap)
{
	struct tenant_check *check = context;

	check->overlaps++;
	if (is_shown(check, check->overlaps))
		put_overlap(check, overlap);
	return flush(check) && (check->limit == 0 || check->overlaps < COUNTED_MAX);
}

/* ---- the whole ---- */

static void put_left(struct buf *out, size_t n, const struct tenant_check *check, const char *noun)
{
	char number[32];

	if (is_shown(check, n))
		return;
	text_format_count((int64_t)(n - (size_t)check->limit), number);
	buf_printf(out, "%s more %s are not shown (--limit N, 0: all)\n", number, noun);
}

static void put_end(const struct tenant_check *check, size_t actions, size_t keys)
{
	struct buf *out = &check->cli->out;
	char number[32];

	if (check->json) {
		buf_puts(out, "],\"collisions_total\":");
		buf_printf(out, "%zu,\"overlaps_total\":%zu,\"overlaps_counted_all\":%s",
			   check->collisions, check->overlaps,
			   check->counted_all ? "true" : "false");
		buf_printf(out, ",\"actions\":%zu,\"keys\":%zu}\n", actions, keys);
		return;
	}
	put_left(out, check->overlaps, check, "overlaps");
	plan_put_count(out, check->collisions, "collision of ", "collisions of ");
	plan_put_count(out, check->colliding, "action, ", "actions, ");
	buf_puts(out, check->counted_all ? "" : "more than ");
	plan_put_count(out, check->overlaps, "overlap; ", "overlaps; ");
	plan_put_count(out, actions, "action, ", "actions, ");
	text_format_count((int64_t)keys, number);
	buf_printf(out, "%s with a key\n", number);
}

static enum err_code add_keys(struct cli *cli, struct overlap_set *set, size_t *actions)
{
	struct index_view *view;
	enum err_code code = index_view_new(session_index(cli->session), &view);
	size_t i;

	if (code)
		return code;
	index_view_refresh(view);
	*actions = index_view_len(view);
	for (i = 0; i < *actions && !code; i++) {
		const struct index_row *row = index_view_row(view, i);

		if (row)
			code = overlap_set_add(set,
					       &(struct key_owner){row->id, row->name, row->key});
	}
	index_view_free(&view);
	return code;
}

static enum err_code walk(struct tenant_check *check, struct overlap_set *set)
{
	struct buf *out = &check->cli->out;
	enum err_code code;

	if (check->json)
		buf_puts(out, "{\"collisions\":[");
	code = overlap_set_collisions(set, take_collision, check);
	if (check->json)
		buf_puts(out, "],\"overlaps\":[");
	else
		put_left(out, check->collisions, check, "collisions");
	return code ? code : overlap_set_overlaps(set, take_overlap, check, &check->counted_all);
}

enum err_code check_tenant(struct cli *cli, int64_t limit, bool json, struct err *err)
{
	struct tenant_check check = {.cli = cli, .json = json, .limit = limit};
	struct overlap_set *set = NULL;
	size_t actions = 0;
	enum err_code code = cli_read_index(cli, err);

	if (code)
		return code;
	code = overlap_set_new(&set);
	if (!code)
		code = add_keys(cli, set, &actions);
	if (!code)
		code = walk(&check, set);
	if (code)
		err_set(err, code, "out of memory");
	else
		put_end(&check, actions, overlap_set_len(set));
	if (!code && check.collisions > 0)
		cli->exit_code = CLI_REFUSED;
	overlap_set_free(&set);
	return code;
}
