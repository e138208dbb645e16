/* Commands on the world around the program: simulator, files, shell. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "files.h"
#include "http.h"
#include "scenario.h"

/* ---- simulator ---- */

struct sim_start {
	const char *log;
	char url[128];
};

static bool sim_listens(struct scenario *scenario, void *context)
{
	static const char mark[] = "listening on ";
	struct sim_start *start = context;
	struct buf text;
	const char *at;

	if (!scenario->sim.running)
		return true;
	buf_init(&text, 1 << 20);
	file_read(start->log, &text);
	at = strstr(buf_str(&text), mark);
	if (at && strchr(at, '\n'))
		sscanf(at + sizeof(mark) - 1, "%127s", start->url);
	buf_free(&text);
	return start->url[0] != '\0';
}

static bool sim_wait(struct scenario *scenario, const char *log)
{
	struct sim_start start = {.log = log};
	struct buf text;
	const char *port;
	char *end;

	if (!scenario_wait(scenario, sim_listens, &start, true, "the simulator does not listen"))
		return false;
	if (!start.url[0]) {
		buf_init(&text, 1 << 20);
		file_read(log, &text);
		end = process_end_text(&scenario->sim);
		scenario_fail(scenario, "the simulator %s\n%s", end, buf_str(&text));
		free(end);
		buf_free(&text);
		scenario->sim.pid = 0;
		return false;
	}
	port = strrchr(start.url, ':');
	setenv("URL", start.url, 1);
	setenv("PORT", port ? port + 1 : "", 1);
	setenv("CXONE_BASE_URL", start.url, 1);
	return true;
}

static bool has_option(const struct command *command, const char *name)
{
	for (size_t i = 0; i < command->tokens.len; i++) {
		if (strcmp(command_text(command, i), name) == 0)
			return true;
	}
	return false;
}

static char **sim_argv(const struct scenario *scenario, const struct command *command)
{
	char **argv = memory(command->tokens.len + 4, sizeof(*argv));
	size_t argc = 0;

	argv[argc++] = text_copy(scenario->simulator, strlen(scenario->simulator));
	if (!has_option(command, "--port")) {
		argv[argc++] = text_copy("--port", 6);
		argv[argc++] = text_copy("0", 1);
	}
	for (size_t i = 0; i < command->tokens.len; i++)
		argv[argc++] =
			text_copy(command_text(command, i), strlen(command_text(command, i)));
	return argv;
}

bool cmd_sim(struct scenario *scenario, const struct command *command)
{
	char *log = scenario_path(scenario, "sim.log");
	struct streams streams = {.terminal = -1, .out = log};
	char **argv;
	bool ok;

	if (scenario->sim.pid || !scenario->simulator) {
		free(log);
		return scenario_fail(scenario,
				     scenario->simulator
					     ? "a simulator was started already"
					     : "no simulator: --sim or DACACHE_SIM names it");
	}
	remove(log);
	argv = sim_argv(scenario, command);
	ok = process_start(&scenario->sim, argv, scenario->folder, &streams);
	if (ok)
		ok = sim_wait(scenario, log);
	else
		scenario_fail(scenario, "%s: %s", scenario->simulator, strerror(errno));
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	free(argv);
	free(log);
	return ok;
}

static bool sim_ended(struct scenario *scenario, void *context)
{
	(void)context;
	return !scenario->sim.running;
}

bool cmd_sim_kill(struct scenario *scenario, const struct command *command)
{
	const char *name = command_text(command, 0);
	int number = name ? signal_named(name) : SIGTERM;
	int status;
	char *end;

	if (!scenario->sim.running || !number)
		return scenario_fail(scenario, number ? "no simulator runs" : "no such signal");
	kill(scenario->sim.pid, number);
	if (!scenario_wait(scenario, sim_ended, NULL, true, "the simulator runs on"))
		return false;
	status = scenario->sim.status;
	if (!process_exited_with(&scenario->sim, 0) &&
	    !(WIFSIGNALED(status) && WTERMSIG(status) == number && number == SIGKILL)) {
		end = process_end_text(&scenario->sim);
		scenario_fail(scenario, "the simulator %s", end);
		free(end);
	}
	scenario->sim.pid = 0;
	return true;
}

static bool call_now(struct scenario *scenario)
{
	const char *base = getenv("URL");
	struct err err = {.code = ERR_OK};
	char *url;
	long status;
	bool ok = true;

	if (!base)
		return scenario_fail(scenario, "call: no simulator was started");
	url = text_printf("%s%s", base, scenario->call_path);
	if (http_call(scenario->call_method, url, scenario->call_body,
		      (long)(scenario_deadline(scenario) - now_ms()), &scenario->reply, &status,
		      &err))
		ok = scenario_fail(scenario, "%s", err.text);
	else if (status < 200 || status > 299)
		ok = scenario_fail(scenario, "%s %s: answered %ld\n%s", scenario->call_method,
				   scenario->call_path, status, buf_str(&scenario->reply));
	free(url);
	return ok;
}

bool cmd_call(struct scenario *scenario, const struct command *command)
{
	const char *body = command->body ? command->body : command_text(command, 2);

	free(scenario->call_method);
	free(scenario->call_path);
	free(scenario->call_body);
	scenario->call_method = strdup(command_text(command, 0));
	scenario->call_path = strdup(command_text(command, 1));
	scenario->call_body = body ? strdup(body) : NULL;
	return call_now(scenario);
}

/* "[count N] PATTERN" */
struct reply_wait {
	const struct token *pattern;
	long count; /* -1: at least one */
	bool asked_again;
};

static bool read_reply_wait(struct scenario *scenario, const struct command *command,
			    struct reply_wait *out)
{
	size_t i = 0;

	*out = (struct reply_wait){.count = -1};
	if (strcmp(command_text(command, 0), "count") == 0 &&
	    command_token(command, 0)->kind == TOKEN_WORD) {
		if (!arg_number(scenario, command_text(command, 1), 0, 1000000, &out->count))
			return false;
		i = 2;
	}
	out->pattern = command_token(command, i);
	if (!out->pattern || out->pattern->kind == TOKEN_WORD)
		return scenario_fail(scenario, "%s: a text stands in quotes", command->name);
	return true;
}

static bool counts(struct scenario *scenario, const struct reply_wait *wait, const struct buf *text)
{
	int count = token_count(scenario, wait->pattern, buf_str(text));

	return wait->count < 0 ? count > 0 : count == wait->count;
}

/* A GET is asked again until its reply fits. */
static bool reply_fits(struct scenario *scenario, void *context)
{
	struct reply_wait *wait = context;

	if (wait->asked_again && strcmp(scenario->call_method, "GET") == 0 && !call_now(scenario))
		return false;
	wait->asked_again = true;
	return counts(scenario, wait, &scenario->reply);
}

bool cmd_call_expect(struct scenario *scenario, const struct command *command)
{
	struct reply_wait wait;
	char *what;
	bool ok;

	if (!scenario->call_method)
		return scenario_fail(scenario, "call-expect: no call before it");
	if (!read_reply_wait(scenario, command, &wait))
		return false;
	if (strcmp(scenario->call_method, "GET") != 0) {
		if (counts(scenario, &wait, &scenario->reply))
			return true;
		return scenario_fail(scenario, "call-expect %s: the reply was\n%s", command->rest,
				     buf_str(&scenario->reply));
	}
	what = text_printf("call-expect %s", command->rest);
	ok = scenario_wait(scenario, reply_fits, &wait, true, what);
	if (!ok)
		buf_printf(&scenario->failure, "\nthe last reply was\n%s",
			   buf_str(&scenario->reply));
	free(what);
	return ok;
}

/* Once the program is at rest; a GET is asked again then. */
bool cmd_call_expect_not(struct scenario *scenario, const struct command *command)
{
	struct reply_wait wait;

	if (!scenario->call_method)
		return scenario_fail(scenario, "call-expect-not: no call before it");
	if (!read_reply_wait(scenario, command, &wait))
		return false;
	if (scenario->terminal && !scenario_wait_quiet(scenario))
		return false;
	if (strcmp(scenario->call_method, "GET") == 0 && !call_now(scenario))
		return false;
	if (counts(scenario, &wait, &scenario->reply))
		return scenario_fail(scenario, "call-expect-not %s: the reply was\n%s",
				     command->rest, buf_str(&scenario->reply));
	return scenario->failure.len == 0;
}

/* ---- shell ---- */

static bool shell_ended(struct scenario *scenario, void *context)
{
	(void)scenario;
	process_look(context);
	return !((struct process *)context)->running;
}

static bool run_shell(struct scenario *scenario, const char *script, const char *in, long code)
{
	char *out = scenario_path(scenario, "sh.out");
	char shell[] = "/bin/sh";
	char option[] = "-c";
	char *copy = text_copy(script, strlen(script));
	char *argv[] = {shell, option, copy, NULL};
	struct streams streams = {.terminal = -1, .in = in, .out = out};
	struct process process;
	char *end;
	bool ok;

	remove(out);
	ok = process_start(&process, argv, scenario->folder, &streams);
	if (!ok)
		scenario_fail(scenario, "%s: %s", shell, strerror(errno));
	ok = ok &&
	     scenario_wait(scenario, shell_ended, &process, true, "the shell command runs on");
	if (process.running) {
		kill(process.pid, SIGKILL);
		waitpid(process.pid, NULL, 0);
	}
	buf_reset(&scenario->sh_output);
	file_read(out, &scenario->sh_output);
	if (ok && !process_exited_with(&process, (int)code)) {
		end = process_end_text(&process);
		ok = scenario_fail(scenario, "the shell command %s, not with %ld\n%s", end, code,
				   buf_str(&scenario->sh_output));
		free(end);
	}
	free(copy);
	free(out);
	return ok;
}

/* A here-document is the script when the line holds none, its input otherwise. */
static bool shell(struct scenario *scenario, const struct command *command, const char *line,
		  long code)
{
	char *in = NULL;
	bool ok;

	if (!*line && !command->body)
		return scenario_fail(scenario, "sh: no command");
	if (!*line)
		return run_shell(scenario, command->body, NULL, code);
	if (command->body) {
		in = scenario_path(scenario, "sh.in");
		file_write(in, command->body, strlen(command->body), false, 0600);
	}
	ok = run_shell(scenario, line, in, code);
	free(in);
	return ok;
}

bool cmd_sh(struct scenario *scenario, const struct command *command)
{
	return shell(scenario, command, command->rest, 0);
}

bool cmd_sh_exit(struct scenario *scenario, const struct command *command)
{
	char *word = text_copy(command->rest, strcspn(command->rest, " \t"));
	const char *line = command->rest + strlen(word);
	long code;
	bool ok = arg_number(scenario, word, 0, 255, &code);

	free(word);
	return ok && shell(scenario, command, line + strspn(line, " \t"), code);
}

bool cmd_sh_expect(struct scenario *scenario, const struct command *command)
{
	struct reply_wait wait;

	if (!read_reply_wait(scenario, command, &wait))
		return false;
	if (counts(scenario, &wait, &scenario->sh_output))
		return true;
	return scenario_fail(scenario, "sh-expect %s: the output was\n%s", command->rest,
			     buf_str(&scenario->sh_output));
}

/* ---- files and settings ---- */

static bool write_text(struct scenario *scenario, const char *name, const char *text, bool append,
		       long mode)
{
	char *path = scenario_path(scenario, name);
	bool ok = file_write(path, text, strlen(text), append, (mode_t)mode);

	if (!ok)
		scenario_fail(scenario, "%s: %s", path, strerror(errno));
	free(path);
	return ok;
}

bool cmd_file(struct scenario *scenario, const struct command *command)
{
	const char *option = command_text(command, 1);
	const char *octal = command_text(command, 2);
	struct err err = {.code = ERR_OK};
	long mode = 0600;
	struct buf body;
	bool ok = true;

	if (!command->body)
		return scenario_fail(scenario, "file: a here-document holds the text: <<END");
	if (option) {
		if (strcmp(option, "mode") != 0 || !octal)
			return scenario_fail(scenario, "file: no \"%s\"", option);
		mode = strtol(octal, NULL, 8);
	}
	buf_init(&body, 1 << 20);
	if (command->body_literal)
		buf_puts(&body, command->body);
	else if (script_expand(command->body, &body, &err))
		ok = scenario_fail(scenario, "%s", err.text);
	ok = ok && write_text(scenario, command_text(command, 0), buf_str(&body), false, mode);
	buf_free(&body);
	return ok;
}

bool cmd_file_clipboard(struct scenario *scenario, const struct command *command)
{
	return write_text(scenario, command_text(command, 0),
			  buf_str(&scenario->terminal->stream.clipboard), false, 0600);
}

bool cmd_append(struct scenario *scenario, const struct command *command)
{
	const char *text = command_text(command, 1);
	char *line;
	bool ok;

	if (command->body)
		return write_text(scenario, command_text(command, 0), command->body, true, 0600);
	if (!text)
		return scenario_fail(scenario, "append: no text");
	line = text_printf("%s\n", text);
	ok = write_text(scenario, command_text(command, 0), line, true, 0600);
	free(line);
	return ok;
}

bool cmd_env(struct scenario *scenario, const struct command *command)
{
	for (size_t i = 0; i < command->tokens.len; i++) {
		const char *text = command_text(command, i);
		const char *sign = strchr(text, '=');
		char *name;

		if (!sign || sign == text)
			return scenario_fail(scenario, "env: \"%s\" is not NAME=VALUE", text);
		name = text_copy(text, (size_t)(sign - text));
		setenv(name, sign + 1, 1);
		free(name);
	}
	return true;
}

bool cmd_unset(struct scenario *scenario, const struct command *command)
{
	for (size_t i = 0; i < command->tokens.len; i++) {
		if (unsetenv(command_text(command, i)))
			return scenario_fail(scenario, "unset: not a name");
	}
	return true;
}

bool cmd_timeout(struct scenario *scenario, const struct command *command)
{
	const char *text = command_text(command, 0);
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !(seconds > 0 && seconds <= 3600))
		return scenario_fail(scenario, "timeout: \"%s\" is not a number of seconds", text);
	scenario->limit = seconds;
	return true;
}

bool cmd_program(struct scenario *scenario, const struct command *command)
{
	free(scenario->program);
	scenario->program = strdup(command_text(command, 0));
	return true;
}

bool cmd_simulator(struct scenario *scenario, const struct command *command)
{
	free(scenario->simulator);
	scenario->simulator = strdup(command_text(command, 0));
	return true;
}
