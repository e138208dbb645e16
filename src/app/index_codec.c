/* Rows of the list as bytes, for the store: what is shown of an action, never what a
 * change is made from.
 *
 * Format, one byte (1), then for each row: its offset (2 bytes, the lower first), flags
 * (1), its TTL (4), and id, name, category and, where flags say so, key, each ending at
 * a NUL.
 */
#include <string.h>

#include "index_private.h"

enum { FORMAT = 1, FLAG_ENABLED = 1, FLAG_KEY = 2, ROW_HEAD = 7 };

static void put_row(struct buf *out, size_t offset, const struct index_row *row)
{
	uint32_t ttl = (uint32_t)row->ttl_s;
	const unsigned char head[ROW_HEAD] = {
		(unsigned char)offset,
		(unsigned char)(offset >> 8),
		(unsigned char)((row->enabled ? FLAG_ENABLED : 0) | (row->key ? FLAG_KEY : 0)),
		(unsigned char)ttl,
		(unsigned char)(ttl >> 8),
		(unsigned char)(ttl >> 16),
		(unsigned char)(ttl >> 24),
	};

	buf_append(out, head, sizeof(head));
	buf_append(out, row->id, strlen(row->id) + 1);
	buf_append(out, row->name, strlen(row->name) + 1);
	buf_append(out, row->category, strlen(row->category) + 1);
	if (row->key)
		buf_append(out, row->key, strlen(row->key) + 1);
}

enum err_code index_encode(const struct rows *rows, size_t first, size_t end, struct buf *out)
{
	size_t i;

	buf_reset(out);
	buf_putc(out, FORMAT);
	for (i = first; i < end; i++) {
		const struct row *row = rows_at(rows, i);

		if (row)
			put_row(out, i - first, &row->shown);
	}
	return out->failed;
}

struct reader {
	const unsigned char *at;
	const unsigned char *end;
};

static const char *take_text(struct reader *reader)
{
	const char *text = (const char *)reader->at;
	const unsigned char *nul = memchr(reader->at, '\0', (size_t)(reader->end - reader->at));

	reader->at = nul ? nul + 1 : reader->end;
	return nul ? text : NULL;
}

static bool take_row(struct reader *reader, size_t *offset, struct action_row *row)
{
	const unsigned char *head = reader->at;
	uint32_t ttl;

	if (reader->end - reader->at < ROW_HEAD)
		return false;
	reader->at += ROW_HEAD;
	*offset = head[0] | (size_t)head[1] << 8;
	ttl = head[3] | (uint32_t)head[4] << 8 | (uint32_t)head[5] << 16 | (uint32_t)head[6] << 24;
	*row = (struct action_row){
		.id = take_text(reader), .name = take_text(reader), .category = take_text(reader)};
	row->members.enabled = (head[2] & FLAG_ENABLED) != 0;
	row->members.ttl_s = (int32_t)ttl;
	if (head[2] & FLAG_KEY)
		row->members.key = (char *)(uintptr_t)take_text(reader); /* it is read alone */
	return row->id && row->id[0] && row->name && row->category &&
	       (row->members.key || !(head[2] & FLAG_KEY));
}

bool index_decode(const void *data, size_t len,
		  bool (*fn)(void *context, size_t offset, const struct action_row *row),
		  void *context)
{
	struct reader reader = {data, (const unsigned char *)data + len};
	struct action_row row;
	size_t offset;

	if (len == 0 || *reader.at++ != FORMAT)
		return false;
	while (reader.at < reader.end)
		if (!take_row(&reader, &offset, &row) || !fn(context, offset, &row))
			return false;
	return true;
}
