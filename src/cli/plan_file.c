/* The file of a plan, read whole. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dacache/domain/canonical.h"
#include "plan.h"

static enum err_code read_stream(FILE *file, const char *path, struct buf *text, struct err *err)
{
	char room[65536];
	size_t n;

	errno = 0;
	while ((n = fread(room, 1, sizeof(room), file)) > 0)
		if (buf_append(text, room, n))
			break;
	if (text->failed)
		return err_set(err, text->failed, "%s: larger than %d MiB", path,
			       PLAN_BYTES_MAX / 1024 / 1024);
	return ferror(file) ? err_set(err, ERR_IO, "%s: %s", path, strerror(errno)) : ERR_OK;
}

static enum err_code read_text(const char *path, struct buf *text, struct err *err)
{
	FILE *file;
	enum err_code code;

	if (strcmp(path, "-") == 0)
		return read_stream(stdin, "standard input", text, err);
	file = fopen(path, "rb");
	if (!file)
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	code = read_stream(file, path, text, err);
	fclose(file);
	return code;
}

enum err_code plan_file_read(const char *path, struct plan *out, char sha256[65], struct err *err)
{
	struct buf text;
	enum err_code code;

	*out = (struct plan){0};
	buf_init(&text, PLAN_BYTES_MAX);
	code = read_text(path, &text, err);
	if (!code && sha256 && canonical_sha256(buf_str(&text), text.len, sha256))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	if (!code)
		code = plan_parse(buf_str(&text), text.len, out, err);
	if (code == ERR_INVALID) { /* its errors are the answer */
		err_clear(err);
		code = ERR_OK;
	}
	buf_free(&text);
	return code;
}
