/* Who may ask, and how often. */
#ifndef SIM_ACCESS_H
#define SIM_ACCESS_H

#include <stdbool.h>

#include "token.h"

struct request;

/* Checks the bearer token, the quota and the scope, in this order; false when
 * the refusal is already the answer. */
bool access_check(struct request *request, enum scope needed);

/* Notes whose token it is, good or bad; refuses and counts nothing. */
void access_identify(struct request *request);

/* The quota headers, as they stand for whoever asked. */
void access_add_quota(struct request *request);

#endif
