#include "audit_gaps.h"

struct range {
	int64_t first;
	int64_t last;
};

/* Rows of two numbers, in order of the first, into ranges that do not touch. */
static enum err_code read_ranges(struct store *store, const char *sql, struct vec *out,
				 struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(&statement, store, sql, err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		const struct range range = {statement_int(&statement, 0),
					    statement_int(&statement, 1)};
		struct range *newest = out->len ? vec_at(out, out->len - 1) : NULL;

		if (newest && range.first <= newest->last + 1)
			newest->last = range.last > newest->last ? range.last : newest->last;
		else if (vec_push(out, &range))
			code = err_set(err, ERR_NO_MEMORY, "out of memory");
		if (code == ERR_OK)
			code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code find_missing(struct store *store, int64_t after, int64_t before,
				  struct vec *out, struct err *err)
{
	struct statement statement;
	int64_t expected = after + 1;
	bool row = false;
	enum err_code code =
		statement_open(&statement, store,
			       "SELECT seq FROM audit WHERE seq > ? AND seq < ? ORDER BY seq", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, after);
		statement_bind_int(&statement, before);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && expected < before) {
		int64_t seq = row ? statement_int(&statement, 0) : before;
		const struct range gap = {expected, seq - 1};

		if (seq > expected && vec_push(out, &gap))
			code = err_set(err, ERR_NO_MEMORY, "out of memory");
		expected = seq + 1;
		if (code == ERR_OK && row)
			code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}

/* The first range from *at on that ends at `first` or later. */
static const struct range *range_at(const struct vec *ranges, size_t *at, int64_t first)
{
	while (*at < ranges->len && ((struct range *)vec_at(ranges, *at))->last < first)
		(*at)++;
	return *at < ranges->len ? vec_at(ranges, *at) : NULL;
}

static enum err_code push_gap(struct vec *out, int64_t first, int64_t last,
			      const struct vec *others, size_t *at_others)
{
	const struct range *other = range_at(others, at_others, first);
	const struct audit_gap gap = {first, last, other && other->first <= last};

	return vec_push(out, &gap);
}

/* Those parts of the missing that lie in ours. */
static enum err_code cut(const struct vec *missing, const struct vec *ours,
			 const struct vec *others, struct vec *out)
{
	enum err_code code = ERR_OK;
	size_t at_ours = 0;
	size_t at_others = 0;

	for (size_t i = 0; i < missing->len && !code; i++) {
		struct range rest = *(const struct range *)vec_at(missing, i);
		const struct range *own;

		while (!code && rest.first <= rest.last &&
		       (own = range_at(ours, &at_ours, rest.first)) && own->first <= rest.last) {
			int64_t first = own->first > rest.first ? own->first : rest.first;
			int64_t last = own->last < rest.last ? own->last : rest.last;

			code = push_gap(out, first, last, others, &at_others);
			rest.first = last + 1;
		}
	}
	return code;
}

enum err_code audit_gaps_find(struct store *store, int64_t after, int64_t before, bool all,
			      struct vec *out, struct err *err)
{
	static const char ours_sql[] = "SELECT first_seq, last_seq FROM audit_hour "
				       "WHERE tenant_id = ? ORDER BY first_seq";
	static const char others_sql[] = "SELECT first_seq, last_seq FROM audit_hour "
					 "WHERE tenant_id <> ? ORDER BY first_seq";
	struct vec missing, ours, others;
	enum err_code code;

	vec_init(&missing, sizeof(struct range));
	vec_init(&ours, sizeof(struct range));
	vec_init(&others, sizeof(struct range));
	code = find_missing(store, after, before, &missing, err);
	if (code == ERR_OK && missing.len > 0)
		code = read_ranges(store, ours_sql, &ours, err);
	if (code == ERR_OK && missing.len > 0)
		code = read_ranges(store, others_sql, &others, err);
	if (code == ERR_OK && cut(&missing, all ? &missing : &ours, &others, out))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	vec_free(&missing);
	vec_free(&ours);
	vec_free(&others);
	return code;
}
