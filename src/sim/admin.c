#include "admin.h"

#include <json-c/json.h>

#include "change.h"
#include "jsonio.h"
#include "names.h"
#include "sim.h"
#include "zipf.h"

/* From half to one and a half times the interval asked for. */
static void schedule(struct admin *admin, const struct sim *sim, int64_t now_us)
{
	double interval = (double)sim->options.busy_admin * 1e6;

	admin->next_us = now_us + (int64_t)(interval * (0.5 + random_unit(&admin->random)));
}

void admin_start(struct admin *admin, const struct sim *sim)
{
	admin->random.state = random_hash((uint64_t)sim->options.seed, 78);
	admin->next_us = INT64_MAX;
	if (sim->options.busy_admin > 0)
		schedule(admin, sim, clock_monotonic_us(&sim->clock));
}

void admin_run(struct admin *admin, struct sim *sim, int64_t now_us)
{
	struct json_object *touch;
	struct json_object *id;
	size_t slot;

	if (now_us < admin->next_us)
		return;
	schedule(admin, sim, now_us);
	if (tenant_count(sim->tenant) == 0)
		return;
	slot = tenant_slot_at(sim->tenant, zipf_draw(&admin->random, tenant_count(sim->tenant)));
	id = tenant_id(sim->tenant, slot);
	touch = json_object_new_object();
	json_object_object_add(touch, "id", id);
	jsonio_add_text(touch, "by", name_editors[random_next(&admin->random) % name_editor_count]);
	change_by_touch(sim, touch, NULL, &slot, NULL);
	json_object_put(touch);
}
