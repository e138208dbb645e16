/* The tenant: its Data Actions in order, as they stand now. */
#ifndef SIM_TENANT_H
#define SIM_TENANT_H

#include <json-c/json.h>
#include <stddef.h>

#include "generate.h"

/* The longest document kept, in bytes. */
enum { DOCUMENT_MAX = 1024 * 1024 };

struct tenant;

/* A tenant of `count` actions made from a seed. */
enum err_code tenant_generate(uint64_t seed, uint64_t count, struct tenant **out);
/* A tenant from a file: an array of actions, or {"actions": [...]}. *err says
 * which action is off. */
enum err_code tenant_load(const char *path, struct tenant **out, struct err *err);
void tenant_free(struct tenant **tenant);

/* Everything as it was at the start. */
void tenant_reset(struct tenant *tenant);

/* Actions that are there now, in list order. */
size_t tenant_count(const struct tenant *tenant);
size_t tenant_changed_count(const struct tenant *tenant);
/* The slot (a lasting number) of the action at a position below the count. */
size_t tenant_slot_at(const struct tenant *tenant, size_t position);
/* Slots that were ever in use: every slot is below this. */
size_t tenant_slots(const struct tenant *tenant);
/* False for an unknown or removed action. */
bool tenant_find(const struct tenant *tenant, const char *id, size_t *slot);
bool tenant_is_removed(const struct tenant *tenant, size_t slot);
bool tenant_is_changed(const struct tenant *tenant, size_t slot);

/* Append the document's JSON text. */
enum err_code tenant_document(const struct tenant *tenant, size_t slot, struct buf *out);
/* The document parsed; the caller puts it. NULL when out of memory. */
struct json_object *tenant_parse(const struct tenant *tenant, size_t slot);
/* The action's id, a JSON string; the caller puts it. */
struct json_object *tenant_id(const struct tenant *tenant, size_t slot);
/* The facts; the cache key, where there is one, is appended to key (NULL: not
 * wanted). */
struct cache_facts tenant_facts(const struct tenant *tenant, size_t slot, struct buf *key);

/* Take `document` as the action's new state. ERR_LIMIT when it is too long. */
enum err_code tenant_store(struct tenant *tenant, size_t slot, struct json_object *document);
/* A new action at the end of the list. ERR_INVALID without an id or with one
 * that is there already. */
enum err_code tenant_add(struct tenant *tenant, struct json_object *document, struct err *err);
enum err_code tenant_remove(struct tenant *tenant, size_t slot);

#endif
