/* A session out of a bundle. */
#include <stdlib.h>
#include <string.h>

#include "dacache/domain/bundle.h"
#include "dacache/net/tenant.h"
#include "dacache/store/audit.h"
#include "dacache/store/history.h"
#include "dacache/store/seen_changes.h"
#include "session_internal.h"

#define MONOTONIC_US INT64_C(86400000000)

struct clock session_replay_clock(struct session *session)
{
	/* A monotonic clock has long been running: windows look back from it. */
	session->replay_times.monotonic_us = MONOTONIC_US;
	session->replay_times.wall_us = session->replay->made_us;
	return clock_manual(&session->replay_times);
}

/* --- the store --- */

static enum err_code import_others(struct session *session, struct err *err)
{
	const struct vec *others = &session->replay->others;
	struct seen_change *changes = calloc(others->len + 1, sizeof(*changes));
	enum err_code code;

	if (!changes)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < others->len; i++) {
		const struct bundle_change *other = vec_at(others, i);

		changes[i] = (struct seen_change){other->wall_us, other->action_id, other->name,
						  other->who,     other->before,    other->after};
	}
	code = seen_change_import(session->store, changes, others->len, err);
	free(changes);
	return code;
}

static enum err_code import_history(struct session *session, struct err *err)
{
	const struct vec *kept = &session->replay->slices;
	struct history_slice *slices = calloc(kept->len + 1, sizeof(*slices));
	enum err_code code;

	if (!slices)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < kept->len; i++) {
		const struct bundle_slice *slice = vec_at(kept, i);

		slices[i] = (struct history_slice){
			.action_id = slice->action_id,
			.start_us = slice->start_us,
			.is_hour = slice->is_hour,
			.count = slice->count,
			.of_hits = slice->of_hits, /* borrowed */
			.of_misses = slice->of_misses,
		};
	}
	code = history_add(session->store, slices, kept->len, session->replay->made_us, err);
	free(slices);
	return code;
}

enum err_code session_replay_store(struct session *session, struct err *err)
{
	const struct vec *entries = &session->replay->entries;
	enum err_code code = audit_import(session->store, entries->items, entries->len, err);

	if (!code)
		code = import_others(session, err);
	return code ? code : import_history(session, err);
}

/* --- the rest --- */

static enum err_code page(void *context, int64_t page, int64_t page_size, struct buf *body)
{
	return bundle_put_page(context, page, page_size, body);
}

static enum err_code document(void *context, const char *action_id, struct buf *body,
			      char etag[ETAG_SIZE])
{
	return bundle_put_document(context, action_id, body, etag);
}

static void restore_exchanges(struct session *session, const struct bundle *bundle)
{
	struct err err;

	for (size_t i = 0; i < bundle->exchanges.len; i++) {
		struct exchange copy;

		if (exchange_copy(vec_at(&bundle->exchanges, i), &copy) == ERR_OK)
			session_add_exchange(session, &copy);
	}
	/* `dacache --replay FILE requests` reads them from there. */
	session_requests_flush(session, &err);
	session->connected = false;
}

static void restore_messages(struct session *session, const struct bundle *bundle)
{
	for (size_t i = 0; i < bundle->messages.len; i++) {
		const struct bundle_message *message = vec_at(&bundle->messages, i);

		messages_restore(session->messages, message->wall_us,
				 (enum severity)message->severity, message->action_id,
				 message->text, message->has_failure ? &message->failure : NULL);
	}
}

void session_replay_begin(struct session *session)
{
	struct bundle *bundle = session->replay;
	const struct tenant_replay replay = {page, document, bundle};

	/* The frame says so all the time. */
	session->told_read_only = true;
	tenant_set_replay(session->tenant, &replay);
	live_set_replay(session->live, bundle->made_us);
	restore_exchanges(session, bundle);
	restore_messages(session, bundle);
	if (bundle->broken_hashes > 0)
		messages_add(
			session->messages, SEVERITY_ERROR, NULL,
			bundle->broken_hashes == 1
				? "%zu of the bundle's %zu audit entries is not what its hash says"
				: "%zu of the bundle's %zu audit entries are not what their "
				  "hashes say",
			bundle->broken_hashes, bundle->entries.len);
}
