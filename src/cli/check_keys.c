#include <stdlib.h>

#include "check.h"
#include "dacache/domain/overlap.h"

struct check_keys {
	struct overlap_set *set;
};

enum err_code check_keys_new(struct check_keys **out)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return ERR_NO_MEMORY;
	if (overlap_set_new(&(*out)->set)) {
		check_keys_free(out);
		return ERR_NO_MEMORY;
	}
	return ERR_OK;
}

void check_keys_free(struct check_keys **keys)
{
	if (!*keys)
		return;
	overlap_set_free(&(*keys)->set);
	free(*keys);
	*keys = NULL;
}

enum err_code check_keys_add(struct check_keys *keys, const char *id, const char *name,
			     const char *key)
{
	const struct key_owner owner = {id, name && *name ? name : id, key};

	return overlap_set_add(keys->set, &owner);
}

static const char *collision(void *context, const char *key, const char *exclude_id)
{
	const struct check_keys *keys = context;
	const struct key_owner *owner = overlap_set_collision(keys->set, key, exclude_id);

	return owner ? owner->name : NULL;
}

static const char *overlap(void *context, const char *key, const char *exclude_id,
			   const char **other_key, struct buf *example)
{
	const struct check_keys *keys = context;
	const struct key_owner *owner = overlap_set_overlap(keys->set, key, exclude_id, example);

	if (owner)
		*other_key = owner->key;
	return owner ? owner->name : NULL;
}

struct key_lookup check_keys_lookup(struct check_keys *keys)
{
	return (struct key_lookup){.collision = collision, .overlap = overlap, .context = keys};
}
