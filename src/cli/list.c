#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/json_member.h"
#include "internal.h"

enum { NAME_COLUMNS = 34, CATEGORY_COLUMNS = 14 };

static void put_json(struct buf *out, const struct index_row *row)
{
	buf_puts(out, "{");
	json_member_text(out, "id", row->id);
	json_member_text(out, "name", row->name);
	json_member_text(out, "category", row->category);
	json_member_bool(out, "cacheEnabled", row->enabled);
	json_member_text(out, "cacheKey", row->key);
	if (row->ttl_s >= 0)
		json_member_int(out, "cacheTtl", row->ttl_s);
	else
		json_member_text(out, "cacheTtl", NULL);
	json_member_text(out, "tier", tier_name((enum tier)row->tier));
	buf_puts(out, "}");
}

static void put_line(struct buf *out, const struct index_row *row, int id_columns)
{
	char ttl[16] = "-";

	if (row->ttl_s == CACHE_TTL_INVALID)
		snprintf(ttl, sizeof(ttl), "?");
	if (row->ttl_s >= 0)
		snprintf(ttl, sizeof(ttl), "%d", (int)row->ttl_s);
	cli_cell(out, row->id, id_columns);
	cli_cell(out, row->name, NAME_COLUMNS);
	cli_cell(out, row->category, CATEGORY_COLUMNS);
	cli_cell(out, row->enabled ? "on" : "off", 3);
	cli_cell(out, tier_name((enum tier)row->tier), 16);
	buf_printf(out, "%6s  ", ttl);
	text_escape(out, row->key ? row->key : "-");
	buf_putc(out, '\n');
}

/* An id is there to be copied: never cut. */
static int id_columns(const struct index_view *view)
{
	int columns = 2;
	size_t i;

	for (i = 0; i < index_view_len(view); i++) {
		const struct index_row *row = index_view_row(view, i);
		int own = row ? text_width(row->id) : 0;

		columns = own > columns ? own : columns;
	}
	return columns;
}

static void put_header(struct buf *out, int columns)
{
	buf_printf(out, "%-*s %-*s %-*s %-3s %-16s %6s  %s\n", columns, "ID", NAME_COLUMNS, "NAME",
		   CATEGORY_COLUMNS, "CATEGORY", "ON", "TIER", "TTL", "KEY");
}

/* All is known when this begins: an answer is whole or there is none. It goes out in
 * parts, that its text is not in memory beside the list. */
static void put_rows(struct cli *cli, struct index_view *view, bool json)
{
	int columns = json ? 0 : id_columns(view);
	bool is_first = true;
	size_t i;

	if (json)
		buf_puts(&cli->out, "[");
	else
		put_header(&cli->out, columns);
	for (i = 0; i < index_view_len(view); i++) {
		const struct index_row *row = index_view_row(view, i);

		if (!row)
			continue;
		if (json) {
			buf_puts(&cli->out, is_first ? "" : ",\n ");
			put_json(&cli->out, row);
		} else {
			put_line(&cli->out, row, columns);
		}
		is_first = false;
		if (cli->out.len >= CLI_FLUSH_AT && !cli_flush(cli))
			return;
	}
	if (json)
		buf_puts(&cli->out, "]\n");
}

static enum err_code parse_column(const char *name, enum index_column *out, struct err *err)
{
	const char *names[INDEX_COLUMNS];
	int i;

	for (i = 0; i < INDEX_COLUMNS; i++) {
		names[i] = index_column_name((enum index_column)i);
		if (strcmp(names[i], name) == 0) {
			*out = (enum index_column)i;
			return ERR_OK;
		}
	}
	return err_set(err, ERR_USAGE,
		       "list: no column '%s'; there are name, category, tier, ttl, errors, key",
		       name);
}

enum err_code cli_list(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	const char *filter = "";
	const char *sort = "none";
	const char *words[1];
	bool reverse = false;
	bool json = false;
	const struct cli_option options[] = {{"--filter", &filter, NULL, NULL},
					     {"--sort", &sort, NULL, NULL},
					     {"--reverse", NULL, &reverse, NULL},
					     {"--json", NULL, &json, NULL}};
	struct index_view *view = NULL;
	enum index_column column = INDEX_BY_NONE;
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 4, words, 0, &n, err);

	if (!code)
		code = parse_column(sort, &column, err);
	if (!code && index_view_new(session_index(cli->session), &view))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	if (!code)
		code = index_view_filter(view, filter, err);
	if (!code)
		code = cli_read_index(cli, err);
	if (!code) {
		index_view_sort(view, column, reverse);
		index_view_refresh(view);
		put_rows(cli, view, json);
	}
	index_view_free(&view);
	return code;
}
