/* dacache-sim: a tenant of Data Actions on loopback. */
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "server.h"
#include "sim.h"

enum { EXIT_DONE, EXIT_FAILED, EXIT_USAGE };

static enum err_code serve(struct sim *sim, struct err *err)
{
	struct server *server = NULL;
	enum err_code rc = server_new(sim, &server, err);

	if (rc != ERR_OK)
		return rc;
	printf("listening on %s://127.0.0.1:%d\n", sim->options.tls_cert ? "https" : "http",
	       server_port(server));
	fflush(stdout);
	rc = server_run(server, err);
	server_free(&server);
	return rc;
}

/* Ends with the parent, also when it is killed. */
static bool follow_parent(pid_t parent)
{
	return prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent;
}

static int complain(const struct err *err, int status)
{
	fprintf(stderr, "dacache-sim: %s\n", err->text);
	return status;
}

static int run(const struct options *options)
{
	struct sim sim;
	struct err err;
	enum err_code rc;

	err_clear(&err);
	if (sim_open(&sim, options, &err) != ERR_OK)
		return complain(&err, EXIT_USAGE);
	if (options->run == RUN_DUMP)
		rc = sim_dump(&sim, stdout, &err);
	else
		rc = serve(&sim, &err);
	sim_close(&sim);
	return rc == ERR_OK ? EXIT_DONE : complain(&err, EXIT_FAILED);
}

int main(int argc, char **argv)
{
	pid_t parent = getppid();
	struct options options;
	struct err err;

	err_clear(&err);
	if (options_parse(argc, argv, &options, &err) != ERR_OK)
		return complain(&err, EXIT_USAGE);
	if (options.exit_with_parent && !follow_parent(parent))
		return EXIT_FAILED;
	signal(SIGPIPE, SIG_IGN);
	switch (options.run) {
	case RUN_HELP:
		fputs(options_help, stdout);
		return EXIT_DONE;
	case RUN_VERSION:
		puts("dacache-sim " DACACHE_VERSION);
		return EXIT_DONE;
	default:
		return run(&options);
	}
}
