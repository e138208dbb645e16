/* /api/v2/dataactions and /api/v2/dataactions/{id}. */
#ifndef SIM_ACTIONS_H
#define SIM_ACTIONS_H

#include <stddef.h>

#include "request.h"

#define ACTIONS_PATH "/api/v2/dataactions"

/* The request's path is ACTIONS_PATH, or that and "/" and one segment. */
void actions_answer_list(struct request *request);
void actions_answer_one(struct request *request, const char *segment);

#endif
