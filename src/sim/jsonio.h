/* JSON in and out: json-c with the strictness a server needs. */
#ifndef SIM_JSONIO_H
#define SIM_JSONIO_H

#include <json-c/json.h>
#include <stdbool.h>

#include "dacache/base/buf.h"

#define JSONIO_PLAIN (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

/* Exactly one JSON value, UTF-8, nothing after it. ERR_PARSE with the reason
 * in *err (may be NULL). The caller puts *out (NULL is JSON's null). */
enum err_code jsonio_parse(const char *text, size_t len, struct json_object **out, struct err *err);

/* ERR_IO or ERR_PARSE; files to 2 GiB. */
enum err_code jsonio_read_file(const char *path, struct json_object **out, struct err *err);

/* Append as text without blanks. */
enum err_code jsonio_write(struct json_object *value, struct buf *out);

/* A string value from bytes that came off the wire: what is not UTF-8 becomes
 * U+FFFD. */
struct json_object *jsonio_string(const char *text, size_t len);

/* Add a member; a NULL text becomes JSON's null. */
void jsonio_add_text(struct json_object *object, const char *name, const char *text);
void jsonio_add_int(struct json_object *object, const char *name, int64_t value);
void jsonio_add_bool(struct json_object *object, const char *name, bool value);

/* The string member, or NULL when it is absent or of another type. */
const char *jsonio_get_text(struct json_object *object, const char *name);

#endif
