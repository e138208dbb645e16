/* What was posted to /webhooks/. */
#ifndef SIM_WEBHOOKS_H
#define SIM_WEBHOOKS_H

#include <json-c/json.h>
#include <stddef.h>

#include "request.h"

struct webhooks;

enum err_code webhooks_new(struct webhooks **out);
void webhooks_free(struct webhooks **webhooks);
void webhooks_clear(struct webhooks *webhooks);
uint64_t webhooks_total(const struct webhooks *webhooks);

/* Keep the request (the newest 10000 are kept) and answer it. */
void webhooks_answer(struct request *request);

/* An array, oldest first. The caller puts it. */
struct json_object *webhooks_to_json(const struct webhooks *webhooks);

#endif
