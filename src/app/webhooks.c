/* POST -> (2xx: applied | else: not applied) -> audit. A noop: audit alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/app/fire.h"
#include "dacache/base/text.h"
#include "dacache/net/webhook.h"
#include "internal.h"
#include "outbox.h"

enum { HOST_SIZE = 128 };

struct delivery {
	struct session *session;
	char *action_id;
	char *source;
	char *words; /* "data_refresh invalidate https://…" */
	void (*done)(void *context, const struct failure *failure);
	void *context;
};

static void free_delivery(void *operation)
{
	struct delivery *delivery = operation;

	free(delivery->action_id);
	free(delivery->source);
	free(delivery->words);
	free(delivery);
}

static char *directive_words(const struct directive *directive)
{
	size_t size = strlen(directive->event_type) + strlen(directive->source) + 32;
	char *words = malloc(size);

	if (words)
		snprintf(words, size, "%s %s %s", directive->event_type,
			 directive_action_name(directive->action), directive->source);
	return words;
}

void webhook_entry(const char *action_id, const char *words, const struct webhook_reply *reply,
		   char *message, size_t size, struct audit_entry *entry)
{
	static char action[] = "webhook";
	bool failed = reply && reply->failure.kind != FAILURE_NONE;

	audit_entry_init(entry);
	entry->action = action;
	entry->data_action_id = (char *)(uintptr_t)action_id;
	entry->outcome = !reply   ? OUTCOME_UNCHANGED
			 : failed ? OUTCOME_NOT_APPLIED
				  : OUTCOME_APPLIED;
	/* What the rules of the addresses forbid was not tried. */
	entry->attempts = reply && reply->failure.kind != FAILURE_FORBIDDEN_URL;
	entry->status = reply ? reply->status : 0;
	entry->latency_ms = reply && reply->status ? (double)reply->latency_us / 1000.0 : -1;
	entry->message = message;
	if (failed)
		snprintf(message, size, "%.300s: %.200s", words, reply->failure.message);
	else
		snprintf(message, size, "%.480s%s", words, reply ? "" : ": nothing posted");
}

/* "https://user@hooks.example:8443/x" is "hooks.example:8443". */
static void host_of(const char *source, char out[HOST_SIZE])
{
	const char *start = strstr(source, "://");
	const char *at;

	start = start ? start + 3 : source;
	while ((at = memchr(start, '@', strcspn(start, "/?#"))))
		start = at + 1;
	snprintf(out, HOST_SIZE, "%.*s", (int)strcspn(start, "/?#"), start);
}

void webhook_tell_failure(struct session *session, const char *action_id, const char *source,
			  const struct failure *failure, const char *before, const char *after)
{
	char host[HOST_SIZE];
	char line[256];
	char text[320];

	host_of(source, host);
	failure_line(failure, line, sizeof(line));
	snprintf(text, sizeof(text), "%swebhook not delivered to %.60s: %.150s%s", before, host,
		 line, after);
	messages_add_card(session_messages(session), action_id, failure, text);
	index_count_error(session_index(session), action_id);
}

void webhook_tell_delivered(struct session *session, const char *action_id, const char *source,
			    int status)
{
	char host[HOST_SIZE];

	host_of(source, host);
	messages_add(session_messages(session), SEVERITY_INFO, action_id,
		     "sent again: webhook delivered to %.60s (%d)", host, status);
}

static void note(struct session *session, const char *action_id, const char *words,
		 const struct webhook_reply *reply)
{
	struct audit_entry entry;
	char message[512];
	struct err err = {0};

	webhook_entry(action_id, words, reply, message, sizeof(message), &entry);
	session_audit_append(session, &entry, &err);
}

enum err_code webhook_noop_entry(struct session *session, const char *action_id,
				 const struct directive *directive, struct audit_entry *out)
{
	char message[512];
	char *words = directive_words(directive);

	if (!words)
		return ERR_NO_MEMORY;
	webhook_entry(action_id, words, NULL, message, sizeof(message), out);
	free(words);
	session_complete_entry(session, out);
	out->message = text_dup(message);
	return out->message ? ERR_OK : ERR_NO_MEMORY;
}

static void delivered(void *context, const struct webhook_reply *reply)
{
	struct delivery *delivery = context;
	bool ok = reply->failure.kind == FAILURE_NONE;

	note(delivery->session, delivery->action_id, delivery->words, reply);
	if (!ok)
		webhook_tell_failure(delivery->session, delivery->action_id, delivery->source,
				     &reply->failure, "", "");
	session_webhooks_busy(delivery->session, -1);
	session_operation_end(delivery->session, delivery);
	if (delivery->done)
		delivery->done(delivery->context, &reply->failure);
	free_delivery(delivery);
}

enum err_code webhook_deliver(struct session *session, const char *action_id,
			      const struct directive *directive, const char *target_key,
			      void (*done)(void *context, const struct failure *failure),
			      void *context)
{
	struct tenant_observer observer = session_observer(session);
	struct webhook_options options = {
		.secret = session_profile(session)->webhook_secret,
		.allow = session_profile(session)->webhook_allow,
	};
	struct delivery *delivery = calloc(1, sizeof(*delivery));
	enum err_code code = ERR_NO_MEMORY;

	if (!delivery)
		return code;
	delivery->session = session;
	delivery->done = done;
	delivery->context = context;
	delivery->action_id = strdup(action_id);
	delivery->source = strdup(directive->source);
	delivery->words = directive_words(directive);
	if (!delivery->action_id || !delivery->source || !delivery->words)
		goto failed;
	if (directive->action == DIRECTIVE_NOOP) {
		note(session, action_id, delivery->words, NULL);
		free_delivery(delivery);
		return ERR_OK;
	}
	code = session_operation_begin(session, delivery, free_delivery);
	if (code)
		goto failed;
	code = webhook_send(session_http(session), session_loop(session), directive, target_key,
			    &options, &observer, delivered, delivery);
	if (code)
		goto failed;
	session_webhooks_busy(session, 1);
	return ERR_OK;
failed:
	session_operation_end(session, delivery);
	free_delivery(delivery);
	return code;
}

/* --- by hand --- */

struct fire {
	struct session *session;
	fire_done_fn *fn;
	void *context;
	struct fire_result result;
	size_t waiting;
	struct loop_timer *timer;
};

static void fire_ended(void *context)
{
	struct fire *fire = context;

	snprintf(fire->result.message, sizeof(fire->result.message),
		 "%zu delivered, %zu failed, %zu noop", fire->result.delivered, fire->result.failed,
		 fire->result.noop);
	session_operation_end(fire->session, fire);
	fire->fn(fire->context, &fire->result);
	free(fire);
}

static void fire_delivered(void *context, const struct failure *failure)
{
	struct fire *fire = context;

	if (failure->kind == FAILURE_NONE) {
		fire->result.delivered++;
	} else {
		fire->result.failed++;
		fire->result.failure = *failure;
	}
	if (--fire->waiting == 0)
		fire_ended(fire);
}

static void fire_all(struct fire *fire, struct session *session, const char *action_id,
		     const struct directive_list *directives, const char *target_key,
		     const char *event_type)
{
	size_t i;

	for (i = 0; i < directives->len; i++) {
		const struct directive *directive = &directives->items[i];

		if (strcmp(directive->event_type, event_type) != 0)
			continue;
		if (webhook_deliver(session, action_id, directive, target_key, fire_delivered,
				    fire))
			fire->result.failed++;
		else if (directive->action == DIRECTIVE_NOOP)
			fire->result.noop++;
		else
			fire->waiting++;
	}
}

/* The event types, each once, as far as there is room. */
static void list_events(const struct directive_list *directives, char *out, size_t size)
{
	size_t i;

	*out = '\0';
	for (i = 0; i < directives->len; i++) {
		const char *type = directives->items[i].event_type;
		size_t len = strlen(out);

		if (directive_list_find(directives, type) == &directives->items[i])
			snprintf(out + len, size - len, "%s%s", len ? ", " : "", type);
	}
}

static enum err_code no_such_event(const struct directive_list *directives, const char *event_type,
				   struct err *err)
{
	char known[256];

	if (directives->len == 0)
		return err_set(err, ERR_NOT_FOUND,
			       "the action has no directives; add one with e or set --directive");
	list_events(directives, known, sizeof(known));
	return err_set(err, ERR_NOT_FOUND, "no directive has the event type '%s'; it has: %s",
		       event_type, known);
}

enum err_code fire_start(struct session *session, const char *action_id, const char *target_key,
			 const char *event_type, fire_done_fn *fn, void *context, struct err *err)
{
	struct local_settings local = {0};
	struct fire *fire = NULL;
	enum err_code code = session_may_write(session, err);

	if (!code)
		code = session_local_load(session, action_id, &local, err);
	if (code)
		goto done;
	if (!directive_list_find(&local.directives, event_type)) {
		code = no_such_event(&local.directives, event_type, err);
		goto done;
	}
	fire = calloc(1, sizeof(*fire));
	if (!fire || session_operation_begin(session, fire, free)) {
		free(fire);
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
		goto done;
	}
	fire->session = session;
	fire->fn = fn;
	fire->context = context;
	failure_init(&fire->result.failure);
	fire_all(fire, session, action_id, &local.directives, target_key, event_type);
	if (fire->waiting == 0)
		code = loop_timer_start(session_loop(session), 0, fire_ended, fire, &fire->timer);
done:
	local_settings_clear(&local);
	return code;
}
