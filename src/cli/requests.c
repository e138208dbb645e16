/* requests: the calls that the log has on disk, as a table, as JSON, as HAR. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/file.h"
#include "dacache/base/text.h"
#include "dacache/domain/har.h"
#include "dacache/domain/json_member.h"
#include "internal.h"

enum { FILTER_MAX = 64 * 1024, FLUSH_AT = 1024 * 1024 };

struct options {
	const char *har;
	const char *run;
	const char *status;
	const char *path;
	const char *action;
	const char *limit;
	bool force;
	bool json;
};

/* --- what is asked for --- */

static enum err_code parse_run(const char *text, int64_t *out, struct err *err)
{
	*out = strcmp(text, "all") == 0 ? REQUESTS_ALL_RUNS : REQUESTS_LAST_RUN;
	if (strcmp(text, "last") == 0 || strcmp(text, "all") == 0 ||
	    text_parse_int(text, 1, INT64_MAX, out) == ERR_OK)
		return ERR_OK;
	return err_set(err, ERR_USAGE,
		       "requests: --run '%s' is neither last, all nor a run's number", text);
}

static enum err_code make_filter(const struct options *options, struct request_filter **out,
				 struct err *err)
{
	struct buf words;
	enum err_code code;

	buf_init(&words, FILTER_MAX);
	if (options->status)
		request_filter_add(&words, "status", options->status);
	if (options->path)
		request_filter_add(&words, "path", options->path);
	if (options->action)
		request_filter_add(&words, "action", options->action);
	if (words.failed)
		code = err_set(err, ERR_USAGE, "the filter is too long");
	else
		code = request_filter_parse(buf_str(&words), out, err);
	buf_free(&words);
	return code ? err_prefix(err, "requests") : ERR_OK;
}

static enum err_code parse_limit(const char *text, size_t *out, struct err *err)
{
	int64_t limit;

	if (text_parse_int(text, 0, INT32_MAX, &limit))
		return err_set(err, ERR_USAGE, "requests: --limit '%s' is no number", text);
	*out = (size_t)limit;
	return ERR_OK;
}

/* --- one call --- */

/* What writes them out, one after the other. */
struct writing {
	struct cli *cli;
	struct buf *out;
	bool json;
	bool all_runs;
	bool to_har;
	struct har har;
	size_t n;
};

static void put_line(struct writing *writing, const struct exchange *exchange)
{
	struct buf *out = writing->out;
	char when[CLOCK_TEXT_SIZE];
	char text[32];

	clock_format_rfc3339(exchange->wall_us, when);
	if (writing->all_runs)
		buf_printf(out, "%6" PRId64 "  ", exchange->run);
	buf_printf(out, "%s  %-6s ", when, exchange->method);
	if (exchange->status)
		buf_printf(out, "%6d ", exchange->status);
	else
		buf_puts(out, "     - ");
	snprintf(text, sizeof(text), "%.1f", (double)exchange->times.queue / 1000);
	buf_printf(out, "%3" PRId64 " %10s ", exchange->attempt, text);
	snprintf(text, sizeof(text), "%.1f", (double)exchange->times.total / 1000);
	buf_printf(out, "%10s %9" PRId64 "  ", text, exchange->bytes_received);
	text_escape(out, exchange->path);
	if (!exchange->status) {
		buf_printf(out, "  (%s)", transport_name(exchange->transport));
	}
	buf_putc(out, '\n');
}

static void put_head(struct writing *writing)
{
	buf_printf(writing->out, "%s%-24s  %-6s %6s %3s %10s %10s %9s  %s\n",
		   writing->all_runs ? "   RUN  " : "", "TIME", "METHOD", "STATUS", "TRY",
		   "QUEUE_MS", "TOTAL_MS", "BYTES", "PATH");
}

static void json_ms(struct buf *out, const char *name, int64_t us)
{
	json_member_decimal(out, name, (double)us / 1000, 3);
}

static void put_json_times(struct buf *out, const struct exchange_times *times)
{
	json_ms(out, "queue_ms", times->queue);
	json_ms(out, "name_ms", times->name);
	json_ms(out, "connect_ms", times->connect);
	json_ms(out, "tls_ms", times->tls);
	json_ms(out, "wait_ms", times->wait);
	json_ms(out, "transfer_ms", times->transfer);
	json_ms(out, "total_ms", times->total);
}

/* Headers in their order: a name may come twice. Bytes that are no text are null. */
static void put_json_half(struct buf *out, const char *name, const char *headers, const char *body,
			  size_t body_len, int64_t size, bool cut)
{
	bool is_text = text_is_valid(body, body_len) && !memchr(body, '\0', body_len);
	struct exchange_header header;
	bool first = true;

	buf_printf(out, ",\"%s\":{\"headers\":[", name);
	while (exchange_header_next(&headers, &header)) {
		char *field = strndup(header.name, header.name_len);
		char *value = strndup(header.value, header.value_len);

		buf_puts(out, first ? "{" : ",{");
		json_member_text(out, "name", field);
		json_member_text(out, "value", value);
		buf_putc(out, '}');
		free(field);
		free(value);
		first = false;
	}
	buf_putc(out, ']');
	json_member_text(out, "body", is_text ? body : NULL);
	json_member_int(out, "size", size);
	json_member_bool(out, "cut", cut);
	buf_putc(out, '}');
}

static void put_json(struct buf *out, const struct exchange *exchange)
{
	char when[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(exchange->wall_us, when);
	buf_putc(out, '{');
	json_member_int(out, "run", exchange->run);
	json_member_int(out, "number", (int64_t)exchange->number);
	json_member_text(out, "time", when);
	json_member_text(out, "endpoint", endpoint_name(exchange->endpoint));
	json_member_text(out, "method", exchange->method);
	json_member_text(out, "url", exchange->url);
	json_member_text(out, "path", exchange->path);
	json_member_text(out, "action_id", exchange->action_id[0] ? exchange->action_id : NULL);
	if (exchange->status)
		json_member_int(out, "status", exchange->status);
	else
		json_member_text(out, "status", NULL);
	json_member_text(out, "transport", transport_name(exchange->transport));
	json_member_text(out, "error", exchange->error[0] ? exchange->error : NULL);
	json_member_int(out, "attempt", exchange->attempt);
	put_json_times(out, &exchange->times);
	json_member_int(out, "bytes_sent", exchange->bytes_sent);
	json_member_int(out, "bytes_received", exchange->bytes_received);
	json_member_text(out, "http_version",
			 exchange->http_version[0] ? exchange->http_version : NULL);
	put_json_half(out, "request", exchange->request_headers, exchange->request_body,
		      exchange->request_body_len, exchange->request_size,
		      exchange->flags & EXCHANGE_REQUEST_CUT);
	put_json_half(out, "response", exchange->response_headers, exchange->response_body,
		      exchange->response_body_len, exchange->response_size,
		      exchange->flags & EXCHANGE_RESPONSE_CUT);
	buf_putc(out, '}');
}

/* What goes to stdout leaves as it grows. */
static enum err_code put_one(void *context, const struct exchange *exchange, struct err *err)
{
	struct writing *writing = context;

	if (writing->to_har) {
		har_add(&writing->har, exchange);
	} else if (writing->json) {
		buf_puts(writing->out, writing->n ? ",\n " : "[");
		put_json(writing->out, exchange);
	} else {
		if (writing->n == 0)
			put_head(writing);
		put_line(writing, exchange);
	}
	writing->n++;
	if (writing->out->failed)
		return err_set(err, writing->out->failed, "out of memory");
	if (writing->out == &writing->cli->out && writing->out->len > FLUSH_AT &&
	    !cli_flush(writing->cli))
		return ERR_IO;
	return ERR_OK;
}

/* --- the whole --- */

static enum err_code write_har(struct cli *cli, const struct request_query *query,
			       const struct options *options, struct err *err)
{
	bool to_stdout = strcmp(options->har, "-") == 0;
	struct writing writing = {.cli = cli, .out = &cli->out, .to_har = true};
	struct buf file;
	enum err_code code;

	buf_init(&file, CLI_OUTPUT_MAX);
	if (!to_stdout)
		writing.out = &file;
	har_begin(&writing.har, writing.out, DACACHE_VERSION, "Secrets are masked: ***");
	code = session_requests_each(cli->session, query, put_one, &writing, err);
	if (!code && writing.n == 0)
		code = err_set(err, ERR_NOT_FOUND, "requests: none matches; no file is written");
	if (!code && har_end(&writing.har))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	if (!code && !to_stdout)
		code = file_write_private(options->har, file.data, file.len, options->force, err);
	if (code == ERR_CONFLICT) {
		cli->exit_code = CLI_FAILED; /* not that of a change */
		err_set(err, ERR_CONFLICT, "%s is there already; --force writes over it",
			options->har);
	}
	if (!code && !to_stdout)
		cli_say("%zu %s written to %s, secrets masked\n", writing.n,
			writing.n == 1 ? "request" : "requests", options->har);
	buf_free(&file);
	return code;
}

static enum err_code write_list(struct cli *cli, const struct request_query *query,
				const struct options *options, struct err *err)
{
	struct writing writing = {.cli = cli,
				  .out = &cli->out,
				  .json = options->json,
				  .all_runs = query->run == REQUESTS_ALL_RUNS};
	enum err_code code = session_requests_each(cli->session, query, put_one, &writing, err);

	/* An empty log is no mistake of who asks. */
	if (code == ERR_NOT_FOUND && query->run == REQUESTS_LAST_RUN)
		code = ERR_OK;
	if (code)
		return code;
	if (options->json)
		buf_puts(&cli->out, writing.n ? "]\n" : "[]\n");
	else if (writing.n == 0)
		cli_say("%s\n", err->text[0] ? err->text : "no request matches");
	err_clear(err);
	return ERR_OK;
}

static enum err_code check_words(const struct options *options, struct err *err)
{
	if (options->har && options->json)
		return err_set(err, ERR_USAGE, "requests: --har and --json exclude each other");
	if (options->force && !options->har)
		return err_set(err, ERR_USAGE, "requests: --force is for --har");
	return ERR_OK;
}

enum err_code cli_requests(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	struct options options = {.run = "last"};
	const struct cli_option table[] = {
		{"--har", &options.har, NULL, NULL},       {"--run", &options.run, NULL, NULL},
		{"--status", &options.status, NULL, NULL}, {"--path", &options.path, NULL, NULL},
		{"--action", &options.action, NULL, NULL}, {"--limit", &options.limit, NULL, NULL},
		{"--force", NULL, &options.force, NULL},   {"--json", NULL, &options.json, NULL},
	};
	struct request_filter *filter = NULL;
	struct request_query query = {0};
	const char *words[1];
	size_t n;
	enum err_code code =
		cli_options(argc, argv, table, sizeof(table) / sizeof(table[0]), words, 0, &n, err);

	if (!code)
		code = check_words(&options, err);
	if (!code)
		code = parse_run(options.run, &query.run, err);
	if (!code && options.limit)
		code = parse_limit(options.limit, &query.limit, err);
	if (!code)
		code = make_filter(&options, &filter, err);
	query.filter = filter;
	if (!code)
		code = options.har ? write_har(cli, &query, &options, err)
				   : write_list(cli, &query, &options, err);
	request_filter_free(&filter);
	return code;
}
