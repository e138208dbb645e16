/* Messages on their way to the store:
 *
 *   idle --message--> waiting --timer--> written: idle
 *                        ^  |
 *                        +--+ a PUT is under way, another program writes
 *
 * What the store does not take is in memory all the same: a bundle of this run has it. Where
 * there was no room for the audit, the messages leave it what there is. */
#include "message_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "dacache/domain/bundle.h"
#include "dacache/net/tenant.h"
#include "dacache/store/kept_messages.h"
#include "internal.h"
#include "request_log.h"

enum {
	SOON_US = 1000000, /* so long others may join the first that waits */
	AGAIN_US = 500000,
	AT_EASE_MS = 20, /* how long another program is waited for: a key may come */
	AT_THE_END_MS = 2000,
	CONTENT_MAX = 65536
};

struct message_log {
	struct session *session;
	const struct request_log *requests;
	char run[64];
	uint64_t written; /* up to this number they are on disk, or never will be */
	struct loop_timer *timer;
};

enum err_code message_log_new(struct session *session, const struct request_log *requests,
			      struct message_log **out)
{
	struct message_log *log = calloc(1, sizeof(*log));

	*out = log;
	if (!log)
		return ERR_NO_MEMORY;
	log->session = session;
	log->requests = requests;
	snprintf(log->run, sizeof(log->run), "%ld at %lld", (long)getpid(),
		 (long long)clock_wall_us(loop_clock(session_loop(session))));
	return ERR_OK;
}

void message_log_free(struct message_log **log)
{
	if (!*log)
		return;
	loop_timer_stop(&(*log)->timer);
	free(*log);
	*log = NULL;
}

const char *message_log_run(const struct message_log *log)
{
	return log->run;
}

/* malloc'd: without secrets; NULL without memory. */
static char *content_of(const struct message_log *log, const struct message *message)
{
	struct buf plain;
	struct buf masked;
	enum err_code code;

	buf_init(&plain, CONTENT_MAX);
	buf_init(&masked, CONTENT_MAX);
	code = bundle_put_message(&plain, message->wall_us, (int)message->severity, message->text,
				  message->action_id,
				  message->has_failure ? &message->failure : NULL);
	if (!code)
		code = tenant_mask(session_tenant(log->session), plain.data, plain.len, &masked);
	buf_free(&plain);
	if (code)
		buf_free(&masked);
	return code ? NULL : buf_take(&masked);
}

static enum err_code write_all(struct message_log *log, int wait_ms)
{
	const struct messages *messages = session_messages(log->session);
	struct kept_message kept[MESSAGES_MAX];
	uint64_t newest = log->written;
	size_t n = 0;
	struct err err;
	enum err_code code;

	if (request_log_gave_way(log->requests))
		return ERR_STORE;
	for (size_t i = messages_count(messages); i-- > 0;) {
		const struct message *message = messages_at(messages, i);
		char *content = message->number > log->written && message->severity != SEVERITY_INFO
					? content_of(log, message)
					: NULL;

		newest = message->number > newest ? message->number : newest;
		if (content)
			kept[n++] = (struct kept_message){log->run, message->number,
							  message->wall_us, content};
	}
	code = kept_messages_add(session_store(log->session), kept, n, wait_ms, &err);
	if (!code)
		log->written = newest;
	for (size_t i = 0; i < n; i++)
		free((void *)(uintptr_t)kept[i].content);
	return code;
}

static void come_due(void *context);

static void wait_for(struct message_log *log, int64_t us)
{
	if (!log->timer)
		loop_timer_start(session_loop(log->session), us, come_due, log, &log->timer);
}

static void come_due(void *context)
{
	struct message_log *log = context;
	struct tenant_status status;

	tenant_status(session_tenant(log->session), &status);
	if (status.puts_in_flight > 0)
		wait_for(log, AGAIN_US);
	else if (write_all(log, AT_EASE_MS) == ERR_TIMEOUT)
		wait_for(log, AGAIN_US);
}

void message_log_touch(struct message_log *log)
{
	const struct message *newest = messages_at(session_messages(log->session), 0);

	if (newest && newest->severity != SEVERITY_INFO && newest->number > log->written)
		wait_for(log, SOON_US);
}

void message_log_flush(struct message_log *log)
{
	write_all(log, AT_THE_END_MS);
}
