/* webhooks: the deliveries of the outbox; --retry sends one again. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dacache/app/webhooks.h"
#include "dacache/base/text.h"
#include "dacache/domain/json_member.h"
#include "internal.h"

struct listing {
	struct cli *cli;
	const char *id; /* that one alone; NULL: any */
	bool all;       /* delivered ones too */
	bool json;
	size_t shown;
	size_t delivered; /* left out */
	enum delivery_state state;
};

static const char *state_words(const struct outbox_item *item)
{
	return item->is_sending ? "sending" : delivery_state_name(item->state);
}

/* When it is tried next; "" when it is not. */
static void next_try(const struct outbox_item *item, char out[CLOCK_TEXT_SIZE])
{
	*out = '\0';
	if (item->state == DELIVERY_PENDING)
		clock_format_rfc3339(item->next_us, out);
}

static void put_json(struct buf *out, const struct outbox_item *item)
{
	char time[CLOCK_TEXT_SIZE];

	buf_puts(out, "{");
	json_member_text(out, "id", item->id);
	json_member_text(out, "state", state_words(item));
	json_member_int(out, "attempts", item->attempts);
	next_try(item, time);
	json_member_text(out, "next_try", time[0] ? time : NULL);
	if (item->status)
		json_member_int(out, "status", item->status);
	else
		json_member_text(out, "status", NULL);
	json_member_text(out, "data_action_id", item->action_id);
	json_member_text(out, "event_type", item->event_type);
	json_member_text(out, "action", directive_action_name(item->action));
	json_member_text(out, "source", item->source);
	json_member_text(out, "target_key", item->target_key);
	clock_format_rfc3339(item->created_us, time);
	json_member_text(out, "created", time);
	json_member_text(out, "error", item->error);
	buf_puts(out, "}");
}

/* Two lines: what it is; and where it stands. */
static void put_text(struct buf *out, const struct outbox_item *item)
{
	char time[CLOCK_TEXT_SIZE];

	text_escape(out, item->id);
	buf_printf(out, "  %s  ", state_words(item));
	text_escape(out, item->action_id);
	buf_puts(out, "  ");
	text_escape(out, item->event_type);
	buf_printf(out, " %s ", directive_action_name(item->action));
	text_escape(out, item->source);
	clock_format_rfc3339(item->created_us, time);
	buf_printf(out, "\n    made %s, %" PRId64 " attempt%s", time, item->attempts,
		   item->attempts == 1 ? "" : "s");
	if (item->status)
		buf_printf(out, ", status %d", item->status);
	next_try(item, time);
	if (time[0])
		buf_printf(out, ", next %s", time);
	if (item->error) {
		buf_puts(out, ": ");
		text_escape(out, item->error);
	}
	buf_putc(out, '\n');
}

static void show(void *context, const struct outbox_item *item)
{
	struct listing *listing = context;
	struct buf *out = &listing->cli->out;

	if (listing->id && strcmp(listing->id, item->id) != 0)
		return;
	if (!listing->id && !listing->all && item->state == DELIVERY_DELIVERED) {
		listing->delivered++;
		return;
	}
	if (listing->json && !listing->id)
		buf_puts(out, listing->shown ? ",\n " : "[");
	if (listing->json)
		put_json(out, item);
	else
		put_text(out, item);
	listing->shown++;
	listing->state = item->state;
}

static enum err_code list(struct listing *listing, struct err *err)
{
	struct cli *cli = listing->cli;
	enum err_code code = webhooks_each(cli->session, show, listing, err);

	if (code)
		return code;
	if (listing->json)
		buf_puts(&cli->out, listing->id ? "\n" : listing->shown ? "]\n" : "[]\n");
	else if (listing->shown == 0)
		cli_say("no webhook waits or failed; %zu delivered%s\n", listing->delivered,
			listing->delivered ? " (--all lists them)" : "");
	return ERR_OK;
}

/* Ends well when it was delivered now. */
static enum err_code retry(struct listing *listing, struct err *err)
{
	struct cli *cli = listing->cli;
	enum err_code code = webhooks_retry(cli->session, listing->id, err);

	/* Its own conflict, and not that of a change: another program is at it. */
	if (code == ERR_CONFLICT || code == ERR_INVALID)
		cli->exit_code = CLI_FAILED;
	if (!code)
		code = cli_wait_webhooks(cli, err);
	if (!code)
		code = list(listing, err);
	if (!code && listing->state != DELIVERY_DELIVERED)
		cli->exit_code = CLI_FAILED;
	return code;
}

enum err_code cli_webhooks(void *context, int argc, char **argv, struct err *err)
{
	struct listing listing = {.cli = context};
	const struct cli_option options[] = {{"--retry", &listing.id, NULL, NULL},
					     {"--all", NULL, &listing.all, NULL},
					     {"--json", NULL, &listing.json, NULL}};
	const char *words[1];
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 3, words, 0, &n, err);

	if (code)
		return code;
	if (listing.id && listing.all)
		return err_set(err, ERR_USAGE, "webhooks: --retry and --all exclude each other");
	return listing.id ? retry(&listing, err) : list(&listing, err);
}
