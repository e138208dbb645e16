/* Cache key templates: text with {placeholders}. */
#ifndef DACACHE_DOMAIN_KEY_TEMPLATE_H
#define DACACHE_DOMAIN_KEY_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"

/* ERR_INVALID with a text for the form: empty, no letter or digit ("cacheKey
 * must contain alphanumeric characters"), control characters, braces not
 * balanced, nested, or a placeholder without a name. */
enum err_code key_template_check(const char *key, struct err *err);

/* Call fn for each placeholder's name (not NUL-terminated), in order; works on
 * broken templates too (what is well formed is reported). */
void key_template_placeholders(const char *key,
			       void (*fn)(void *context, const char *name, size_t len),
			       void *context);

/* Equal after trimming white space and lower-casing (vectors/collision.json). No
 * key (NULL) collides with nothing. */
bool key_template_collides(const char *a, const char *b);

/* malloc'd comparison form: two keys collide when their forms are equal. */
char *key_template_collision_form(const char *key);

/* malloc'd: the collision form with each placeholder a KEY_PATTERN_ANY. Templates that
 * differ in placeholders' names alone have the same pattern. NULL: no memory. */
char *key_template_pattern(const char *key);
/* The same from the collision form, in its own bytes. */
void key_template_to_pattern(char *form);
/* A byte that UTF-8 does not have. */
#define KEY_PATTERN_ANY '\xff'

/* An example of a key the template produces: each placeholder filled by `fill`. */
enum err_code key_template_example(const char *key, const char *fill, struct buf *out);

#endif
