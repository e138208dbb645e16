/* An entry of the audit from its JSON: for bundles. */
#ifndef DACACHE_SRC_DOMAIN_AUDIT_ENTRY_READ_H
#define DACACHE_SRC_DOMAIN_AUDIT_ENTRY_READ_H

#include <json-c/json.h>

#include "dacache/domain/audit_entry.h"

/* As audit_entry_to_json wrote it. ERR_PARSE without seq, timestamp, action or a known
 * outcome; *out is then clear. */
enum err_code audit_entry_from_json(struct json_object *object, struct audit_entry *out);

#endif
