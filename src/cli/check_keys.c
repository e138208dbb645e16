#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "dacache/base/map.h"
#include "dacache/base/vec.h"
#include "dacache/domain/key_template.h"

/* Actions whose keys have the same form hang together. */
struct owner {
	const char *id;
	const char *name;
	const char *key;
	struct owner *same_collision;
	struct owner *same_shape;
};

struct check_keys {
	struct vec owners;        /* of struct owner *, for freeing */
	struct map *by_collision; /* form -> the first struct owner * */
	struct map *by_shape;
};

enum err_code check_keys_new(struct check_keys **out)
{
	struct check_keys *keys = calloc(1, sizeof(*keys));

	*out = keys;
	if (!keys)
		return ERR_NO_MEMORY;
	vec_init(&keys->owners, sizeof(struct owner *));
	if (map_new(&keys->by_collision) || map_new(&keys->by_shape)) {
		check_keys_free(out);
		return ERR_NO_MEMORY;
	}
	return ERR_OK;
}

void check_keys_free(struct check_keys **keys)
{
	size_t i;

	if (!*keys)
		return;
	for (i = 0; i < (*keys)->owners.len; i++)
		free(*(struct owner **)vec_at(&(*keys)->owners, i));
	vec_free(&(*keys)->owners);
	map_free(&(*keys)->by_collision);
	map_free(&(*keys)->by_shape);
	free(*keys);
	*keys = NULL;
}

/* Puts the owner in front of those with the same form; *next gets them. */
static enum err_code hang(struct map *map, char *form, struct owner *owner, struct owner **next)
{
	enum err_code code = ERR_NO_MEMORY;

	if (form) {
		*next = map_get(map, form);
		code = map_put(map, form, owner);
	}
	free(form);
	return code;
}

enum err_code check_keys_add(struct check_keys *keys, const char *id, const char *name,
			     const char *key)
{
	struct owner *owner;
	enum err_code code;

	if (!key)
		return ERR_OK;
	owner = calloc(1, sizeof(*owner));
	if (!owner || vec_push(&keys->owners, &owner)) {
		free(owner);
		return ERR_NO_MEMORY;
	}
	owner->id = id;
	owner->name = name && *name ? name : id;
	owner->key = key;
	code = hang(keys->by_collision, key_template_collision_form(key), owner,
		    &owner->same_collision);
	return code ? code
		    : hang(keys->by_shape, key_template_shape(key), owner, &owner->same_shape);
}

static const char *collision(void *context, const char *key, const char *exclude_id)
{
	const struct check_keys *keys = context;
	char *form = key_template_collision_form(key);
	const struct owner *owner = form ? map_get(keys->by_collision, form) : NULL;

	free(form);
	while (owner && exclude_id && strcmp(owner->id, exclude_id) == 0)
		owner = owner->same_collision;
	return owner ? owner->name : NULL;
}

static const char *same_shape(void *context, const char *key, const char *exclude_id,
			      const char **other_key)
{
	const struct check_keys *keys = context;
	char *form = key_template_shape(key);
	const struct owner *owner = form ? map_get(keys->by_shape, form) : NULL;

	free(form);
	while (owner && exclude_id && strcmp(owner->id, exclude_id) == 0)
		owner = owner->same_shape;
	if (owner)
		*other_key = owner->key;
	return owner ? owner->name : NULL;
}

struct key_lookup check_keys_lookup(struct check_keys *keys)
{
	return (struct key_lookup){
		.collision = collision, .same_shape = same_shape, .context = keys};
}
