/* audit: page after page from the store to stdout, however many entries there are. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit.h"
#include "dacache/base/text.h"

/* So many at a time: while one waits for who reads, the store is not held. */
enum { PAGE = 500 };

struct options {
	const char *id;
	const char *since;
	const char *until;
	const char *outcome;
	const char *status;
	const char *limit;
	const char *head;
	bool verify;
	bool json;
};

/* --- what is asked for --- */

/* "not applied", also with a hyphen or an underscore. */
static enum err_code parse_outcome(const char *text, int *out, struct err *err)
{
	char name[32];
	struct buf known;
	enum outcome outcome;
	size_t i;

	snprintf(name, sizeof(name), "%s", text);
	for (i = 0; name[i]; i++)
		if (name[i] == '-' || name[i] == '_')
			name[i] = ' ';
	if (outcome_parse(name, &outcome) == ERR_OK) {
		*out = outcome;
		return ERR_OK;
	}
	buf_init(&known, CLI_OUTPUT_MAX);
	for (outcome = 0; outcome < OUTCOMES; outcome++)
		buf_printf(&known, "%s%s", outcome ? ", " : "", outcome_name(outcome));
	err_set(err, ERR_USAGE, "audit: --outcome '%.40s' is none of: %s", text, buf_str(&known));
	buf_free(&known);
	return ERR_USAGE;
}

static enum err_code parse_status(const char *text, int *out, struct err *err)
{
	int64_t status;

	if (strcmp(text, "none") == 0) {
		*out = 0;
		return ERR_OK;
	}
	if (text_parse_int(text, 100, 599, &status))
		return err_set(err, ERR_USAGE,
			       "audit: --status '%s' is neither an HTTP status (100-599) nor none",
			       text);
	*out = (int)status;
	return ERR_OK;
}

static enum err_code parse_limit(const char *text, size_t *out, struct err *err)
{
	int64_t limit;

	if (text_parse_int(text, 0, INT32_MAX, &limit))
		return err_set(err, ERR_USAGE, "audit: --limit '%s' is no number", text);
	*out = (size_t)limit;
	return ERR_OK;
}

static enum err_code make_query(struct cli *cli, const struct options *options,
				struct audit_query *query, struct err *err)
{
	int64_t now_us = clock_wall_us(loop_clock(session_loop(cli->session)));
	enum err_code code = ERR_OK;

	audit_query_init(query);
	query->data_action_id = options->id;
	if (options->since)
		code = cli_moment("audit: --since", options->since, now_us, false, &query->since_us,
				  err);
	if (!code && options->until)
		code = cli_moment("audit: --until", options->until, now_us, true, &query->until_us,
				  err);
	if (!code && options->outcome)
		code = parse_outcome(options->outcome, &query->outcome, err);
	if (!code && options->status)
		code = parse_status(options->status, &query->status, err);
	return code;
}

/* --- the entries --- */

static void put_line(struct buf *out, const struct audit_entry *entry)
{
	char when[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(entry->wall_us, when);
	buf_printf(out, "%s  %-12s %-12s ", when, outcome_name(entry->outcome),
		   entry->action ? entry->action : "-");
	if (entry->status)
		buf_printf(out, "%3d  ", entry->status);
	else
		buf_puts(out, "  -  ");
	text_escape(out, entry->data_action_id ? entry->data_action_id : "-");
	buf_puts(out, "  ");
	text_escape(out, entry->message ? entry->message : "");
	buf_putc(out, '\n');
}

struct printing {
	struct buf *out;
	bool json;
	size_t printed; /* in all */
	int64_t last_seq;
};

static bool print_entry(void *context, const struct audit_entry *entry)
{
	struct printing *printing = context;

	if (printing->json) {
		buf_puts(printing->out, printing->printed ? ",\n " : "[");
		audit_entry_to_json(entry, printing->out);
	} else {
		put_line(printing->out, entry);
	}
	printing->printed++;
	printing->last_seq = entry->seq;
	return true;
}

static enum err_code print_entries(struct cli *cli, struct audit_query *query, size_t limit,
				   bool json, struct err *err)
{
	struct printing printing = {.out = &cli->out, .json = json};
	enum err_code code;
	size_t before;

	do {
		size_t left = limit ? limit - printing.printed : PAGE;

		before = printing.printed;
		code = session_audit_query(cli->session, query, left < PAGE ? left : PAGE,
					   print_entry, &printing, err);
		if (!code && cli->out.failed)
			code = err_set(err, cli->out.failed, "out of memory");
		if (code)
			return code;
		if (!cli_flush(cli))
			return ERR_IO;
		query->before_seq = printing.last_seq;
	} while (printing.printed - before == PAGE && printing.printed != limit);
	if (json)
		buf_puts(&cli->out, printing.printed ? "]\n" : "[]\n");
	return ERR_OK;
}

/* --- the command --- */

static enum err_code check_words(const struct options *options, struct err *err)
{
	bool filters = options->id || options->since || options->until || options->outcome ||
		       options->status || options->limit;

	if (options->head && !options->verify)
		return err_set(err, ERR_USAGE, "audit: --head is for --verify");
	if (options->verify && filters)
		return err_set(err, ERR_USAGE,
			       "audit: --verify checks all entries: it takes no filter");
	return ERR_OK;
}

enum err_code cli_audit(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	struct options options = {0};
	const struct cli_option table[] = {
		{"--id", &options.id, NULL, NULL},
		{"--since", &options.since, NULL, NULL},
		{"--until", &options.until, NULL, NULL},
		{"--outcome", &options.outcome, NULL, NULL},
		{"--status", &options.status, NULL, NULL},
		{"--limit", &options.limit, NULL, NULL},
		{"--head", &options.head, NULL, NULL},
		{"--verify", NULL, &options.verify, NULL},
		{"--json", NULL, &options.json, NULL},
	};
	const char *words[1];
	struct audit_query query;
	size_t limit = 0;
	size_t n;
	enum err_code code =
		cli_options(argc, argv, table, sizeof(table) / sizeof(table[0]), words, 0, &n, err);

	if (!code)
		code = check_words(&options, err);
	if (!code && options.verify)
		return audit_check(cli, options.head, options.json, err);
	if (!code && options.limit)
		code = parse_limit(options.limit, &limit, err);
	if (!code)
		code = make_query(cli, &options, &query, err);
	return code ? code : print_entries(cli, &query, limit, options.json, err);
}
