#include "tenant.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/map.h"
#include "dacache/base/vec.h"
#include "jsonio.h"

/* A document kept as text: one that came from a file or was changed. */
struct document {
	char *text;
	size_t len;
	char *key;
	char *id;
	struct cache_facts facts;
};

/* Where both are NULL the document is made from the seed when asked for. */
struct slot {
	struct document *base; /* from the file */
	struct document *now;  /* since it was changed */
	bool removed;
};

struct tenant {
	struct generator generator; /* count 0 where a file was loaded */
	size_t base_slots;          /* slots at the start; later ones were added */
	struct vec slots;           /* struct slot */
	struct vec order;           /* uint32_t: slots in list order */
	struct map *ids;            /* ids that the generator cannot find: slot + 1 */
	size_t changed;
};

static void document_free(struct document **document)
{
	if (!*document)
		return;
	free((*document)->text);
	free((*document)->key);
	free((*document)->id);
	free(*document);
	*document = NULL;
}

static struct cache_facts facts_of(struct json_object *object)
{
	struct cache_facts facts = {.version = 1, .key_kind = KEY_ABSENT};
	struct json_object *member;

	if (json_object_object_get_ex(object, "version", &member))
		facts.version = json_object_get_int64(member);
	if (json_object_object_get_ex(object, "cacheTtl", &member))
		facts.ttl = json_object_get_int64(member);
	if (json_object_object_get_ex(object, "cacheEnabled", &member))
		facts.enabled = json_object_get_boolean(member);
	if (json_object_object_get_ex(object, "cacheKey", &member))
		facts.key_kind =
			json_object_is_type(member, json_type_string) ? KEY_TEXT : KEY_NULL;
	return facts;
}

static enum err_code document_new(struct json_object *object, struct document **out)
{
	struct document *document = calloc(1, sizeof(*document));
	struct json_object *key;
	const char *text;

	if (!document)
		return ERR_NO_MEMORY;
	text = json_object_to_json_string_length(object, JSONIO_PLAIN, &document->len);
	document->text = text ? strdup(text) : NULL;
	document->id = strdup(json_object_get_string(json_object_object_get(object, "id")));
	document->facts = facts_of(object);
	if (document->facts.key_kind == KEY_TEXT) {
		json_object_object_get_ex(object, "cacheKey", &key);
		document->key = strdup(json_object_get_string(key));
	}
	if (!document->text || !document->id ||
	    (document->facts.key_kind == KEY_TEXT && !document->key)) {
		document_free(&document);
		return ERR_NO_MEMORY;
	}
	if (document->len > DOCUMENT_MAX) {
		document_free(&document);
		return ERR_LIMIT;
	}
	*out = document;
	return ERR_OK;
}

static struct slot *slot_at(const struct tenant *tenant, size_t slot)
{
	return vec_at(&tenant->slots, slot);
}

static enum err_code tenant_new(struct tenant **out)
{
	struct tenant *tenant = calloc(1, sizeof(*tenant));

	if (!tenant)
		return ERR_NO_MEMORY;
	vec_init(&tenant->slots, sizeof(struct slot));
	vec_init(&tenant->order, sizeof(uint32_t));
	if (map_new(&tenant->ids) != ERR_OK) {
		free(tenant);
		return ERR_NO_MEMORY;
	}
	*out = tenant;
	return ERR_OK;
}

static enum err_code list_all_slots(struct tenant *tenant)
{
	enum err_code rc = vec_resize(&tenant->order, tenant->slots.len);

	for (size_t i = 0; rc == ERR_OK && i < tenant->slots.len; i++)
		*(uint32_t *)vec_at(&tenant->order, i) = (uint32_t)i;
	return rc;
}

enum err_code tenant_generate(uint64_t seed, uint64_t count, struct tenant **out)
{
	struct tenant *tenant;
	enum err_code rc = tenant_new(&tenant);

	if (rc != ERR_OK)
		return rc;
	tenant->generator = (struct generator){.seed = seed, .count = count};
	tenant->base_slots = (size_t)count;
	rc = vec_resize(&tenant->slots, (size_t)count);
	if (rc == ERR_OK)
		rc = list_all_slots(tenant);
	if (rc != ERR_OK)
		tenant_free(&tenant);
	*out = tenant;
	return rc;
}

/* Refuses what no tenant would hold: no id, or one twice. */
static enum err_code check_new_action(const struct tenant *tenant, struct json_object *action,
				      struct err *err)
{
	struct json_object *id;
	size_t slot;

	if (!json_object_is_type(action, json_type_object))
		return err_set(err, ERR_INVALID, "an action must be a JSON object");
	if (!json_object_object_get_ex(action, "id", &id) ||
	    !json_object_is_type(id, json_type_string) || json_object_get_string_len(id) == 0)
		return err_set(err, ERR_INVALID, "an action needs an \"id\", a string");
	if (tenant_find(tenant, json_object_get_string(id), &slot))
		return err_set(err, ERR_INVALID, "the id \"%s\" is there already",
			       json_object_get_string(id));
	return ERR_OK;
}

/* A slot with its id, not yet in the list. */
static enum err_code add_slot(struct tenant *tenant, struct json_object *action, struct slot slot)
{
	const char *id = json_object_get_string(json_object_object_get(action, "id"));
	uint32_t number = (uint32_t)tenant->slots.len;
	enum err_code rc = vec_push(&tenant->slots, &slot);

	if (rc == ERR_OK)
		rc = vec_push(&tenant->order, &number);
	if (rc == ERR_OK)
		rc = map_put(tenant->ids, id, (void *)((uintptr_t)number + 1));
	return rc;
}

static enum err_code load_action(struct tenant *tenant, struct json_object *action, struct err *err)
{
	struct slot slot = {0};
	enum err_code rc = check_new_action(tenant, action, err);

	if (rc != ERR_OK)
		return rc;
	rc = document_new(action, &slot.base);
	if (rc != ERR_OK)
		return err_set(err, rc, rc == ERR_LIMIT ? "longer than 1 MiB" : "out of memory");
	rc = add_slot(tenant, action, slot);
	if (rc != ERR_OK)
		err_set(err, rc, "out of memory");
	return rc;
}

static struct json_object *actions_of(struct json_object *root)
{
	struct json_object *actions = root;

	if (json_object_is_type(root, json_type_object))
		json_object_object_get_ex(root, "actions", &actions);
	return json_object_is_type(actions, json_type_array) ? actions : NULL;
}

enum err_code tenant_load(const char *path, struct tenant **out, struct err *err)
{
	struct json_object *root = NULL;
	struct json_object *actions;
	struct tenant *tenant = NULL;
	enum err_code rc = jsonio_read_file(path, &root, err);

	if (rc != ERR_OK)
		return rc;
	actions = actions_of(root);
	if (!actions)
		rc = err_set(err, ERR_INVALID, "neither an array nor {\"actions\": [...]}");
	else
		rc = tenant_new(&tenant);
	for (size_t i = 0; rc == ERR_OK && i < json_object_array_length(actions); i++) {
		rc = load_action(tenant, json_object_array_get_idx(actions, i), err);
		if (rc != ERR_OK)
			err_prefix(err, "action %zu", i + 1);
	}
	if (rc == ERR_OK)
		tenant->base_slots = tenant->slots.len;
	else
		tenant_free(&tenant);
	json_object_put(root);
	*out = tenant;
	return rc;
}

void tenant_free(struct tenant **tenant)
{
	if (!*tenant)
		return;
	for (size_t i = 0; i < (*tenant)->slots.len; i++) {
		document_free(&slot_at(*tenant, i)->base);
		document_free(&slot_at(*tenant, i)->now);
	}
	vec_free(&(*tenant)->slots);
	vec_free(&(*tenant)->order);
	map_free(&(*tenant)->ids);
	free(*tenant);
	*tenant = NULL;
}

/* Those of actions that came by tenant_add. */
static void forget_added_ids(struct tenant *tenant)
{
	for (size_t i = tenant->base_slots; i < tenant->slots.len; i++)
		map_remove(tenant->ids, slot_at(tenant, i)->now->id);
}

void tenant_reset(struct tenant *tenant)
{
	forget_added_ids(tenant);
	for (size_t i = 0; i < tenant->slots.len; i++) {
		document_free(&slot_at(tenant, i)->now);
		slot_at(tenant, i)->removed = false;
	}
	vec_resize(&tenant->slots, tenant->base_slots);
	list_all_slots(tenant);
	tenant->changed = 0;
}

size_t tenant_count(const struct tenant *tenant)
{
	return tenant->order.len;
}

size_t tenant_changed_count(const struct tenant *tenant)
{
	return tenant->changed;
}

size_t tenant_slot_at(const struct tenant *tenant, size_t position)
{
	return *(uint32_t *)vec_at(&tenant->order, position);
}

size_t tenant_slots(const struct tenant *tenant)
{
	return tenant->slots.len;
}

bool tenant_find(const struct tenant *tenant, const char *id, size_t *slot)
{
	uint64_t index;
	void *found = map_get(tenant->ids, id);

	if (found)
		*slot = (size_t)(uintptr_t)found - 1;
	else if (generate_find(&tenant->generator, id, &index))
		*slot = (size_t)index;
	else
		return false;
	return !slot_at(tenant, *slot)->removed;
}

bool tenant_is_removed(const struct tenant *tenant, size_t slot)
{
	return slot_at(tenant, slot)->removed;
}

bool tenant_is_changed(const struct tenant *tenant, size_t slot)
{
	return slot_at(tenant, slot)->now != NULL;
}

static const struct document *kept(const struct tenant *tenant, size_t slot)
{
	const struct slot *found = slot_at(tenant, slot);
	return found->now ? found->now : found->base;
}

enum err_code tenant_document(const struct tenant *tenant, size_t slot, struct buf *out)
{
	const struct document *document = kept(tenant, slot);

	if (document)
		return buf_append(out, document->text, document->len);
	generate_document(&tenant->generator, slot, out);
	return out->failed;
}

struct json_object *tenant_parse(const struct tenant *tenant, size_t slot)
{
	struct json_object *object = NULL;
	struct buf text;

	buf_init(&text, DOCUMENT_MAX);
	if (tenant_document(tenant, slot, &text) == ERR_OK)
		jsonio_parse(buf_str(&text), text.len, &object, NULL);
	buf_free(&text);
	return object;
}

struct json_object *tenant_id(const struct tenant *tenant, size_t slot)
{
	const struct document *document = kept(tenant, slot);
	char id[ID_SIZE];

	if (document)
		return json_object_new_string(document->id);
	generate_id(&tenant->generator, slot, id);
	return json_object_new_string(id);
}

struct cache_facts tenant_facts(const struct tenant *tenant, size_t slot, struct buf *key)
{
	const struct document *document = kept(tenant, slot);
	struct cache_facts facts;
	struct buf unwanted;

	if (document) {
		if (key && document->key)
			buf_puts(key, document->key);
		return document->facts;
	}
	buf_init(&unwanted, DOCUMENT_MAX);
	facts = generate_facts(&tenant->generator, slot, key ? key : &unwanted);
	buf_free(&unwanted);
	return facts;
}

enum err_code tenant_store(struct tenant *tenant, size_t slot, struct json_object *document)
{
	struct document *fresh;
	enum err_code rc = document_new(document, &fresh);

	if (rc != ERR_OK)
		return rc;
	if (slot_at(tenant, slot)->now)
		document_free(&slot_at(tenant, slot)->now);
	else
		tenant->changed++;
	slot_at(tenant, slot)->now = fresh;
	return ERR_OK;
}

enum err_code tenant_add(struct tenant *tenant, struct json_object *document, struct err *err)
{
	struct slot slot = {0};
	enum err_code rc = check_new_action(tenant, document, err);

	if (rc != ERR_OK)
		return rc;
	rc = document_new(document, &slot.now);
	if (rc == ERR_OK)
		rc = add_slot(tenant, document, slot);
	if (rc != ERR_OK)
		return err_set(err, rc, "the action cannot be kept");
	tenant->changed++;
	return ERR_OK;
}

enum err_code tenant_remove(struct tenant *tenant, size_t slot)
{
	for (size_t i = 0; i < tenant->order.len; i++) {
		if (tenant_slot_at(tenant, i) == slot) {
			vec_remove(&tenant->order, i);
			slot_at(tenant, slot)->removed = true;
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}
