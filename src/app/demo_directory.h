/* Where a demo keeps its store: a directory that goes with it. */
#ifndef DACACHE_SRC_APP_DEMO_DIRECTORY_H
#define DACACHE_SRC_APP_DEMO_DIRECTORY_H

#include "dacache/base/err.h"

enum { DEMO_PATH_MAX = 256 };

struct demo_directory {
	char path[DEMO_PATH_MAX]; /* "" before it is made */
	int fd;                   /* locked while its owner lives; -1: none */
};

/* A new one in the directory base. ERR_IO. */
enum err_code demo_directory_make(const char *base, struct demo_directory *out, struct err *err);
/* With all that is in it. */
void demo_directory_remove(struct demo_directory *directory);
/* Remove what demos of the same user left in base that were killed. */
void demo_directory_clean(const char *base);

#endif
