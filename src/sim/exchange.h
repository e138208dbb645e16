/* From a whole request to its finished answer. */
#ifndef SIM_EXCHANGE_H
#define SIM_EXCHANGE_H

#include "request.h"

/* Fill request->reply and request->due_us. */
void exchange_run(struct request *request);

#endif
