#include "dacache/app/messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { US_PER_S = 1000000 };

struct messages {
	struct message *items; /* a ring of MESSAGES_MAX */
	uint64_t added;
	uint64_t shown;
	struct errors *errors;
	struct clock clock;
	void (*told)(void *context);
	void *context;
};

enum err_code messages_new(struct clock clock, void (*told)(void *context), void *context,
			   struct messages **out)
{
	struct messages *messages = calloc(1, sizeof(*messages));

	if (!messages)
		return ERR_NO_MEMORY;
	messages->items = calloc(MESSAGES_MAX, sizeof(*messages->items));
	if (!messages->items || errors_new(&messages->errors)) {
		messages_free(&messages);
		return ERR_NO_MEMORY;
	}
	messages->clock = clock;
	messages->told = told;
	messages->context = context;
	*out = messages;
	return ERR_OK;
}

void messages_free(struct messages **messages)
{
	if (!*messages)
		return;
	errors_free(&(*messages)->errors);
	free((*messages)->items);
	free(*messages);
	*messages = NULL;
}

size_t messages_count(const struct messages *messages)
{
	return messages->added < MESSAGES_MAX ? (size_t)messages->added : MESSAGES_MAX;
}

const struct message *messages_at(const struct messages *messages, size_t i)
{
	if (i >= messages_count(messages))
		return NULL;
	return &messages->items[(messages->added - 1 - i) % MESSAGES_MAX];
}

static const struct message *unread_trouble(const struct messages *messages)
{
	const struct message *message;
	size_t i;

	for (i = 0; (message = messages_at(messages, i)); i++)
		if (!message->read && message->severity != SEVERITY_INFO)
			break;
	return message;
}

int64_t messages_current_until_us(const struct messages *messages)
{
	const struct message *newest = messages_at(messages, 0);
	int64_t note_s = unread_trouble(messages) ? MESSAGES_NOTE_FIRST_S : MESSAGES_NOTE_S;

	if (!newest || newest->read || newest->severity != SEVERITY_INFO)
		return -1;
	if (clock_wall_us(&messages->clock) >= newest->wall_us + note_s * US_PER_S)
		return -1;
	return newest->wall_us + note_s * US_PER_S;
}

const struct message *messages_current(const struct messages *messages)
{
	return messages_current_until_us(messages) >= 0 ? messages_at(messages, 0)
							: unread_trouble(messages);
}

void messages_drop_notes(struct messages *messages, uint64_t up_to)
{
	size_t i;

	for (i = 0; i < messages_count(messages); i++) {
		struct message *message =
			&messages->items[(messages->added - 1 - i) % MESSAGES_MAX];

		if (message->severity == SEVERITY_INFO && message->number <= up_to)
			message->read = true;
	}
}

void messages_mark_read(struct messages *messages)
{
	size_t i;

	for (i = 0; i < messages_count(messages); i++)
		messages->items[i].read = true;
}

void messages_mark_over(struct messages *messages, uint64_t number)
{
	size_t i;

	for (i = 0; i < messages_count(messages); i++)
		if (messages->items[i].number == number)
			messages->items[i].read = true;
}

uint64_t messages_shown(const struct messages *messages)
{
	return messages->shown;
}

void messages_set_shown(struct messages *messages)
{
	messages->shown = messages->added;
}

struct errors *messages_errors(const struct messages *messages)
{
	return messages->errors;
}

void messages_count_retry(struct messages *messages, const char *action_id,
			  const struct failure *failure)
{
	errors_add(messages->errors, action_id, failure, clock_wall_us(&messages->clock), true);
	messages->told(messages->context);
}

static struct message *next_message(struct messages *messages, enum severity severity,
				    const char *action_id)
{
	struct message *message = &messages->items[messages->added % MESSAGES_MAX];

	memset(message, 0, sizeof(*message));
	message->number = ++messages->added;
	message->wall_us = clock_wall_us(&messages->clock);
	message->severity = severity;
	snprintf(message->action_id, sizeof(message->action_id), "%s", action_id ? action_id : "");
	return message;
}

void messages_add(struct messages *messages, enum severity severity, const char *action_id,
		  const char *format, ...)
{
	struct message *message = next_message(messages, severity, action_id);
	va_list args;

	va_start(args, format);
	vsnprintf(message->text, sizeof(message->text), format, args);
	va_end(args);
	messages->told(messages->context);
}

void messages_add_failure(struct messages *messages, const char *action_id,
			  const struct failure *failure)
{
	char line[sizeof(messages->items->text)];

	failure_line(failure, line, sizeof(line));
	messages_add_card(messages, action_id, failure, line);
}

void messages_add_card(struct messages *messages, const char *action_id,
		       const struct failure *failure, const char *text)
{
	struct message *message = next_message(messages, SEVERITY_ERROR, action_id);

	snprintf(message->text, sizeof(message->text), "%s", text);
	message->has_failure = true;
	message->failure = *failure;
	errors_add(messages->errors, action_id, failure, message->wall_us, false);
	messages->told(messages->context);
}

void messages_restore(struct messages *messages, int64_t wall_us, enum severity severity,
		      const char *action_id, const char *text, const struct failure *failure)
{
	struct message *message = next_message(messages, severity, action_id);

	message->wall_us = wall_us;
	message->read = true;
	snprintf(message->text, sizeof(message->text), "%s", text);
	if (!failure)
		return;
	message->has_failure = true;
	message->failure = *failure;
	errors_add(messages->errors, action_id, failure, wall_us, false);
}
