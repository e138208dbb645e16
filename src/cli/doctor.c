#include <errno.h>
#include <stdio.h>

#include "dacache/app/doctor.h"
#include "dacache/base/text.h"
#include "dacache/domain/json_member.h"
#include "internal.h"

struct wait_doctor {
	struct cli *cli;
	bool json;
	bool first;
	bool done;
	int unwritten; /* errno of a line that could not be written */
};

static const char *state_name(enum check_state state)
{
	static const char *const names[] = {"ok", "warning", "FAILED", "skipped"};

	return names[state];
}

static void put_json(struct buf *out, const struct doctor_line *line)
{
	static const char *const names[] = {"ok", "warning", "failed", "skipped"};

	buf_puts(out, "{");
	json_member_text(out, "check", line->name);
	json_member_text(out, "state", names[line->state]);
	json_member_text(out, "text", line->text);
	json_member_text(out, "mend", line->mend[0] ? line->mend : NULL);
	json_member_decimal(out, "ms", line->ms, 3);
	buf_puts(out, "}");
}

/* People see each line as its check ends. */
static bool print_line(const struct doctor_line *line)
{
	struct buf text;
	bool written;

	buf_init(&text, CLI_OUTPUT_MAX);
	buf_printf(&text, "%-9s %-8s ", line->name, state_name(line->state));
	text_escape(&text, line->text);
	if (line->ms >= 0)
		buf_printf(&text, " (%.0f ms)", line->ms);
	if (line->mend[0]) {
		buf_puts(&text, "\n                   ");
		text_escape(&text, line->mend);
	}
	buf_putc(&text, '\n');
	written = cli_write(stdout, buf_str(&text));
	buf_free(&text);
	return written;
}

static void line_came(void *context, const struct doctor_line *line)
{
	struct wait_doctor *wait = context;

	if (!wait->json) {
		if (!print_line(line))
			wait->unwritten = errno;
		return;
	}
	buf_puts(&wait->cli->out, wait->first ? "[" : ",\n ");
	wait->first = false;
	put_json(&wait->cli->out, line);
}

static void all_done(void *context, int exit_code)
{
	struct wait_doctor *wait = context;

	wait->cli->exit_code = exit_code;
	if (wait->unwritten)
		wait->cli->exit_code = cli_unwritten(wait->unwritten);
	wait->done = true;
}

enum err_code cli_doctor(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	const char *words[1];
	struct wait_doctor wait = {.cli = cli, .first = true};
	const struct cli_option options[] = {{"--json", NULL, &wait.json, NULL}};
	struct doctor_handlers handlers = {line_came, all_done, &wait};
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 1, words, 0, &n, err);

	if (!code)
		code = doctor_start(cli->session, &handlers, err);
	if (!code)
		code = session_run_until(cli->session, &wait.done, err);
	if (!code && wait.json)
		buf_puts(&cli->out, "]\n");
	return code;
}
