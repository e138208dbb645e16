/* drive: runs the scenarios of the screen. See README in this folder for the
 * language; in short:
 *
 *	sim --actions 40 --seed 7      a simulator; ${URL}, ${PORT}, ${DIR}
 *	size 80x24
 *	start                          dacache, on a terminal
 *	expect "Data Actions" row 2
 *	send j j <Enter>
 *	expect /EDIT +Get Open/ row 1 bold
 *	expect-not "!"                 once the program is at rest
 *	call GET /__sim/requests
 *	call-expect count 1 "PUT"
 *	send q
 *	wait-exit 0
 *
 * Each wait is for a state of the screen, with a limit; nothing sleeps, and no
 * time is asserted. */
#include <curl/curl.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "scenario.h"

static const char usage[] =
	"usage: drive [--dacache PATH] [--sim PATH] [--keep] [--no-proc] [-v] FILE.tui...\n"
	"Environment: DACACHE, DACACHE_SIM (the programs),\n"
	"driver's own tests), DACACHE_TUI_TIMEOUT (the least limit, in seconds),\n"
	"DACACHE_GOLDEN_WRITE=1 (golden files are written, not compared).\n";

static bool read_options(int argc, char **argv, struct options *options)
{
	static const struct option names[] = {
		{"dacache", required_argument, NULL, 'd'}, {"sim", required_argument, NULL, 's'},
		{"keep", no_argument, NULL, 'k'},          {"no-proc", no_argument, NULL, 'n'},
		{"verbose", no_argument, NULL, 'v'},       {NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "v", names, NULL)) != -1) {
		switch (option) {
		case 'd':
			options->dacache = optarg;
			break;
		case 's':
			options->sim = optarg;
			break;
		case 'k':
			options->keep = true;
			break;
		case 'n':
			options->no_proc = true;
			break;
		case 'v':
			options->verbose = true;
			break;
		default:
			return false;
		}
	}
	return optind < argc;
}

static void read_environment(struct options *options)
{
	const char *limit = getenv("DACACHE_TUI_TIMEOUT");

	options->dacache = getenv("DACACHE");
	options->sim = getenv("DACACHE_SIM");
	options->least_limit = limit ? atof(limit) : 0;
	options->write_golden = getenv("DACACHE_GOLDEN_WRITE") != NULL;
}

/* The programs run in the scenario's folder. A path of the environment does
 * not outlive the clearing of it either. */
static char *absolute(const char *path)
{
	return path ? realpath(path, NULL) : NULL;
}

int main(int argc, char **argv)
{
	struct options options = {.wake_fd = -1};
	char *dacache;
	char *sim;
	int failed = 0;

	setlocale(LC_ALL, "C.UTF-8");
	read_environment(&options);
	if (!read_options(argc, argv, &options)) {
		fputs(usage, stderr);
		return 2;
	}
	dacache = absolute(options.dacache);
	sim = absolute(options.sim);
	options.dacache = dacache;
	options.sim = sim;
	options.wake_fd = process_wake_fd();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	for (int i = optind; i < argc; i++)
		failed += !scenario_run(argv[i], &options);
	curl_global_cleanup();
	close(options.wake_fd);
	free(dacache);
	free(sim);
	return failed ? 1 : 0;
}
