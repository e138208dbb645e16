/* The test controls under /__sim/. */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include "request.h"

#define CONTROL_PREFIX "/__sim/"

void control_answer(struct request *request);

#endif
