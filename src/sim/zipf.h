/* Ranks where the k-th is asked for in proportion to 1/k. */
#ifndef SIM_ZIPF_H
#define SIM_ZIPF_H

#include <stdint.h>

#include "random.h"

/* A rank from 0 to n - 1 (n at least 1), in constant time. */
uint64_t zipf_draw(struct random *random, uint64_t n);

#endif
