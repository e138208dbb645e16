/* What the files that open a store share. */
#ifndef DACACHE_SRC_STORE_STORE_OPEN_H
#define DACACHE_SRC_STORE_STORE_OPEN_H

#include "statement.h"

/* The row of that tenant, if it has one, is store's from now on. */
enum err_code store_find_tenant(struct store *store, const char *tenant, struct err *err);

/* For want of rights, not for want of room. */
bool store_may_only_be_read(const char *path);

enum err_code store_open_reading(const char *path, const char *tenant, struct store **out,
				 struct err *err);

#endif
