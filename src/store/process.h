/* Whose a row of the store is. Private to the store. */
#ifndef DACACHE_STORE_PROCESS_H
#define DACACHE_STORE_PROCESS_H

#include <stdbool.h>

#include "dacache/base/err.h"

struct store;

enum { PROCESS_SIZE = 160 };

/* This process in words that no other one ever has: pid, start time, boot, pid
 * namespace. */
void process_self(char out[PROCESS_SIZE]);

/* Whether the process that these words came from still runs; true also where that
 * cannot be told. */
bool process_is_alive(const char *words);

/* The first dead one of the owners that sql answers, this tenant's id its one
 * parameter. "" when all of them live. */
enum err_code process_find_dead(struct store *store, const char *sql, char out[PROCESS_SIZE],
				struct err *err);

#endif
