#define _XOPEN_SOURCE 700 /* nftw */

#include "temp_dir.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

int temp_dir_setup(void **state)
{
	const char *base = getenv("TMPDIR");
	struct temp_dir *dir = calloc(1, sizeof(*dir));

	assert_non_null(dir);
	snprintf(dir->path, sizeof(dir->path), "%s/dacache-test-XXXXXX",
		 base && *base ? base : "/tmp");
	assert_non_null(mkdtemp(dir->path));
	*state = dir;
	return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

int temp_dir_teardown(void **state)
{
	struct temp_dir *dir = *state;

	assert_int_equal(nftw(dir->path, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(dir);
	return 0;
}

void temp_dir_join(const struct temp_dir *dir, const char *name, char out[TEMP_PATH_SIZE])
{
	size_t len = strlen(dir->path);

	assert_true(len + 1 + strlen(name) < TEMP_PATH_SIZE);
	memcpy(out, dir->path, len);
	out[len] = '/';
	strcpy(out + len + 1, name);
}

void temp_dir_write(const char *path, const void *data, size_t len, unsigned mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	assert_int_equal(fchmod(fd, (mode_t)mode), 0);
	assert_int_equal(close(fd), 0);
}
