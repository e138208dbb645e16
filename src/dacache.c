/* dacache: puts the layers together. */
#include <fcntl.h>
#include <locale.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dacache/app/demo.h"
#include "dacache/app/feed.h"
#include "dacache/app/recover.h"
#include "dacache/app/replay.h"
#include "dacache/app/session.h"
#include "dacache/app/webhooks.h"
#include "dacache/cli/cli.h"
#include "dacache/store/settings.h"
#include "dacache/ui/ui.h"

/* All that one run opens, closed in one place. */
struct run {
	struct cli_arguments arguments;
	struct profile profile;
	struct demo *demo;
	struct replay *replay;
	int demo_feed;
	struct loop *loop;
	struct session *session;
};

/* Pages of the list come and go by the thousand, in pieces of 100 KiB: what they took is
 * not given back to the system each time, to be asked for again. */
#ifdef __GLIBC__
static void keep_memory(void)
{
	enum { KEPT_BYTES = 4 << 20, MAPPED_BYTES = 1 << 20 };

	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
}
#else
static void keep_memory(void)
{
}
#endif

static const char *environment(const char *name)
{
	return getenv(name);
}

static enum err_code load_profile(struct run *run, struct err *err)
{
	const struct settings_flags flags = {run->arguments.profile, run->arguments.url,
					     run->arguments.read_only};
	struct settings *settings = NULL;
	char *path = NULL;
	enum err_code code = settings_path(PATH_CONFIG, &path, err);

	if (!code)
		code = settings_load(path, &settings, err);
	if (!code)
		code = settings_profile(settings, &flags, environment, &run->profile, err);
	settings_free(&settings);
	free(path);
	/* Exit 3 and 7 are about Data Actions, not about options and settings. */
	if (code == ERR_INVALID || code == ERR_NOT_FOUND)
		code = err->code = ERR_USAGE;
	return code;
}

/* Neither settings nor credentials, and not the user's store: the bundle alone. */
static enum err_code open_replay(struct run *run, struct err *err)
{
	const struct cli_arguments *arguments = &run->arguments;
	enum err_code code;

	if (arguments->profile || arguments->url || arguments->feed || arguments->is_demo)
		return err_set(
			err, ERR_USAGE,
			"--replay stands alone: not with --profile, --url, --feed or --demo");
	code = replay_open(arguments->replay, &run->replay, err);
	return code ? code : replay_profile(run->replay, &run->profile, err);
}

static enum err_code open_profile(struct run *run, struct err *err)
{
	enum err_code code;

	if (run->arguments.replay)
		return open_replay(run, err);
	if (!run->arguments.is_demo)
		return load_profile(run, err);
	code = demo_start(&run->demo, &run->demo_feed, err);
	return code ? code : demo_profile(run->demo, &run->profile, err);
}

static enum err_code open_feed(struct run *run, struct err *err)
{
	int fd = run->demo_feed;

	if (run->arguments.feed)
		return feed_open(run->session, run->arguments.feed, err);
	if (!run->demo)
		return ERR_OK;
	run->demo_feed = -1;
	return feed_open_fd(run->session, fd, "of the simulator", err);
}

/* The environment beats the profile that was asked for by name: right by the rules,
 * and easy to overlook with production's URL exported. */
static void tell_environment(struct run *run)
{
	const char *url = getenv("CXONE_BASE_URL");

	if (!run->arguments.profile || run->arguments.url || !url || !*url)
		return;
	messages_add(session_messages(run->session), SEVERITY_WARNING, NULL,
		     "the tenant is %s, by CXONE_BASE_URL, not by profile '%s'",
		     run->profile.base_url, run->profile.name);
}

static enum err_code open_session(struct run *run, struct err *err)
{
	struct session_options options = {
		.profile = &run->profile,
		.read_only = run->arguments.read_only,
		.is_demo = run->arguments.is_demo,
		.command = run->arguments.command_argc > 0 ? run->arguments.command_argv[0] : NULL,
	};
	enum err_code code = open_profile(run, err);

	if (run->demo)
		options.store_path = demo_store_path(run->demo);
	if (run->replay) {
		options.store_path = replay_store_path(run->replay);
		options.replay = replay_bundle(run->replay);
	}
	if (!code)
		code = loop_new(clock_system(), &run->loop, err);
	if (!code)
		code = session_new(run->loop, &options, &run->session, err);
	if (code == ERR_NOT_FOUND) /* a place for files, and no Data Action */
		code = err->code = ERR_IO;
	if (code)
		return code;
	tell_environment(run);
	return open_feed(run, err);
}

static enum err_code run_screen(struct run *run, struct err *err)
{
	const char *no_color = getenv("NO_COLOR");
	char *history = NULL;
	struct ui_options options = {
		.action_id = run->profile.data_action_id,
		.theme = run->arguments.theme ? run->arguments.theme : run->profile.theme,
		.no_color = run->arguments.no_color || (no_color && *no_color),
		.no_mouse = run->arguments.no_mouse,
	};
	enum err_code code;

	if (!run->demo && !run->replay && settings_path(PATH_HISTORY, &history, NULL) == ERR_OK)
		options.history_path = history;
	recover_start(run->session);
	webhooks_start(run->session);
	code = ui_run(run->loop, run->session, &options, err);
	free(history);
	return code;
}

static void close_run(struct run *run)
{
	session_free(&run->session);
	loop_free(&run->loop);
	profile_clear(&run->profile);
	demo_free(&run->demo);
	replay_free(&run->replay);
}

static int run_all(struct run *run)
{
	struct err err = {0};

	if (open_session(run, &err))
		return cli_complain(&err);
	if (run->arguments.command_argc > 0)
		return cli_run(run->session, &run->arguments);
	return run_screen(run, &err) ? cli_complain(&err) : CLI_DONE;
}

/* A descriptor that is closed would go to the next file opened, and the answer into
 * it: opened the wrong way round, reading and writing fail instead. */
static void hold_standard_files(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			_exit(CLI_FAILED);
}

int main(int argc, char **argv)
{
	struct run run = {.demo_feed = -1};
	struct err err = {0};
	int status;

	hold_standard_files();
	keep_memory();
	signal(SIGPIPE, SIG_IGN);
	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN); /* a peer that is gone is an error of the write */
	if (cli_parse(argc, argv, &run.arguments, &err))
		return cli_complain(&err);
	if (run.arguments.wants_version) {
		puts("dacache " DACACHE_VERSION);
		return fflush(stdout) ? CLI_FAILED : CLI_DONE;
	}
	if (run.arguments.wants_help || cli_wants_command_help(&run.arguments))
		return cli_help(&run.arguments);
	status = run_all(&run);
	close_run(&run);
	return status;
}
