/* A session out of a bundle. */
#include <string.h>

#include "dacache/domain/bundle.h"
#include "dacache/net/tenant.h"
#include "dacache/store/audit.h"
#include "session_internal.h"

enum err_code session_replay_store(struct session *session, struct err *err)
{
	const struct vec *entries = &session->replay->entries;

	return audit_import(session->store, entries->items, entries->len, err);
}

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
