/* Keys of many actions, asked for collisions: those of a tenant as they will be once a
 * whole file was applied. */
#ifndef DACACHE_DOMAIN_KEY_SET_H
#define DACACHE_DOMAIN_KEY_SET_H

#include "dacache/base/err.h"
#include "dacache/domain/overlap.h"
#include "dacache/domain/validate.h"

struct key_set;

enum err_code key_set_new(struct key_set **out);
void key_set_free(struct key_set **keys);
/* Copies nothing: the texts must outlive keys. A NULL key is left out. */
enum err_code key_set_add(struct key_set *keys, const char *id, const char *name, const char *key);
/* The action, but not exclude_id, whose key collides with this one; NULL: none. */
const struct key_owner *key_set_collision(struct key_set *keys, const char *key,
					  const char *exclude_id);
/* Its answers are the names of actions, or their ids where they have none. */
struct key_lookup key_set_lookup(struct key_set *keys);

#endif
