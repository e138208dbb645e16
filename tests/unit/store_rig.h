/* A store in the test's directory, and what stands in it. */
#ifndef TESTS_UNIT_STORE_RIG_H
#define TESTS_UNIT_STORE_RIG_H

#include <stdint.h>

#include "dacache/store/store.h"

/* state: of temp_dir_setup. */
struct store *store_rig_open(void **state, const char *tenant);
/* The one number that a query answers. */
int64_t store_rig_number(struct store *store, const char *sql);

#endif
