#include "directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dacache/base/text.h"

enum { DIRECTORY_MODE = 0700 };

/* malloc'd: path up to its last slash, "." without one. */
static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return text_dup(".");
	if (slash == path)
		return text_dup("/");
	return strndup(path, (size_t)(slash - path));
}

static enum err_code make_one(const char *directory, struct err *err)
{
	if (mkdir(directory, DIRECTORY_MODE) == 0 || errno == EEXIST)
		return ERR_OK;

	int why = errno;
	struct stat status;

	/* On a read-only file system mkdir may complain before it looks. */
	if (stat(directory, &status) == 0 && S_ISDIR(status.st_mode))
		return ERR_OK;
	return err_set(err, ERR_IO, "%s cannot be made: %s; make it, or check who owns it",
		       directory, strerror(why));
}

enum err_code directory_make_for(const char *path, struct err *err)
{
	enum err_code code = ERR_OK;
	char *directory = directory_of(path);

	if (!directory)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	for (char *p = directory + 1; *p && code == ERR_OK; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		code = make_one(directory, err);
		*p = '/';
	}
	if (code == ERR_OK)
		code = make_one(directory, err);
	free(directory);
	return code;
}

enum err_code directory_sync_for(const char *path, struct err *err)
{
	enum err_code code = ERR_OK;
	char *directory = directory_of(path);

	if (!directory)
		return err_set(err, ERR_NO_MEMORY, "out of memory");

	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* Some file systems know no fsync of a directory: EINVAL. */
	if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
		code = err_set(err, ERR_IO, "%s: %s", directory, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(directory);
	return code;
}
