/* The end of a scenario: every process is ended, and what no scenario may leave
 * behind is looked for. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "files.h"
#include "scenario.h"

static bool app_ended(struct scenario *scenario, void *context)
{
	(void)context;
	return !scenario->app.running;
}

static bool sim_ended(struct scenario *scenario, void *context)
{
	(void)context;
	return !scenario->sim.running;
}

/* Takes the last output in, which came before the end was seen. */
static void end_process(struct scenario *scenario, struct process *process, condition_fn *ended,
			const char *what)
{
	if (process->running) {
		kill(process->pid, SIGTERM);
		if (!scenario_wait(scenario, ended, NULL, true, what)) {
			kill(process->pid, SIGKILL);
			waitpid(process->pid, &process->status, 0);
			process->running = false;
		}
	}
	scenario_pump(scenario, 0);
}

static void check_app(struct scenario *scenario, bool was_running)
{
	const struct process *app = &scenario->app;
	const char *left_over = terminal_left_over(scenario->terminal);
	char *end = process_end_text(app);

	if (WIFSIGNALED(app->status)) {
		if (!scenario->end_was_asked && !(was_running && WTERMSIG(app->status) == SIGTERM))
			scenario_fail(scenario, "the program %s", end);
	} else if (left_over) {
		scenario_fail(scenario, "after the program's end: %s", left_over);
	} else if (!scenario->end_was_asked && !was_running && WEXITSTATUS(app->status) != 0) {
		scenario_fail(scenario, "the program %s, and no wait-exit asked for it", end);
	}
	free(end);
}

static void check_sim(struct scenario *scenario, bool was_running)
{
	char *log = scenario_path(scenario, "sim.log");
	char *end = process_end_text(&scenario->sim);
	struct buf text;

	buf_init(&text, 1 << 20);
	if (!was_running || !process_exited_with(&scenario->sim, 0)) {
		file_read(log, &text);
		scenario_fail(scenario, "the simulator %s\n%s", end, buf_str(&text));
	}
	buf_free(&text);
	free(end);
	free(log);
}

/* A report that a sanitizer wrote for any process of the scenario. */
static void check_sanitizers(struct scenario *scenario)
{
	struct dirent *entry;
	struct buf text;
	DIR *folder = opendir(scenario->folder);

	buf_init(&text, 1 << 20);
	while (folder && (entry = readdir(folder))) {
		char *path;

		if (strncmp(entry->d_name, "sanitizer", 9) != 0)
			continue;
		path = scenario_path(scenario, entry->d_name);
		if (file_read(path, &text)) {
			/* It explains whatever else went wrong: it goes first. */
			buf_printf(&text, "\n%s", buf_str(&scenario->failure));
			buf_reset(&scenario->failure);
			scenario_fail(scenario, "a sanitizer's report:\n%s", buf_str(&text));
		}
		free(path);
		break;
	}
	if (folder)
		closedir(folder);
	buf_free(&text);
}

static bool none_left(struct scenario *scenario, void *context)
{
	(void)scenario;
	*(pid_t *)context = process_left_over();
	return *(pid_t *)context == 0;
}

/* The program's children end with it; each gets its time to. */
static void check_left_over(struct scenario *scenario)
{
	pid_t pid = 0;
	char path[64];
	struct buf name;

	if (scenario_wait(scenario, none_left, &pid, true, "a process is left over"))
		return;
	while (pid) {
		snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
		buf_init(&name, 4096);
		file_read(path, &name);
		buf_printf(&scenario->failure, "\nleft over: %d %s", (int)pid, buf_str(&name));
		buf_free(&name);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		pid = process_left_over();
	}
}

bool scenario_finish(struct scenario *scenario)
{
	bool app_was_running = scenario->app.running;
	bool sim_was_running;

	end_process(scenario, &scenario->app, app_ended, "the program does not end on SIGTERM");
	sim_was_running = scenario->sim.running;
	end_process(scenario, &scenario->sim, sim_ended, "the simulator does not end on SIGTERM");
	if (scenario->app.pid)
		check_app(scenario, app_was_running);
	if (scenario->sim.pid)
		check_sim(scenario, sim_was_running);
	check_left_over(scenario);
	check_sanitizers(scenario);
	return scenario->failure.len == 0;
}
