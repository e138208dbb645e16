/* A directory of its own for a test. */
#ifndef TESTS_UNIT_TEMP_DIR_H
#define TESTS_UNIT_TEMP_DIR_H

#include <stddef.h>

enum { TEMP_PATH_SIZE = 1024 };

struct temp_dir {
	char path[TEMP_PATH_SIZE];
};

/* cmocka's setup and teardown: *state becomes a struct temp_dir, empty. */
int temp_dir_setup(void **state);
int temp_dir_teardown(void **state);

/* out = DIRECTORY/name */
void temp_dir_join(const struct temp_dir *dir, const char *name, char out[TEMP_PATH_SIZE]);
/* Write a file with exactly this mode. */
void temp_dir_write(const char *path, const void *data, size_t len, unsigned mode);

#endif
