/* PUT of one Data Action. */
#ifndef SIM_PUT_H
#define SIM_PUT_H

#include <stddef.h>

#include "request.h"

/* Access and existence were checked; `id` is the action's. */
void put_action(struct request *request, size_t slot, const char *id);

#endif
