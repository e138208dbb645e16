/* A demo leaves nothing behind. One that was killed can't tidy up: the next one does it,
 * and knows by the lock, which the kernel lets go, that nobody is in there any more. */
#define _DEFAULT_SOURCE /* flock */
#include "demo_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char prefix[] = "dacache-demo.";

/* Files alone: a demo makes no directories. fd stays open. */
static void remove_files(int fd)
{
	int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = own >= 0 ? fdopendir(own) : NULL;
	const struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		unlinkat(fd, entry->d_name, 0);
	if (directory)
		closedir(directory);
	else if (own >= 0)
		close(own);
}

static enum err_code failed(struct demo_directory *out, const char *base, struct err *err)
{
	enum err_code code =
		err_set(err, ERR_IO, "no directory for the demo in %s: %s", base, strerror(errno));

	if (out->path[0])
		rmdir(out->path);
	out->path[0] = '\0';
	return code;
}

/* It gets its name once it is locked, that nobody takes it for one left behind. */
enum err_code demo_directory_make(const char *base, struct demo_directory *out, struct err *err)
{
	char name[DEMO_PATH_MAX];
	size_t base_len = strlen(base);

	*out = (struct demo_directory){.fd = -1};
	if (base_len + sizeof(prefix) + 16 > sizeof(name))
		return err_set(err, ERR_IO, "no directory for the demo in %s: too long", base);
	snprintf(out->path, sizeof(out->path), "%s/.%sXXXXXX", base, prefix);
	if (!mkdtemp(out->path)) {
		out->path[0] = '\0';
		return failed(out, base, err);
	}
	out->fd = open(out->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(name, sizeof(name), "%s/%s", base, out->path + base_len + 2);
	if (out->fd < 0 || flock(out->fd, LOCK_EX | LOCK_NB) || rename(out->path, name))
		return failed(out, base, err);
	snprintf(out->path, sizeof(out->path), "%s", name);
	return ERR_OK;
}

void demo_directory_remove(struct demo_directory *directory)
{
	if (directory->fd >= 0) {
		remove_files(directory->fd);
		rmdir(directory->path);
		close(directory->fd);
	}
	directory->fd = -1;
	directory->path[0] = '\0';
}

/* A link, a stranger's directory or one in use stays as it is. */
static void clean_one(int base, const char *name)
{
	int fd = openat(base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat about;

	if (fd < 0)
		return;
	if (fstat(fd, &about) == 0 && about.st_uid == geteuid() &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0) {
		remove_files(fd);
		unlinkat(base, name, AT_REMOVEDIR);
	}
	close(fd);
}

void demo_directory_clean(const char *base)
{
	DIR *directory = opendir(base);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		if (strncmp(entry->d_name, prefix, sizeof(prefix) - 1) == 0)
			clean_one(dirfd(directory), entry->d_name);
	if (directory)
		closedir(directory);
}
