#include "lookups.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "feed.h"
#include "jsonio.h"
#include "sim.h"
#include "zipf.h"

enum { LINE_MAX_BYTES = 64 * 1024, LATE_MAX_US = 1000000 };

struct lookups {
	struct sim *sim;
	struct cache *cache;
	struct feed *feed;
	struct random random;
	int64_t next_us;
	uint64_t total;
	struct buf template;
	struct buf key;
	struct buf line;
};

/* One look-up and what came of it. */
struct outcome {
	size_t slot;
	bool hit;
	bool expired;
	double latency_ms;
	int64_t wall_us;
};

static int64_t ttl_us(void *context, size_t slot)
{
	const struct sim *sim = context;
	struct cache_facts facts = tenant_facts(sim->tenant, slot, NULL);

	return facts.enabled && facts.key_kind == KEY_TEXT ? facts.ttl * 1000000 : 0;
}

enum err_code lookups_new(struct sim *sim, struct lookups **out, struct err *err)
{
	struct lookups *lookups = calloc(1, sizeof(*lookups));
	enum err_code rc;

	if (!lookups)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	lookups->sim = sim;
	lookups->random.state = random_hash((uint64_t)sim->options.seed, 77);
	lookups->next_us = clock_monotonic_us(&sim->clock);
	buf_init(&lookups->template, DOCUMENT_MAX);
	buf_init(&lookups->key, 2 * DOCUMENT_MAX);
	buf_init(&lookups->line, LINE_MAX_BYTES);
	rc = cache_new(ttl_us, sim, &lookups->cache);
	if (rc != ERR_OK)
		err_set(err, rc, "out of memory");
	else
		rc = feed_new(sim->options.feed, &lookups->feed, err);
	if (rc != ERR_OK)
		lookups_free(&lookups);
	*out = lookups;
	return rc;
}

void lookups_free(struct lookups **lookups)
{
	if (!*lookups)
		return;
	cache_free(&(*lookups)->cache);
	feed_free(&(*lookups)->feed);
	buf_free(&(*lookups)->template);
	buf_free(&(*lookups)->key);
	buf_free(&(*lookups)->line);
	free(*lookups);
	*lookups = NULL;
}

void lookups_reset(struct lookups *lookups)
{
	cache_clear(lookups->cache);
	lookups->total = 0;
}

int64_t lookups_due(const struct lookups *lookups)
{
	return lookups->sim->options.lookups_rate > 0 ? lookups->next_us : INT64_MAX;
}

size_t lookups_cached(const struct lookups *lookups)
{
	return cache_count(lookups->cache);
}

uint64_t lookups_total(const struct lookups *lookups)
{
	return lookups->total;
}

/* Who is asked about: contacts come back, some far more often than others.
 * Numbers below the prime never meet. */
static uint64_t draw_value(struct lookups *lookups, size_t slot)
{
	uint64_t shape = random_hash((uint64_t)lookups->sim->options.seed + 5, slot);
	uint64_t distinct = 20 + shape % 700;

	return (zipf_draw(&lookups->random, distinct) * 7919 + shape % 900000) % 1000003;
}

/* The template with every placeholder filled in. */
static void expand_key(const char *template, uint64_t value, struct buf *out)
{
	buf_reset(out);
	while (*template) {
		const char *close = *template == '{' ? strchr(template, '}') : NULL;
		if (close) {
			buf_printf(out, "%06" PRIu64, value);
			template = close + 1;
		} else {
			buf_putc(out, *template ++);
		}
	}
}

static uint64_t hash_text(const char *text, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* A hit takes 1 to 8 ms; a miss what the system behind the action takes, 40
 * to 400 ms. */
static double draw_latency(struct lookups *lookups, size_t slot, bool hit)
{
	uint64_t shape = random_hash((uint64_t)lookups->sim->options.seed + 6, slot);
	double typical = 70.0 + (double)(shape % 140);
	double ms;

	if (hit)
		return 1.0 + 7.0 * random_unit(&lookups->random);
	ms = typical * exp(0.4 * random_normal(&lookups->random));
	return ms < 40.0 ? 40.0 : ms > 400.0 ? 400.0 : ms;
}

static void write_line(struct lookups *lookups, const struct outcome *outcome)
{
	struct buf *line = &lookups->line;
	struct json_object *document;
	struct json_object *key;
	char ts[CLOCK_TEXT_SIZE];

	document = tenant_id(lookups->sim->tenant, outcome->slot);
	key = jsonio_string(buf_str(&lookups->key), lookups->key.len);
	clock_format_rfc3339(outcome->wall_us, ts);
	buf_reset(line);
	buf_printf(line, "{\"ts\":\"%s\",\"dataActionId\":", ts);
	jsonio_write(document, line);
	buf_puts(line, ",\"key\":");
	jsonio_write(key, line);
	buf_printf(line, ",\"hit\":%s,\"latencyMs\":%d.%d%s}\n", outcome->hit ? "true" : "false",
		   (int)outcome->latency_ms, (int)(outcome->latency_ms * 10.0) % 10,
		   outcome->expired ? ",\"status\":\"expired\"" : "");
	if (!line->failed)
		feed_write(lookups->feed, line->data, line->len);
	json_object_put(document);
	json_object_put(key);
}

static void look_up(struct lookups *lookups, int64_t at_us, int64_t wall_us)
{
	const struct tenant *tenant = lookups->sim->tenant;
	struct outcome outcome = {.wall_us = wall_us};
	size_t position;

	if (tenant_count(tenant) == 0)
		return;
	position = (size_t)zipf_draw(&lookups->random, tenant_count(tenant));
	outcome.slot = tenant_slot_at(tenant, position);
	buf_reset(&lookups->template);
	tenant_facts(tenant, outcome.slot, &lookups->template);
	expand_key(buf_str(&lookups->template), draw_value(lookups, outcome.slot), &lookups->key);
	outcome.hit = cache_look_up(lookups->cache, outcome.slot,
				    hash_text(buf_str(&lookups->key), lookups->key.len), at_us,
				    &outcome.expired);
	outcome.latency_ms = draw_latency(lookups, outcome.slot, outcome.hit);
	lookups->total++;
	write_line(lookups, &outcome);
}

void lookups_run(struct lookups *lookups, int64_t now_us)
{
	double mean_us = 1e6 / (double)lookups->sim->options.lookups_rate;
	int64_t wall_us = clock_wall_us(&lookups->sim->clock);

	if (now_us - lookups->next_us > LATE_MAX_US) /* the machine slept: nothing to make up */
		lookups->next_us = now_us;
	while (lookups->next_us <= now_us) {
		look_up(lookups, lookups->next_us, wall_us - (now_us - lookups->next_us));
		lookups->next_us += 1 + (int64_t)(mean_us * random_exponential(&lookups->random));
	}
	feed_flush(lookups->feed);
}
