/* The session's request log: of this run from memory, of all from the store. */
#include <string.h>

#include "dacache/base/file.h"
#include "dacache/domain/har.h"
#include "session_internal.h"

enum { HAR_MAX = 512 * 1024 * 1024 }; /* all that the ring may hold, and what JSON adds */

size_t session_exchange_count(const struct session *session)
{
	return exchange_ring_count(&session->exchanges);
}

const struct exchange *session_exchange(const struct session *session, size_t i)
{
	return exchange_ring_at(&session->exchanges, i);
}

const struct exchange *session_exchange_by_number(const struct session *session, uint64_t number)
{
	return exchange_ring_numbered(&session->exchanges, number);
}

enum err_code session_requests_flush(struct session *session, struct err *err)
{
	return request_log_flush(session->request_log, err);
}

/* --- from disk --- */

/* Rows that match, the newest first. */
struct pick {
	struct session *session;
	const struct request_query *query;
	struct vec rows; /* int64_t */
	bool failed;
};

static const char *name_of(struct session *session, const struct exchange *exchange)
{
	const struct index_row *row = NULL;

	if (exchange->action_id && exchange->action_id[0])
		row = index_find(session->index, exchange->action_id);
	return row ? row->name : NULL;
}

static bool pick_row(void *context, int64_t row, const struct exchange *exchange)
{
	struct pick *pick = context;

	if (!request_filter_match(pick->query->filter, exchange, name_of(pick->session, exchange)))
		return true;
	pick->failed = vec_push(&pick->rows, &row) != ERR_OK;
	return !pick->failed && pick->rows.len != pick->query->limit;
}

/* A row that went meanwhile, for a newer one, is left out. */
static enum err_code tell_row(struct session *session, int64_t row,
			      enum err_code (*fn)(void *context, const struct exchange *exchange,
						  struct err *err),
			      void *context, struct err *err)
{
	struct exchange exchange;
	enum err_code code = exchanges_load(session->store, row, &exchange, err);

	if (code)
		return code == ERR_NOT_FOUND ? ERR_OK : code;
	code = fn(context, &exchange, err);
	exchange_clear(&exchange);
	return code;
}

enum err_code session_requests_each(struct session *session, const struct request_query *query,
				    enum err_code (*fn)(void *context,
							const struct exchange *exchange,
							struct err *err),
				    void *context, struct err *err)
{
	struct pick pick = {.session = session, .query = query};
	struct exchange_run run = {0};
	enum err_code code = ERR_OK;

	vec_init(&pick.rows, sizeof(int64_t));
	if (query->run != REQUESTS_ALL_RUNS)
		code = exchanges_run(session->store, query->run, &run, err);
	if (!code)
		code = exchanges_each(session->store, run.id, pick_row, &pick, err);
	if (!code && pick.failed)
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	for (size_t i = pick.rows.len; !code && i-- > 0;)
		code = tell_row(session, *(int64_t *)vec_at(&pick.rows, i), fn, context, err);
	vec_free(&pick.rows);
	return code;
}

/* --- a HAR file of this run --- */

static size_t add_matching(struct session *session, const struct request_filter *filter,
			   struct har *har)
{
	for (size_t i = session_exchange_count(session); i-- > 0;) {
		const struct exchange *exchange = session_exchange(session, i);
		struct exchange own = *exchange;

		own.run = request_log_run(session->request_log);
		if (request_filter_match(filter, exchange, name_of(session, exchange)))
			har_add(har, &own);
	}
	return har->entries;
}

enum err_code session_har_write(struct session *session, const struct request_filter *filter,
				const char *path, bool replace, size_t *n, struct err *err)
{
	struct buf out;
	struct har har;
	enum err_code code;

	buf_init(&out, HAR_MAX);
	har_begin(&har, &out, DACACHE_VERSION, "Secrets are masked: ***");
	*n = add_matching(session, filter, &har);
	code = har_end(&har);
	if (code)
		err_set(err, code, "the calls take more memory than there is");
	else if (*n == 0)
		code = err_set(err, ERR_NOT_FOUND, "no request to write%s",
			       request_filter_is_empty(filter) ? " yet"
							       : ": none matches the filter");
	else
		code = file_write_private(path, out.data, out.len, replace, err);
	buf_free(&out);
	return code;
}
