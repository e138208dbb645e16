#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECRET_MAX = 64 * 1024, CHUNK = 4096 };

void secret_wipe(void *data, size_t len)
{
	volatile unsigned char *p = data;

	while (len-- > 0)
		*p++ = 0;
}

void secret_free(char **secret)
{
	if (*secret)
		secret_wipe(*secret, strlen(*secret));
	free(*secret);
	*secret = NULL;
}

void secret_free_buf(struct buf *buf)
{
	if (buf->data)
		secret_wipe(buf->data, buf->cap);
	buf_free(buf);
}

enum err_code secret_check_mode(const char *path, const struct stat *status, struct err *err)
{
	if (!(status->st_mode & (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH)))
		return ERR_OK;
	return err_set(err, ERR_INVALID,
		       "%s holds a secret and others may read or change it (mode %04o); run: "
		       "chmod 600 %s",
		       path, (unsigned)(status->st_mode & 07777), path);
}

static enum err_code read_all(int fd, const char *path, struct buf *out, struct err *err)
{
	char chunk[CHUNK];
	enum err_code code = ERR_OK;

	while (code == ERR_OK) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n == 0)
			break;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			code = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
		else if ((code = buf_append(out, chunk, (size_t)n)) != ERR_OK)
			err_set(err, code, "%s is larger than %zu bytes", path, out->max);
	}
	secret_wipe(chunk, sizeof(chunk));
	return code;
}

enum err_code secret_read_file(const char *path, size_t max, struct buf *out, struct stat *status,
			       struct err *err)
{
	enum err_code code = ERR_OK;

	buf_init(out, max);

	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
			       strerror(errno));
	if (fstat(fd, status) != 0)
		code = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(status->st_mode))
		code = err_set(err, ERR_IO, "%s is no regular file", path);
	else
		code = read_all(fd, path, out, err);
	close(fd);
	if (code != ERR_OK)
		secret_free_buf(out);
	return code;
}

enum err_code secret_from_file(const char *path, char **out, struct err *err)
{
	struct buf text;
	struct stat status;

	*out = NULL;

	enum err_code code = secret_read_file(path, SECRET_MAX, &text, &status, err);

	if (code != ERR_OK)
		return code;
	code = secret_check_mode(path, &status, err);
	if (code == ERR_OK) {
		*out = strndup(buf_str(&text), strcspn(buf_str(&text), "\r\n"));
		if (!*out)
			code = err_set(err, ERR_NO_MEMORY, "out of memory");
		else if (!**out)
			code = err_set(err, ERR_INVALID, "%s: its first line is empty", path);
	}
	if (code != ERR_OK)
		secret_free(out);
	secret_free_buf(&text);
	return code;
}
