#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sim/jsonio.h"
#include "../../src/sim/random.h"
#include "../../src/sim/tenant.h"
#include "dacache/base/map.h"

enum { ACTIONS = 20000 };

static void mixing_is_undone(void **state)
{
	struct random random = {.state = 1};

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint64_t x = random_next(&random);
		assert_true(random_unmix(random_mix(x)) == x);
		assert_true(random_mix(random_unmix(x)) == x);
	}
}

static void ids_lead_back(void **state)
{
	struct generator generator = {.seed = 9, .count = ACTIONS};
	struct generator other = {.seed = 10, .count = ACTIONS};
	char id[ID_SIZE];
	uint64_t index;

	(void)state;
	for (uint64_t i = 0; i < ACTIONS; i++) {
		generate_id(&generator, i, id);
		assert_true(generate_find(&generator, id, &index));
		assert_true(index == i);
		assert_false(generate_find(&other, id, &index));
	}
	generate_id(&generator, ACTIONS, id);
	assert_false(generate_find(&generator, id, &index));
	assert_false(generate_find(&generator, "", &index));
	assert_false(generate_find(&generator, "custom_-_", &index));
	generate_id(&generator, 0, id);
	id[strlen(id) - 1] ^= 1;
	assert_false(generate_find(&generator, id, &index));
}

/* What generate_facts says is what the document says. */
static void check_document(const struct tenant *tenant, size_t slot)
{
	struct json_object *document = tenant_parse(tenant, slot);
	struct json_object *key = NULL;
	struct cache_facts facts;
	struct buf text;

	assert_non_null(document);
	buf_init(&text, 4096);
	facts = tenant_facts(tenant, slot, &text);
	assert_int_equal(facts.version,
			 json_object_get_int64(json_object_object_get(document, "version")));
	assert_int_equal(facts.ttl,
			 json_object_get_int64(json_object_object_get(document, "cacheTtl")));
	assert_int_equal(facts.enabled,
			 json_object_get_boolean(json_object_object_get(document, "cacheEnabled")));
	assert_int_equal(facts.key_kind != KEY_ABSENT,
			 json_object_object_get_ex(document, "cacheKey", &key));
	assert_int_equal(facts.key_kind == KEY_TEXT, key != NULL);
	if (key)
		assert_string_equal(buf_str(&text), json_object_get_string(key));
	buf_free(&text);
	json_object_put(document);
}

static void documents_are_json_and_agree(void **state)
{
	struct tenant *tenant;

	(void)state;
	assert_int_equal(tenant_generate(3, ACTIONS, &tenant), ERR_OK);
	for (size_t i = 0; i < ACTIONS; i++)
		check_document(tenant, i);
	tenant_free(&tenant);
}

/* Keys that are meant to be the only ones are. */
static void plain_keys_are_unique(void **state)
{
	struct generator generator = {.seed = 2, .count = ACTIONS};
	struct map *seen;
	size_t twice = 0;

	(void)state;
	assert_int_equal(map_new(&seen), ERR_OK);
	for (uint64_t i = 0; i < ACTIONS; i++) {
		struct buf key;
		buf_init(&key, 4096);
		if (generate_facts(&generator, i, &key).key_kind == KEY_TEXT) {
			twice += map_has(seen, buf_str(&key));
			map_put(seen, buf_str(&key), seen);
		}
		buf_free(&key);
	}
	assert_int_equal(twice, ACTIONS / 50); /* one of 50 has another's very key */
	map_free(&seen);
}

static struct json_object *new_action(const char *id)
{
	struct json_object *action = json_object_new_object();

	jsonio_add_text(action, "id", id);
	return action;
}

static void the_list_moves_and_comes_back(void **state)
{
	struct tenant *tenant;
	struct json_object *action = new_action("fresh");
	size_t first;
	size_t slot;
	struct err err;

	(void)state;
	assert_int_equal(tenant_generate(1, 5, &tenant), ERR_OK);
	first = tenant_slot_at(tenant, 0);
	assert_int_equal(tenant_remove(tenant, first), ERR_OK);
	assert_int_equal(tenant_remove(tenant, first), ERR_NOT_FOUND);
	assert_int_equal(tenant_count(tenant), 4);
	assert_true(tenant_slot_at(tenant, 0) != first);
	assert_int_equal(tenant_add(tenant, action, &err), ERR_OK);
	assert_int_equal(tenant_add(tenant, action, &err), ERR_INVALID);
	assert_int_equal(tenant_count(tenant), 5);
	assert_true(tenant_find(tenant, "fresh", &slot));
	assert_int_equal(tenant_slot_at(tenant, 4), slot);
	tenant_reset(tenant);
	assert_int_equal(tenant_count(tenant), 5);
	assert_int_equal(tenant_slot_at(tenant, 0), first);
	assert_false(tenant_find(tenant, "fresh", &slot));
	assert_int_equal(tenant_changed_count(tenant), 0);
	json_object_put(action);
	tenant_free(&tenant);
}

static void a_change_is_kept_until_the_reset(void **state)
{
	struct tenant *tenant;
	struct json_object *document;
	struct cache_facts before;

	(void)state;
	assert_int_equal(tenant_generate(1, 3, &tenant), ERR_OK);
	before = tenant_facts(tenant, 1, NULL);
	document = tenant_parse(tenant, 1);
	jsonio_add_int(document, "version", before.version + 1);
	jsonio_add_int(document, "cacheTtl", 77);
	assert_int_equal(tenant_store(tenant, 1, document), ERR_OK);
	json_object_put(document);
	assert_int_equal(tenant_facts(tenant, 1, NULL).ttl, 77);
	assert_true(tenant_is_changed(tenant, 1));
	assert_false(tenant_is_changed(tenant, 2));
	check_document(tenant, 1);
	tenant_reset(tenant);
	assert_int_equal(tenant_facts(tenant, 1, NULL).ttl, before.ttl);
	assert_int_equal(tenant_facts(tenant, 1, NULL).version, before.version);
	tenant_free(&tenant);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mixing_is_undone),
		cmocka_unit_test(ids_lead_back),
		cmocka_unit_test(documents_are_json_and_agree),
		cmocka_unit_test(plain_keys_are_unique),
		cmocka_unit_test(the_list_moves_and_comes_back),
		cmocka_unit_test(a_change_is_kept_until_the_reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
