/* A conflict at the shell: what was read, what the server has now, what was wanted. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/json_member.h"
#include "set.h"

enum column { FIELD, BASE, SERVER, MINE, RESULT, COLUMNS };
enum { VALUE_COLUMNS = 32 };

static const char *const titles[COLUMNS] = {"FIELD", "BASE", "SERVER", "MINE", "RESULT"};

/* --- the table --- */

static void cell_text(const struct merge_row *row, enum column column, struct buf *out)
{
	const char *const values[COLUMNS] = {NULL, row->base, row->server, row->mine,
					     merge_result(row)};

	buf_reset(out);
	if (column == FIELD)
		buf_puts(out, row->name);
	else if (column == RESULT && !merge_is_resolved(row))
		buf_puts(out, "? both changed it");
	else if (values[column])
		merge_put_compact(out, values[column]);
	else
		buf_putc(out, '-');
}

static void find_widths(const struct merge *merge, struct buf *scratch, int widths[COLUMNS])
{
	size_t i;
	int column;

	for (column = 0; column < COLUMNS; column++) {
		widths[column] = (int)strlen(titles[column]);
		for (i = 0; i < merge->len; i++) {
			int own;

			if (merge->rows[i].state == MERGE_UNCHANGED)
				continue;
			cell_text(&merge->rows[i], (enum column)column, scratch);
			own = text_width(buf_str(scratch));
			own = own < VALUE_COLUMNS ? own : VALUE_COLUMNS;
			widths[column] = own > widths[column] ? own : widths[column];
		}
	}
}

static void end_line(struct buf *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->len--;
	buf_putc(out, '\n');
}

static void put_row(struct buf *out, const struct merge_row *row, const int widths[COLUMNS],
		    struct buf *scratch)
{
	int column;

	for (column = 0; column < COLUMNS; column++) {
		cell_text(row, (enum column)column, scratch);
		cli_cell(out, buf_str(scratch), widths[column]);
		buf_putc(out, ' ');
	}
	buf_puts(out, row->state == MERGE_AUTO ? "auto" : "");
	end_line(out);
}

/* What nobody changed is left out. */
static void put_table(struct buf *out, const struct merge *merge)
{
	int widths[COLUMNS];
	struct buf scratch;
	size_t same = 0;
	size_t i;
	int column;

	buf_init(&scratch, CLI_OUTPUT_MAX);
	find_widths(merge, &scratch, widths);
	for (column = 0; column < COLUMNS; column++) {
		cli_cell(out, titles[column], widths[column]);
		buf_putc(out, ' ');
	}
	end_line(out);
	for (i = 0; i < merge->len; i++) {
		if (merge->rows[i].state == MERGE_UNCHANGED)
			same++;
		else
			put_row(out, &merge->rows[i], widths, &scratch);
	}
	if (same > 0)
		buf_printf(out, "and %zu member%s that nobody changed\n", same,
			   same == 1 ? "" : "s");
	buf_free(&scratch);
}

/* --- around it --- */

static bool is_same_base(const struct set_end *end)
{
	char present[ETAG_SIZE];

	return action_if_match(end->now, present) == ERR_OK &&
	       strcmp(present, end->result.if_match) == 0;
}

const char *set_why_not_rebased(const struct set_end *end)
{
	if (is_same_base(end))
		return "the tenant refuses the condition itself, and would again";
	if (merge_open_count(&end->merge) > 0)
		return "--rebase merges only what does not overlap";
	return NULL;
}

static void put_happened(struct buf *out, const struct set_end *end)
{
	const struct action *now = end->now;

	if (end->result.status)
		buf_printf(out, "%d ", end->result.status);
	buf_puts(out, "conflict: ");
	text_escape(out, now->name);
	if (is_same_base(end)) {
		buf_puts(out, " is as it was read, but the tenant did not take If-Match");
	} else {
		buf_puts(out, " was changed after it was read");
		if (now->modified_by[0]) {
			buf_puts(out, ", by ");
			text_escape(out, now->modified_by);
		}
		if (now->date_modified[0]) {
			buf_puts(out, " at ");
			text_escape(out, now->date_modified);
		}
	}
	buf_puts(out, end->result.failure.conflict.may_have_written
			      ? ". Whether an attempt of this request was applied before can't be "
				"known.\n"
			      : ". This request wrote nothing.\n");
}

static void put_tags(struct buf *out, const struct set_end *end)
{
	const char *correlation_id = end->result.failure.correlation_id;

	buf_puts(out, "  If-Match that was sent: ");
	text_escape(out, end->result.if_match);
	buf_puts(out, "; ETag on the server: ");
	text_escape(out, end->now->etag[0] ? end->now->etag : "none");
	buf_puts(out, "\n  Correlation id: ");
	text_escape(out, correlation_id[0] ? correlation_id : "none");
	buf_putc(out, '\n');
}

void set_tell_conflict(const struct set_end *end, const char *then)
{
	struct buf out;

	buf_init(&out, CLI_OUTPUT_MAX);
	put_happened(&out, end);
	put_table(&out, &end->merge);
	put_tags(&out, end);
	buf_printf(&out, "  %s\n", then);
	cli_write(stderr, buf_str(&out));
	buf_free(&out);
}

void set_conflict_advice(const struct set *set, const struct set_end *end, struct buf *out)
{
	bool can_rebase = set_why_not_rebased(end) == NULL;

	if (end->given_up)
		buf_printf(out, "not merged: %s\n  ", end->given_up);
	if (!set->rebase && can_rebase)
		buf_puts(out, "do: nothing overlaps; the same command with --rebase merges it.");
	else if (is_same_base(end))
		buf_puts(out, "do: see the profile's put_body, and whether a proxy takes If-Match "
			      "out of the request.");
	else
		buf_puts(out, "do: look at what the other change was for, and decide; the same "
			      "command sent again would undo it.");
}

/* --- for machines --- */

static void put_value_json(struct buf *out, const char *name, const char *json)
{
	if (!json)
		return;
	buf_printf(out, ",\"%s\":", name);
	merge_put_compact(out, json);
}

static void put_row_json(struct buf *out, const struct merge_row *row)
{
	static const char *const states[] = {"unchanged", "auto", "open"};

	buf_puts(out, out->data[out->len - 1] == '[' ? "{" : ",{");
	json_member_text(out, "name", row->name);
	json_member_text(out, "state", states[row->state]);
	put_value_json(out, "base", row->base);
	put_value_json(out, "server", row->server);
	put_value_json(out, "mine", row->mine);
	if (merge_is_resolved(row))
		put_value_json(out, "result", merge_result(row));
	buf_puts(out, "}");
}

void set_put_conflict_json(struct buf *out, const struct set_end *end)
{
	const struct action *now = end->now;
	const char *correlation_id = end->result.failure.correlation_id;
	size_t i;

	if (!end->compared) {
		json_member_text(out, "conflict", NULL);
		return;
	}
	buf_puts(out, ",\"conflict\":{");
	json_member_text(out, "base_etag", end->result.if_match);
	json_member_text(out, "server_etag", now->etag[0] ? now->etag : NULL);
	json_member_text(out, "modified_by", now->modified_by[0] ? now->modified_by : NULL);
	json_member_text(out, "date_modified", now->date_modified[0] ? now->date_modified : NULL);
	json_member_text(out, "correlation_id", correlation_id[0] ? correlation_id : NULL);
	buf_printf(out, ",\"may_have_written\":%s",
		   end->result.failure.conflict.may_have_written ? "true" : "false");
	buf_puts(out, ",\"rows\":[");
	for (i = 0; i < end->merge.len; i++)
		put_row_json(out, &end->merge.rows[i]);
	buf_puts(out, "]}");
}
