#include "sim.h"

#include "faults.h"
#include "jsonio.h"
#include "lookups.h"
#include "reqlog.h"
#include "webhooks.h"

static enum err_code open_tenant(struct sim *sim, struct err *err)
{
	const struct options *options = &sim->options;

	if (options->data) {
		if (tenant_load(options->data, &sim->tenant, err) != ERR_OK)
			return err_prefix(err, "--data %s", options->data);
		return ERR_OK;
	}
	if (tenant_generate((uint64_t)options->seed, (uint64_t)options->actions, &sim->tenant))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return ERR_OK;
}

/* The faults the command line gave, or none. */
static enum err_code load_faults(struct sim *sim, struct err *err)
{
	struct json_object *specs = NULL;
	enum err_code rc;

	if (sim->options.faults)
		rc = jsonio_read_file(sim->options.faults, &specs, err);
	else
		rc = (specs = json_object_new_array()) ? ERR_OK : ERR_NO_MEMORY;
	if (rc == ERR_OK)
		rc = faults_set(sim->faults, specs, err);
	json_object_put(specs);
	return rc == ERR_OK || !sim->options.faults
		       ? rc
		       : err_prefix(err, "--faults %s", sim->options.faults);
}

static void set_quota(struct sim *sim)
{
	int64_t allowed = sim->options.rate_allowed;

	sim->quota_allowed = allowed == 0 ? -1 : allowed;
	sim->quota_seconds = sim->options.rate_seconds;
}

enum err_code sim_open(struct sim *sim, const struct options *options, struct err *err)
{
	enum err_code rc;

	*sim = (struct sim){.options = *options, .clock = clock_system()};
	sim->random.state =
		random_hash((uint64_t)options->seed, (uint64_t)clock_wall_us(&sim->clock));
	set_quota(sim);
	if (tokens_new(&sim->tokens) != ERR_OK || faults_new(&sim->faults) != ERR_OK ||
	    reqlog_new(&sim->log) != ERR_OK || webhooks_new(&sim->webhooks) != ERR_OK)
		rc = err_set(err, ERR_NO_MEMORY, "out of memory");
	else
		rc = open_tenant(sim, err);
	if (rc == ERR_OK)
		rc = load_faults(sim, err);
	if (rc == ERR_OK && options->feed && options->run == RUN_SERVE)
		rc = lookups_new(sim, &sim->lookups, err);
	admin_start(&sim->admin, sim);
	if (rc != ERR_OK)
		sim_close(sim);
	return rc;
}

void sim_close(struct sim *sim)
{
	lookups_free(&sim->lookups);
	tenant_free(&sim->tenant);
	tokens_free(&sim->tokens);
	faults_free(&sim->faults);
	reqlog_free(&sim->log);
	webhooks_free(&sim->webhooks);
}

int64_t sim_due(const struct sim *sim)
{
	int64_t due = sim->lookups ? lookups_due(sim->lookups) : INT64_MAX;

	return due < sim->admin.next_us ? due : sim->admin.next_us;
}

void sim_run(struct sim *sim, int64_t now_us)
{
	if (sim->lookups && lookups_due(sim->lookups) <= now_us)
		lookups_run(sim->lookups, now_us);
	admin_run(&sim->admin, sim, now_us);
}

enum err_code sim_reset(struct sim *sim, struct err *err)
{
	tenant_reset(sim->tenant);
	tokens_reset(sim->tokens);
	reqlog_clear(sim->log);
	webhooks_clear(sim->webhooks);
	if (sim->lookups)
		lookups_reset(sim->lookups);
	set_quota(sim);
	return load_faults(sim, err);
}

enum err_code sim_dump(const struct sim *sim, FILE *out, struct err *err)
{
	struct buf line;
	enum err_code rc = ERR_OK;

	buf_init(&line, DOCUMENT_MAX);
	fputs("{\"actions\": [\n", out);
	for (size_t i = 0; rc == ERR_OK && i < tenant_count(sim->tenant); i++) {
		buf_reset(&line);
		rc = tenant_document(sim->tenant, tenant_slot_at(sim->tenant, i), &line);
		fprintf(out, "%s%s", i > 0 ? ",\n" : "", buf_str(&line));
	}
	buf_free(&line);
	fputs("\n]}\n", out);
	if (rc != ERR_OK)
		return err_set(err, rc, "out of memory");
	if (fflush(out) != 0 || ferror(out))
		return err_set(err, ERR_IO, "the tenant cannot be written");
	return ERR_OK;
}
