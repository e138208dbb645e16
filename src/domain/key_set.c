#include "dacache/domain/key_set.h"

#include <stdlib.h>

struct key_set {
	struct overlap_set *set;
};

enum err_code key_set_new(struct key_set **out)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return ERR_NO_MEMORY;
	if (overlap_set_new(&(*out)->set)) {
		key_set_free(out);
		return ERR_NO_MEMORY;
	}
	return ERR_OK;
}

void key_set_free(struct key_set **keys)
{
	if (!*keys)
		return;
	overlap_set_free(&(*keys)->set);
	free(*keys);
	*keys = NULL;
}

enum err_code key_set_add(struct key_set *keys, const char *id, const char *name, const char *key)
{
	const struct key_owner owner = {id, name && *name ? name : id, key};

	return overlap_set_add(keys->set, &owner);
}

const struct key_owner *key_set_collision(struct key_set *keys, const char *key,
					  const char *exclude_id)
{
	return overlap_set_collision(keys->set, key, exclude_id);
}

static const char *collision(void *context, const char *key, const char *exclude_id)
{
	const struct key_owner *owner = key_set_collision(context, key, exclude_id);

	return owner ? owner->name : NULL;
}

static const char *overlap(void *context, const char *key, const char *exclude_id,
			   const char **other_key, struct buf *example)
{
	const struct key_set *keys = context;
	const struct key_owner *owner = overlap_set_overlap(keys->set, key, exclude_id, example);

	if (owner)
		*other_key = owner->key;
	return owner ? owner->name : NULL;
}

struct key_lookup key_set_lookup(struct key_set *keys)
{
	return (struct key_lookup){.collision = collision, .overlap = overlap, .context = keys};
}
