/* check: what validation says, of an action as it is or of a file of proposals.
 * Nothing is changed. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"
#include "dacache/base/text.h"
#include "dacache/domain/json_member.h"
#include "dacache/domain/key_template.h"
#include "plan.h"

enum { GROUPS_SHOWN = 100 };

/* --- findings, printed --- */

void check_print_init(struct check_print *print, struct cli *cli, const char *file, bool json)
{
	memset(print, 0, sizeof(*print));
	print->cli = cli;
	print->file = file;
	print->json = json;
}

/* "FILE:LINE: ID: " or "ID: " */
static void put_where(struct check_print *print, size_t line, const char *id)
{
	struct buf *out = &print->cli->out;

	if (print->file) {
		text_escape(out, print->file);
		buf_printf(out, ":%zu: ", line);
	}
	if (id) {
		text_escape(out, id);
		buf_puts(out, ": ");
	}
}

static void put_finding(struct check_print *print, const struct check_subject *subject,
			const struct finding *finding)
{
	struct buf *out = &print->cli->out;
	size_t line = subject->entry ? plan_entry_line(subject->entry, finding->field) : 0;
	struct buf text;

	put_where(print, line, subject->id);
	buf_puts(out, finding->is_error ? "error: " : "warning: ");
	buf_init(&text, CLI_OUTPUT_MAX);
	plan_put_finding(finding, &text);
	text_escape(out, buf_str(&text));
	buf_free(&text);
	if (finding->kind == FINDING_COLLISION && subject->collision) {
		buf_puts(out, " (");
		text_escape(out, subject->collision);
		buf_putc(out, ')');
	}
	buf_putc(out, '\n');
}

void check_put_owner(const char *id, const char *name, struct buf *out)
{
	buf_printf(out, "the key of %s", id);
	if (name && *name && strcmp(name, id) != 0)
		buf_printf(out, ", %s", name);
}

static void put_finding_json(struct buf *out, const struct finding *finding)
{
	buf_puts(out, out->data[out->len - 1] == '[' ? "{" : ",{");
	json_member_text(out, "severity", finding->is_error ? "error" : "warning");
	json_member_text(out, "field",
			 finding->field == FIELD_NONE ? NULL : plan_field_name(finding->field));
	json_member_text(out, "message", finding->text);
	buf_puts(out, "}");
}

static void put_subject_json(struct check_print *print, const struct check_subject *subject)
{
	struct buf *out = &print->cli->out;
	size_t i;

	buf_puts(out, print->file && print->entries > 1 ? ",\n {" : "{");
	if (print->file)
		json_member_int(out, "line", (int64_t)subject->line);
	json_member_text(out, "id", subject->id);
	json_member_text(out, "name", subject->name);
	if (subject->footprint < 0)
		json_member_text(out, "footprint_bytes", NULL);
	else
		json_member_int(out, "footprint_bytes", subject->footprint);
	buf_puts(out, ",\"findings\":[");
	for (i = 0; i < subject->findings.len; i++)
		put_finding_json(out, &subject->findings.items[i]);
	buf_puts(out, "]}");
}

void check_print_subject(struct check_print *print, const struct check_subject *subject)
{
	size_t errors = findings_errors(&subject->findings);
	size_t i;

	print->entries++;
	print->errors += errors;
	print->warnings += subject->findings.len - errors;
	if (print->json) {
		put_subject_json(print, subject);
		return;
	}
	for (i = 0; i < subject->findings.len; i++)
		put_finding(print, subject, &subject->findings.items[i]);
	if (subject->footprint < 0)
		return;
	put_where(print, subject->line, subject->id);
	buf_printf(&print->cli->out, "footprint %lld of %d bytes\n", (long long)subject->footprint,
		   FOOTPRINT_MAX_BYTES);
}

void check_print_broken(struct check_print *print, const struct plan_error *error)
{
	struct buf *out = &print->cli->out;

	print->errors++;
	if (print->json) {
		buf_puts(out, out->data[out->len - 1] == '[' ? "{" : ",\n {");
		plan_put_error_json(error, out);
		return;
	}
	if (error->column) {
		text_escape(out, print->file);
		buf_printf(out, ":%zu:%zu: ", error->line, error->column);
	} else {
		put_where(print, error->line, error->id);
	}
	buf_puts(out, "error: ");
	text_escape(out, error->text);
	buf_putc(out, '\n');
}

static void put_count(struct buf *out, size_t n, const char *noun)
{
	char number[32];

	text_format_count((int64_t)n, number);
	buf_printf(out, "%s %s%s", number, noun, n == 1 ? "" : "s");
}

void check_print_end(struct check_print *print)
{
	struct buf *out = &print->cli->out;

	print->cli->exit_code = print->errors > 0 ? CLI_REFUSED : CLI_DONE;
	if (print->json)
		return;
	put_count(out, print->errors, "error");
	buf_puts(out, ", ");
	put_count(out, print->warnings, "warning");
	if (print->file && print->entries + print->errors == 0)
		buf_puts(out, " (the file has no entries)");
	buf_putc(out, '\n');
}

/* --- one action --- */

/* The action of the list that has this key, in words. */
static void put_collision(struct cli *cli, const char *id, const char *key, struct buf *out)
{
	struct index_view *view;
	size_t i;

	if (index_view_new(session_index(cli->session), &view))
		return;
	index_view_refresh(view);
	for (i = 0; i < index_view_len(view) && out->len == 0; i++) {
		const struct index_row *row = index_view_row(view, i);

		if (row && row->key && strcmp(row->id, id) != 0 &&
		    key_template_collides(row->key, key))
			check_put_owner(row->id, row->name, out);
	}
	index_view_free(&view);
}

static enum err_code check_action(struct cli *cli, const char *id, bool json, struct err *err)
{
	struct key_lookup keys = session_key_lookup(cli->session);
	struct check_subject subject = {.id = id};
	struct cli_action got = {0};
	struct proposal now = {0};
	struct check_print print;
	struct buf collision;
	enum err_code code = cli_fetch(cli, id, &got, err);

	buf_init(&collision, CLI_OUTPUT_MAX);
	if (!code && got.action->members.key)
		code = cli_read_index(cli, err);
	if (!code && proposal_from_action(got.action, &got.local, &now))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	if (code)
		goto done;
	subject.name = got.action->name;
	subject.footprint = footprint_bytes(now.members.key ? strlen(now.members.key) : 0,
					    now.local.payload_kb);
	validate_proposal(&now, got.action, &keys, &subject.findings);
	if (now.members.key && keys.collision(keys.context, now.members.key, id))
		put_collision(cli, id, now.members.key, &collision);
	subject.collision = collision.len > 0 ? buf_str(&collision) : NULL;
	check_print_init(&print, cli, NULL, json);
	check_print_subject(&print, &subject);
	if (json)
		buf_puts(&cli->out, "\n");
	check_print_end(&print);
done:
	buf_free(&collision);
	proposal_clear(&now);
	cli_action_clear(&got);
	return code;
}

static bool ends_in(const char *word, const char *end)
{
	size_t len = strlen(word);
	size_t end_len = strlen(end);

	return len > end_len && strcmp(word + len - end_len, end) == 0;
}

/* A word that looks like a file is one, also where it is not there: the error is
 * then about the file. */
static bool is_file(const char *word)
{
	struct stat about;

	return strcmp(word, "-") == 0 || strchr(word, '/') || ends_in(word, ".json") ||
	       ends_in(word, ".jsonl") || (stat(word, &about) == 0 && !S_ISDIR(about.st_mode));
}

enum err_code cli_check(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	const char *words[1];
	const char *limit_text = NULL;
	int64_t limit = GROUPS_SHOWN;
	bool json = false;
	bool tenant = false;
	const struct cli_option options[] = {{"--json", NULL, &json, NULL},
					     {"--tenant", NULL, &tenant, NULL},
					     {"--limit", &limit_text, NULL, NULL}};
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 3, words, 1, &n, err);

	if (code)
		return code;
	if ((n == 1) == tenant)
		return err_set(err, ERR_USAGE,
			       "check needs the ID of an action, a FILE of proposals, or --tenant");
	if (limit_text && !tenant)
		return err_set(err, ERR_USAGE, "check: --limit goes with --tenant");
	if (limit_text && text_parse_int(limit_text, 0, INT64_MAX, &limit))
		return err_set(err, ERR_USAGE, "check: --limit %s: a whole number is wanted",
			       limit_text);
	if (tenant)
		return check_tenant(cli, limit, json, err);
	if (is_file(words[0]))
		return check_file(cli, words[0], json, err);
	return check_action(cli, words[0], json, err);
}
