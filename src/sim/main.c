/* dacache-sim: a tenant of Data Actions on loopback. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "server.h"
#include "sim.h"

enum { EXIT_DONE, EXIT_FAILED, EXIT_USAGE };

static enum err_code open_tenant(struct sim *sim, struct err *err)
{
	const struct options *options = &sim->options;

	if (options->data) {
		if (tenant_load(options->data, &sim->tenant, err) != ERR_OK)
			return err_prefix(err, "%s", options->data);
		return ERR_OK;
	}
	if (tenant_generate((uint64_t)options->seed, (uint64_t)options->actions, &sim->tenant))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return ERR_OK;
}

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

static void sim_close(struct sim *sim)
{
	tenant_free(&sim->tenant);
	tokens_free(&sim->tokens);
}

static enum err_code run(struct sim *sim, struct err *err)
{
	enum err_code rc = open_tenant(sim, err);

	if (rc == ERR_OK)
		rc = tokens_new(&sim->tokens);
	if (rc == ERR_OK)
		rc = serve(sim, err);
	sim_close(sim);
	return rc;
}

int main(int argc, char **argv)
{
	struct sim sim = {.clock = clock_system()};
	struct err err;

	err_clear(&err);
	if (options_parse(argc, argv, &sim.options, &err) != ERR_OK) {
		fprintf(stderr, "dacache-sim: %s\n", err.text);
		return EXIT_USAGE;
	}
	if (sim.options.run == RUN_HELP) {
		fputs(options_help, stdout);
		return EXIT_DONE;
	}
	if (sim.options.run == RUN_VERSION) {
		puts("dacache-sim " DACACHE_VERSION);
		return EXIT_DONE;
	}
	signal(SIGPIPE, SIG_IGN);
	sim.random.state =
		random_hash((uint64_t)sim.options.seed, (uint64_t)clock_wall_us(&sim.clock));
	if (run(&sim, &err) != ERR_OK) {
		fprintf(stderr, "dacache-sim: %s\n", err.text);
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}
