#include "exchange.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "actions.h"
#include "oauth.h"
#include "sim.h"

static void route(struct request *request)
{
	const char *path = request->path;
	size_t len = sizeof(ACTIONS_PATH) - 1;

	if (strcmp(path, "/oauth/token") == 0)
		oauth_answer(request);
	else if (strcmp(path, ACTIONS_PATH) == 0)
		actions_answer_list(request);
	else if (strncmp(path, ACTIONS_PATH "/", len + 1) == 0 && path[len + 1] != '\0' &&
		 !strchr(path + len + 1, '/'))
		actions_answer_one(request, path + len + 1);
	else
		request_fail(request, 404, "not.found", "Nothing is at this path.");
}

static void give_correlation(struct request *request)
{
	uint64_t high = random_next(&request->sim->random);
	uint64_t low = random_next(&request->sim->random);

	snprintf(request->correlation, sizeof(request->correlation),
		 "%08x-%04x-4%03x-a%03x-%012" PRIx64, (unsigned int)(high >> 32),
		 (unsigned int)(high >> 16 & 0xffff), (unsigned int)(high & 0xfff),
		 (unsigned int)(low >> 52), low & UINT64_C(0xffffffffffff));
}

void exchange_run(struct request *request)
{
	struct sim *sim = request->sim;

	give_correlation(request);
	route(request);
	access_add_quota(request);
	reply_set_header(&request->reply, "ININ-Correlation-Id", request->correlation);
	request->due_us = clock_monotonic_us(&sim->clock) + sim->options.latency_ms * 1000;
}
