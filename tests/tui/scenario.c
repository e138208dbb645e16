#include "scenario.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"

enum { NOW_AND_THEN_MS = 20, FAILURE_MAX = 1 << 20, OUTPUT_MAX = 16 << 20 };

static const double default_limit = 10;

bool scenario_fail(struct scenario *scenario, const char *format, ...)
{
	va_list args;

	if (scenario->failure.len > 0)
		return false; /* the first one tells most */
	va_start(args, format);
	buf_vprintf(&scenario->failure, format, args);
	va_end(args);
	return false;
}

int64_t scenario_deadline(const struct scenario *scenario)
{
	double limit = scenario->limit;

	if (limit < scenario->options->least_limit)
		limit = scenario->options->least_limit;
	return now_ms() + (int64_t)(limit * 1000);
}

void scenario_pump(struct scenario *scenario, int timeout_ms)
{
	int fd = scenario->options->wake_fd;
	struct terminal *terminal = scenario->terminal;
	/* Looked at first: output before the end is then surely read below. */
	bool ended;

	process_look(&scenario->app);
	process_look(&scenario->sim);
	ended = scenario->app.pid && !scenario->app.running;
	if (terminal)
		terminal_pump(terminal, fd, ended ? 0 : timeout_ms);
	process_wake_clear(fd);
	if (terminal && terminal->stream.fault[0])
		scenario_fail(scenario, "%s", terminal->stream.fault);
}

static bool ended_unasked(const struct scenario *scenario)
{
	return scenario->app.pid && !scenario->app.running;
}

bool scenario_wait(struct scenario *scenario, condition_fn *fn, void *context,
		   bool also_now_and_then, const char *what)
{
	int64_t deadline = scenario_deadline(scenario);
	size_t failed_before = scenario->failure.len;

	for (;;) {
		bool ended = ended_unasked(scenario);
		int64_t left = deadline - now_ms();
		char *end;

		scenario_pump(scenario, 0);
		if (scenario->failure.len > failed_before)
			return false;
		if (fn(scenario, context))
			return true;
		if (ended && !also_now_and_then) {
			end = process_end_text(&scenario->app);
			scenario_fail(scenario, "%s: the program %s", what, end);
			free(end);
			return false;
		}
		if (left <= 0)
			return scenario_fail(scenario, "%s: not within the limit", what);
		if (also_now_and_then && left > NOW_AND_THEN_MS)
			left = NOW_AND_THEN_MS;
		scenario_pump(scenario, (int)left);
	}
}

bool scenario_is_quiet(struct scenario *scenario)
{
	if (!scenario->app.running || scenario->terminal->master < 0)
		return true;
	return quiet_now(&scenario->quiet, scenario->terminal, scenario->app.pid,
			 scenario->sim.running ? scenario->sim.pid : 0);
}

static bool is_quiet(struct scenario *scenario, void *context)
{
	(void)context;
	return scenario_is_quiet(scenario);
}

bool scenario_wait_quiet(struct scenario *scenario)
{
	scenario->quiet.silent_since = 0;
	return scenario_wait(scenario, is_quiet, NULL, true, "the program does not come to rest");
}

static void keep_variables(void)
{
	static const char *const kept[] = {
		"PATH",          "TMPDIR",          "TERMINFO",
		"TERMINFO_DIRS", "ASAN_OPTIONS",    "UBSAN_OPTIONS",
		"LSAN_OPTIONS",  "LD_LIBRARY_PATH", "DACACHE_DATADIR",
		"TOP_SRCDIR",    "TOP_BUILDDIR",    "TEST_DATA_DIR",
	};
	enum { KEPT = sizeof(kept) / sizeof(kept[0]) };
	char *values[KEPT];

	for (int i = 0; i < KEPT; i++)
		values[i] = getenv(kept[i]) ? strdup(getenv(kept[i])) : NULL;
	clearenv();
	for (int i = 0; i < KEPT; i++) {
		if (values[i])
			setenv(kept[i], values[i], 1);
		free(values[i]);
	}
}

/* Reports of the sanitizers go to files, never on the screen. */
static void set_sanitizer(const char *name, const char *folder)
{
	const char *given = getenv(name);
	char *value = text_printf("%s%slog_path=%s/sanitizer:exitcode=86", given ? given : "",
				  given && *given ? ":" : "", folder);

	setenv(name, value, 1);
	free(value);
}

static void set_folder(const char *name, const char *folder, const char *sub)
{
	char *path = text_printf("%s/%s", folder, sub);

	setenv(name, path, 1);
	free(path);
}

static void link_program(const char *folder, const char *name, const char *target)
{
	char *path = text_printf("%s/bin/%s", folder, name);

	if (target && symlink(target, path))
		perror(path);
	free(path);
}

/* What the programs of the scenario see. `sh` finds both programs by name. */
static void set_variables(const struct scenario *scenario)
{
	const char *folder = scenario->folder;
	char *path;

	keep_variables();
	path = text_printf("%s/bin:%s", folder, getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	setenv("PATH", path, 1);
	free(path);
	setenv("DIR", folder, 1);
	set_folder("HOME", folder, "home");
	set_folder("XDG_CONFIG_HOME", folder, "config");
	set_folder("XDG_STATE_HOME", folder, "state");
	set_folder("XDG_CACHE_HOME", folder, "cache");
	set_sanitizer("ASAN_OPTIONS", folder);
	set_sanitizer("UBSAN_OPTIONS", folder);
	setenv("TERM", "xterm-256color", 1);
	setenv("LANG", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	setenv("INPUTRC", "/dev/null", 1);
	setenv("CXONE_CLIENT_ID", "demo", 1);
	setenv("CXONE_CLIENT_SECRET", "demo-secret", 1);
	/* Before `sim`: nothing listens there; no scenario reaches a real tenant. */
	setenv("CXONE_BASE_URL", "http://127.0.0.1:1", 1);
}

static bool make_folder(struct scenario *scenario)
{
	static const char *const subs[] = {"home", "bin"};
	const char *tmp = getenv("TMPDIR");

	scenario->folder = text_printf("%s/dacache-tui-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(scenario->folder))
		return scenario_fail(scenario, "%s: %s", scenario->folder, strerror(errno));
	for (size_t i = 0; i < sizeof(subs) / sizeof(subs[0]); i++) {
		char *path = scenario_path(scenario, subs[i]);

		mkdir(path, 0700);
		free(path);
	}
	link_program(scenario->folder, "dacache", scenario->options->dacache);
	link_program(scenario->folder, "dacache-sim", scenario->options->sim);
	return true;
}

static void init(struct scenario *scenario, const char *path, const struct options *options)
{
	memset(scenario, 0, sizeof(*scenario));
	scenario->options = options;
	scenario->path = path;
	scenario->limit = default_limit;
	scenario->rows = 24;
	scenario->cols = 80;
	scenario->quiet.no_proc = options->no_proc;
	vec_init(&scenario->masks, sizeof(struct mask));
	buf_init(&scenario->failure, FAILURE_MAX);
	buf_init(&scenario->sh_output, OUTPUT_MAX);
	buf_init(&scenario->reply, OUTPUT_MAX);
	if (options->dacache)
		scenario->program = strdup(options->dacache);
	if (options->sim)
		scenario->simulator = strdup(options->sim);
}

static void clean_up(struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->masks.len; i++) {
		struct mask *mask = vec_at(&scenario->masks, i);

		regfree(&mask->regex);
		free(mask->replacement);
	}
	vec_free(&scenario->masks);
	if (scenario->options->keep)
		printf("# kept: %s\n", scenario->folder);
	else if (scenario->folder)
		file_remove_tree(scenario->folder);
	terminal_free(&scenario->terminal);
	script_free(&scenario->script);
	buf_free(&scenario->failure);
	buf_free(&scenario->sh_output);
	buf_free(&scenario->reply);
	free(scenario->folder);
	free(scenario->program);
	free(scenario->simulator);
	free(scenario->call_method);
	free(scenario->call_path);
	free(scenario->call_body);
}

static bool run_command(struct scenario *scenario, struct command *command)
{
	const struct verb *verb = verb_find(command->name);
	struct err err = {.code = ERR_OK};

	if (!verb)
		return scenario_fail(scenario, "no command \"%s\"", command->name);
	if (command_parse(command, verb->mode, &err))
		return scenario_fail(scenario, "%s", err.text);
	if (command->tokens.len < verb->least)
		return scenario_fail(scenario, "%s: words are missing", command->name);
	if (verb->needs_terminal && !scenario->terminal)
		return scenario_fail(scenario, "%s: nothing was started", command->name);
	if (scenario->options->verbose)
		printf("# %s:%d: %s %s\n", scenario->path, command->line, command->name,
		       command->rest);
	return verb->run(scenario, command) && scenario->failure.len == 0;
}

static bool run_commands(struct scenario *scenario)
{
	struct err err = {.code = ERR_OK};
	struct command command;
	enum err_code code;
	bool ok = true;

	if (script_load(&scenario->script, scenario->path, &err))
		return scenario_fail(scenario, "%s", err.text);
	while (ok) {
		code = script_next(&scenario->script, &command, &err);
		scenario->line = scenario->script.line;
		if (command.line)
			scenario->line = command.line;
		if (code == ERR_OK)
			ok = run_command(scenario, &command);
		else if (code != ERR_NOT_FOUND)
			ok = scenario_fail(scenario, "%s", err.text);
		command_free(&command);
		if (code == ERR_NOT_FOUND)
			break;
	}
	return ok;
}

/* The failure, and what the screen showed then. */
static void report(struct scenario *scenario, bool ok, const struct screen *screen)
{
	char *save = NULL;
	char *line;

	if (ok) {
		printf("ok %s\n", scenario->path);
		return;
	}
	line = strtok_r(scenario->failure.data, "\n", &save);
	printf("not ok %s: line %d: %s\n", scenario->path, scenario->line, line ? line : "failed");
	while ((line = strtok_r(NULL, "\n", &save)))
		printf("#   %s\n", line);
	if (screen)
		screen_print(screen, scenario->options->verbose);
}

bool scenario_run(const char *path, const struct options *options)
{
	struct scenario scenario;
	struct screen *screen = NULL;
	bool ok;

	init(&scenario, path, options);
	ok = make_folder(&scenario);
	if (ok) {
		set_variables(&scenario);
		ok = run_commands(&scenario);
		if (scenario.terminal)
			screen = screen_take(scenario.terminal);
		/* Also after a failure: a crash is what explains it. */
		ok = scenario_finish(&scenario) && ok;
	}
	report(&scenario, ok, screen);
	screen_free(&screen);
	clean_up(&scenario);
	fflush(stdout);
	return ok;
}
