/* An error card: its frame, and the evidence common to all kinds. */
#include "dacache/domain/card.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "card_build.h"
#include "dacache/base/text.h"
#include "dacache/domain/plain.h"

enum { SENTENCE_MAX = 1024, SHORT_FACTS = 3 };

static const char correlation_label[] = "Correlation id: ";

static void put_line(char *out, size_t size, const char *format, va_list args)
{
	char text[SENTENCE_MAX];

	vsnprintf(text, sizeof(text), format, args);
	plain_copy(out, size, text);
}

void card_happened(struct card_build *build, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line(build->card->happened, sizeof(build->card->happened), format, args);
	va_end(args);
}

void card_fact(struct card_build *build, const char *format, ...)
{
	struct card *card = build->card;
	va_list args;

	if (card->why_len == CARD_LINES_MAX)
		return;
	va_start(args, format);
	put_line(card->why[card->why_len++], sizeof(card->why[0]), format, args);
	va_end(args);
}

void card_step(struct card_build *build, const char *format, ...)
{
	struct card *card = build->card;
	va_list args;

	if (card->todo_len == CARD_LINES_MAX)
		return;
	va_start(args, format);
	put_line(card->todo[card->todo_len++], sizeof(card->todo[0]), format, args);
	va_end(args);
}

void card_event(struct card_build *build, const char *format, ...)
{
	struct card *card = build->card;
	va_list args;

	if (card->events_len == CARD_EVENTS_MAX)
		return;
	va_start(args, format);
	put_line(card->events[card->events_len++], sizeof(card->events[0]), format, args);
	va_end(args);
}

/* Where the host begins, past the scheme and a name and password. */
static const char *host_start(const char *url)
{
	const char *start = strstr(url, "://");
	const char *at;

	start = start != NULL ? start + 3 : url;
	at = memchr(start, '@', strcspn(start, "/?#"));
	return at != NULL ? at + 1 : start;
}

/* "https://user@api.example:8443/x" is "api.example:8443". */
static void host_of_url(const char *url, char out[CARD_HOST_SIZE])
{
	const char *start = host_start(url);
	size_t len = strcspn(start, "/?#");

	snprintf(out, CARD_HOST_SIZE, "%.*s", (int)(len < CARD_HOST_SIZE ? len : CARD_HOST_SIZE),
		 start);
}

static void name_parties(struct card_build *build, const char *profile_name)
{
	const struct failure *failure = build->failure;
	char host[CARD_HOST_SIZE];

	build->is_put = strcmp(failure->method, "PUT") == 0;
	build->is_webhook = !failure->at_token && strcmp(failure->method, "POST") == 0;
	snprintf(build->profile_text, sizeof(build->profile_text), "profile %s",
		 profile_name != NULL ? profile_name : "");
	build->profile = profile_name != NULL ? build->profile_text : "the profile";
	build->who = "The tenant";
	host_of_url(build->base_url, host);
	snprintf(build->host, sizeof(build->host), "%s",
		 host[0] != '\0' ? host : "the tenant's host");
	if (failure->at_token) {
		build->who = "The token endpoint";
		if (host[0] != '\0')
			snprintf(build->host, sizeof(build->host), "%.90s (or token_url's host)",
				 host);
	} else if (build->is_webhook) {
		build->who = "The webhook's receiver";
		snprintf(build->host, sizeof(build->host), "the host of the directive's source");
	}
}

static void tell_title(const struct failure *failure, struct card *card)
{
	const char *place = failure->at_token ? " (token)" : "";
	const char *name = failure_name(failure);

	if (failure->status > 0)
		snprintf(card->title, sizeof(card->title), "%d %s%s", failure->status, name, place);
	else if (failure->kind == FAILURE_RATE_LIMITED)
		snprintf(card->title, sizeof(card->title), "%s, not sent%s", name, place);
	else
		snprintf(card->title, sizeof(card->title), "%s%s", name, place);
}

static void tell_words(struct card_build *build)
{
	const struct failure *failure = build->failure;

	if (failure->kind == FAILURE_BROKEN_REPLY) {
		if (failure->message[0] != '\0')
			card_fact(build, "What is wrong with the answer: %s", failure->message);
		return;
	}
	if (failure->status == 0) {
		if (failure->message[0] != '\0')
			card_fact(build, "Reported: %s", failure->message);
		return;
	}
	if (failure->code[0] != '\0' && strcmp(failure->code, failure->message) != 0)
		card_fact(build, "%s said: %s (%s)", build->who,
			  failure->message[0] != '\0' ? failure->message : "nothing",
			  failure->code);
	else if (failure->message[0] != '\0')
		card_fact(build, "%s said: %s", build->who, failure->message);
	else
		card_fact(build, "%s gave no reason.", build->who);
}

static void tell_attempts(struct card_build *build)
{
	const struct failure *failure = build->failure;

	if (failure->retry_reason == RETRY_TOO_LONG)
		card_fact(build, "Retry-After is longer than max_wait of %s: not waited for.",
			  build->profile);
	if (failure->attempts > 1 || failure->retry_reason == RETRY_NO_ATTEMPTS)
		card_fact(build, "Attempts: %" PRId64 "%s", failure->attempts,
			  failure->retry_reason == RETRY_NO_ATTEMPTS ? ", all that are allowed"
								     : "");
}

static void tell_request(struct card_build *build)
{
	const struct failure *failure = build->failure;

	if (failure->path[0] != '\0')
		card_fact(build, "Request: %s %s", failure->method, failure->path);
	if (build->base_url[0] != '\0' && !build->is_webhook)
		card_fact(build, "Base URL: %s%s",
			  strncmp(build->base_url, "http:", 5) == 0 ? "http://" : "https://",
			  host_start(build->base_url));
}

/* The correlation id comes last, and always: support asks for it first. */
static void tell_correlation(struct card_build *build)
{
	const struct failure *failure = build->failure;

	if (build->card->why_len == CARD_LINES_MAX)
		build->card->why_len--;
	if (failure->correlation_id[0] != '\0')
		card_fact(build, "%s%s", correlation_label, failure->correlation_id);
	else if (failure->context_id[0] != '\0')
		card_fact(build, "%snone in the reply; context id: %s", correlation_label,
			  failure->context_id);
	else if (failure->method[0] == '\0' && failure->kind == FAILURE_CONFLICT)
		return; /* no call failed */
	else if (failure->status > 0)
		card_fact(build, "%snone in the reply", correlation_label);
	else
		card_fact(build, "%snone, for there was no answer", correlation_label);
}

void card_make(const struct failure *failure, const char *profile_name, const char *base_url,
	       struct card *out)
{
	struct card_build build = {
		.failure = failure,
		.base_url = base_url != NULL ? base_url : "",
		.card = out,
	};

	memset(out, 0, sizeof(*out));
	name_parties(&build, profile_name);
	tell_title(failure, out);
	if (failure->kind >= FAILURE_TLS)
		card_tell_unanswered(&build);
	else
		card_tell_answered(&build);
	tell_words(&build);
	tell_attempts(&build);
	tell_request(&build);
	tell_correlation(&build);
	card_tell_timeline(&build);
}

static void put_facts(const struct card *card, struct buf *out)
{
	size_t facts = card->why_len > 0 ? card->why_len - 1 : 0;

	buf_puts(out, "\n  why: ");
	for (size_t i = 0; i < facts && i < SHORT_FACTS; i++) {
		if (i > 0)
			buf_puts(out, "; ");
		text_escape(out, card->why[i]);
	}
}

enum err_code card_short(const struct card *card, struct buf *out)
{
	text_escape(out, card->title);
	buf_puts(out, ": ");
	text_escape(out, card->happened);
	if (card->why_len > 1)
		put_facts(card, out);
	if (card->todo_len > 0) {
		buf_puts(out, "\n  do: ");
		text_escape(out, card->todo[0]);
	}
	if (card->why_len > 0) {
		buf_puts(out, "\n  ");
		text_escape(out, card->why[card->why_len - 1]);
	}
	return buf_putc(out, '\n');
}
