#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool file_read(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "rb");
	char chunk[16384];
	size_t len;

	if (!file)
		return false;
	while ((len = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		if (buf_append(out, chunk, len)) {
			fclose(file);
			errno = EFBIG;
			return false;
		}
	}
	return fclose(file) == 0;
}

static bool make_folders(const char *path)
{
	char *copy = text_copy(path, strlen(path));
	bool ok = true;

	for (char *at = strchr(copy + 1, '/'); at && ok; at = strchr(at + 1, '/')) {
		*at = '\0';
		ok = mkdir(copy, 0700) == 0 || errno == EEXIST;
		*at = '/';
	}
	free(copy);
	return ok;
}

bool file_write(const char *path, const void *data, size_t len, bool append, mode_t mode)
{
	int fd;
	bool ok;

	if (!make_folders(path))
		return false;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), mode);
	if (fd < 0)
		return false;
	ok = write(fd, data, len) == (ssize_t)len && fchmod(fd, mode) == 0;
	return close(fd) == 0 && ok;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
	(void)stat;
	(void)type;
	(void)ftw;
	return remove(path);
}

bool file_remove_tree(const char *path)
{
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0;
}

int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *checked(void *pointer)
{
	if (!pointer) {
		fputs("drive: out of memory\n", stderr);
		exit(99);
	}
	return pointer;
}

char *text_printf(const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return checked(text);
}

char *text_copy(const char *text, size_t len)
{
	char *copy = memory(len + 1, 1);

	memcpy(copy, text, len);
	return copy;
}

void *memory(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size ? size : 1));
}
