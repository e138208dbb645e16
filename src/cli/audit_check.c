/* audit --verify: each fault as it is found, then the whole. */
#include <inttypes.h>
#include <stdio.h>

#include "audit.h"
#include "dacache/domain/json_member.h"

struct checking {
	struct cli *cli;
	bool json;
	bool any;
};

static void put_fault_json(struct buf *out, const struct audit_fault *fault)
{
	buf_puts(out, "{");
	json_member_text(out, "kind", audit_fault_name(fault->kind));
	json_member_int(out, "first_seq", fault->first_seq);
	json_member_int(out, "last_seq", fault->last_seq);
	json_member_text(out, "message", fault->text);
	buf_puts(out, "}");
}

static void print_fault(void *context, const struct audit_fault *fault)
{
	struct checking *checking = context;
	struct buf *out = &checking->cli->out;

	if (checking->json) {
		buf_puts(out, checking->any ? ",\n " : "");
		put_fault_json(out, fault);
	} else {
		buf_printf(out, "%s\n", fault->text);
	}
	checking->any = true;
	if (out->len >= CLI_FLUSH_AT)
		cli_flush(checking->cli);
}

static const char *plural(int64_t n)
{
	return n == 1 ? "y" : "ies";
}

static void put_verdict(struct buf *out, const struct audit_verdict *verdict)
{
	buf_printf(out, "%" PRId64 " entr%s checked: ", verdict->entries, plural(verdict->entries));
	if (verdict->faults > 0)
		buf_printf(out, "%" PRId64 " fault%s\n", verdict->faults,
			   verdict->faults == 1 ? "" : "s");
	else
		buf_puts(out, "whole\n");
	if (!verdict->head_known && verdict->entries > 0)
		buf_puts(out, "there is no head to hold them against: whether the newest were cut "
			      "off is told by SQLite's count alone\n");
	if (verdict->past_head > 0)
		buf_printf(out, "%" PRId64 " entr%s newer than the head\n", verdict->past_head,
			   verdict->past_head == 1 ? "y is" : "ies are");
	if (verdict->entries > 0)
		buf_printf(out, "head: %" PRId64 ":%s\n", verdict->newest_seq,
			   verdict->newest_hash);
}

static void put_verdict_json(struct buf *out, const struct audit_verdict *verdict)
{
	char head[AUDIT_HASH_SIZE + 32];

	snprintf(head, sizeof(head), "%" PRId64 ":%s", verdict->newest_seq, verdict->newest_hash);
	buf_puts(out, "]");
	json_member_bool(out, "whole", verdict->faults == 0);
	json_member_int(out, "entries", verdict->entries);
	json_member_bool(out, "head_known", verdict->head_known);
	json_member_int(out, "past_head", verdict->past_head);
	json_member_text(out, "head", verdict->entries > 0 ? head : NULL);
	buf_puts(out, "}\n");
}

enum err_code audit_check(struct cli *cli, const char *head, bool json, struct err *err)
{
	struct checking checking = {cli, json, false};
	struct audit_verdict verdict;
	enum err_code code;

	if (json)
		buf_puts(&cli->out, "{\"faults\":[");
	code = session_audit_verify(cli->session, head, print_fault, &checking, &verdict, err);
	if (code)
		return code;
	if (json)
		put_verdict_json(&cli->out, &verdict);
	else
		put_verdict(&cli->out, &verdict);
	if (verdict.faults > 0)
		cli->exit_code = CLI_FAILED;
	return ERR_OK;
}
