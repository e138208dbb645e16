#define _XOPEN_SOURCE 700 /* realpath */

#include "dacache/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 65536 };

/* --- write --- */

static enum err_code failed(const char *path, struct err *err)
{
	return err_set(err, ERR_IO, "%s cannot be written: %s", path, strerror(errno));
}

static enum err_code write_bytes(int fd, const char *data, size_t len, const char *path,
				 struct err *err)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(path, err);
		data += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0 ? ERR_OK : failed(path, err);
}

static enum err_code is_there(const char *path, struct err *err)
{
	return err_set(err, ERR_CONFLICT, "%s is there already: name another file, or remove it",
		       path);
}

/* Under its own name where nothing has it yet. Some file systems know no links: the
 * name is taken first then, empty. */
static enum err_code put_new(const char *made, const char *path, struct err *err)
{
	int fd;

	if (link(made, path) == 0)
		return ERR_OK;
	if (errno == EEXIST)
		return is_there(path, err);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? is_there(path, err) : failed(path, err);
	close(fd);
	return rename(made, path) == 0 ? ERR_OK : failed(path, err);
}

/* malloc'd "PATH.XXXXXX". */
static char *name_beside(const char *path)
{
	static const char suffix[] = ".XXXXXX";
	char *name = malloc(strlen(path) + sizeof(suffix));

	if (name)
		sprintf(name, "%s%s", path, suffix);
	return name;
}

static enum err_code write_beside(const char *path, const void *data, size_t len, bool replace,
				  struct err *err)
{
	char *made = name_beside(path);
	int fd = made ? mkstemp(made) : -1;
	enum err_code code;

	if (fd < 0) {
		code = made ? failed(path, err) : err_set(err, ERR_NO_MEMORY, "out of memory");
		free(made);
		return code;
	}
	code = write_bytes(fd, data, len, path, err);
	close(fd);
	if (!code && replace && rename(made, path))
		code = failed(path, err);
	if (!code && !replace)
		code = put_new(made, path, err);
	if (code || !replace)
		unlink(made);
	free(made);
	return code;
}

enum err_code file_write_private(const char *path, const void *data, size_t len, bool replace,
				 struct err *err)
{
	struct stat status;
	char *target = NULL;
	enum err_code code;

	if (lstat(path, &status) == 0 && !replace)
		return is_there(path, err);
	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
		return err_set(err, ERR_IO, "%s is no regular file: name another one", path);
	target = realpath(path, NULL);
	code = write_beside(target ? target : path, data, len, replace, err);
	free(target);
	return code;
}

/* --- read --- */

static enum err_code read_bytes(int fd, const char *path, struct buf *out, struct err *err)
{
	char chunk[CHUNK];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		enum err_code code;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
		if (n == 0)
			return ERR_OK;
		code = buf_append(out, chunk, (size_t)n);
		if (code == ERR_LIMIT)
			return err_set(err, code, "%s is larger than %zu bytes", path, out->max);
		if (code)
			return err_set(err, code, "out of memory");
	}
}

enum err_code file_read(const char *path, struct buf *out, struct err *err)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	enum err_code code;

	if (fd < 0)
		return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
			       strerror(errno));
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		code = read_bytes(fd, path, out, err);
	else
		code = err_set(err, ERR_IO, "%s is no regular file", path);
	close(fd);
	return code;
}
