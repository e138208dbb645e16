#include "dacache/store/archive.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gzip.h"

/* The fields of a ustar header that matter here: where, and how long. */
enum {
	BLOCK = 512,
	NAME_AT = 0,
	NAME_LEN = 100,
	MODE_AT = 100,
	UID_AT = 108,
	GID_AT = 116,
	SIZE_AT = 124,
	SIZE_LEN = 12,
	TIME_AT = 136,
	SUM_AT = 148,
	SUM_LEN = 8,
	TYPE_AT = 156,
	MAGIC_AT = 257,
	MAGIC_LEN = 8,
	PREFIX_AT = 345
};

static const char magic[MAGIC_LEN + 1] = "ustar\00000";

/* --- files --- */

void archive_init(struct archive *archive)
{
	vec_init(&archive->files, sizeof(struct archive_file));
}

void archive_clear(struct archive *archive)
{
	for (size_t i = 0; i < archive->files.len; i++)
		free(((struct archive_file *)vec_at(&archive->files, i))->data);
	vec_free(&archive->files);
	archive_init(archive);
}

static bool is_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.");

	return len > 0 && name[len] == '\0' && len < ARCHIVE_NAME_SIZE && name[0] != '.' &&
	       name[0] != '-';
}

enum err_code archive_add(struct archive *archive, const char *name, struct buf *data)
{
	struct archive_file file = {.len = data->len};
	enum err_code code = data->failed;

	if (!code && !is_name(name))
		code = ERR_INVALID;
	if (!code && archive->files.len == ARCHIVE_FILES_MAX)
		code = ERR_LIMIT;
	if (code)
		return code;
	snprintf(file.name, sizeof(file.name), "%s", name);
	file.data = data->len > 0 ? buf_take(data) : calloc(1, 1);
	if (!file.data)
		return ERR_NO_MEMORY;
	code = vec_push(&archive->files, &file);
	if (code)
		free(file.data);
	return code;
}

const struct archive_file *archive_find(const struct archive *archive, const char *name)
{
	for (size_t i = 0; i < archive->files.len; i++) {
		const struct archive_file *file = vec_at(&archive->files, i);

		if (strcmp(file->name, name) == 0)
			return file;
	}
	return NULL;
}

/* --- write --- */

static unsigned checksum(const unsigned char *header)
{
	unsigned sum = 0;

	for (int i = 0; i < BLOCK; i++)
		sum += i >= SUM_AT && i < SUM_AT + SUM_LEN ? ' ' : header[i];
	return sum;
}

static void put_octal(unsigned char *header, int at, int digits, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%0*" PRIo64, digits, value);
	memcpy(header + at, text, (size_t)digits);
}

static enum err_code put_file(struct buf *out, const char *folder, int64_t time_s,
			      const struct archive_file *file)
{
	static const char zeros[BLOCK] = "";
	unsigned char header[BLOCK] = "";
	char path[NAME_LEN];
	int len = snprintf(path, sizeof(path), "%s/%s", folder, file->name);

	if (len >= NAME_LEN)
		return ERR_LIMIT;
	memcpy(header + NAME_AT, path, (size_t)len);
	put_octal(header, MODE_AT, 7, 0600);
	put_octal(header, UID_AT, 7, 0);
	put_octal(header, GID_AT, 7, 0);
	put_octal(header, SIZE_AT, SIZE_LEN - 1, file->len);
	put_octal(header, TIME_AT, SIZE_LEN - 1, time_s > 0 ? (uint64_t)time_s : 0);
	header[TYPE_AT] = '0';
	memcpy(header + MAGIC_AT, magic, MAGIC_LEN);
	put_octal(header, SUM_AT, 6, checksum(header));
	header[SUM_AT + 7] = ' ';
	buf_append(out, header, BLOCK);
	buf_append(out, file->data, file->len);
	return buf_append(out, zeros, (BLOCK - file->len % BLOCK) % BLOCK);
}

enum err_code archive_pack(const struct archive *archive, const char *folder, int64_t wall_us,
			   struct buf *out, struct err *err)
{
	static const char end[2 * BLOCK] = "";
	struct buf tar;
	enum err_code code = ERR_OK;

	buf_init(&tar, (size_t)ARCHIVE_BYTES_MAX + ((size_t)ARCHIVE_FILES_MAX + 1) * 2 * BLOCK);
	for (size_t i = 0; i < archive->files.len && !code; i++)
		code = put_file(&tar, folder, wall_us / 1000000, vec_at(&archive->files, i));
	if (!code)
		code = buf_append(&tar, end, sizeof(end));
	if (code == ERR_LIMIT)
		err_set(err, code, "the files are larger than %d MiB together",
			ARCHIVE_BYTES_MAX / 1024 / 1024);
	else if (code)
		err_set(err, code, "out of memory");
	if (!code)
		code = gzip_pack(tar.data, tar.len, out, err);
	buf_free(&tar);
	return code;
}

/* --- read --- */

static enum err_code broken(struct err *err, const char *why)
{
	return err_set(err, ERR_PARSE, "this is no bundle of dacache: %s", why);
}

/* Octal digits up to a NUL or blank, nothing else. */
static bool read_octal(const unsigned char *field, int len, uint64_t *out)
{
	int i = 0;

	for (*out = 0; i < len && field[i] >= '0' && field[i] <= '7'; i++)
		*out = *out * 8 + (uint64_t)(field[i] - '0');
	return i > 0 && i < len && (field[i] == '\0' || field[i] == ' ');
}

/* FOLDER/NAME, and no other kind of path: what is named never becomes a path here, but
 * whoever unpacks such an archive would be harmed by it. */
static bool read_name(const unsigned char *header, char out[ARCHIVE_NAME_SIZE])
{
	char path[NAME_LEN + 1] = "";
	const char *slash;

	if (header[PREFIX_AT] != '\0')
		return false;
	memcpy(path, header + NAME_AT, NAME_LEN);
	slash = strchr(path, '/');
	if (!slash || slash == path || path[0] == '.' || !is_name(slash + 1))
		return false;
	snprintf(out, ARCHIVE_NAME_SIZE, "%s", slash + 1);
	return true;
}

static enum err_code read_header(const unsigned char *header, char name[ARCHIVE_NAME_SIZE],
				 uint64_t *size, struct err *err)
{
	uint64_t sum;

	if (memcmp(header + MAGIC_AT, magic, 5) != 0)
		return broken(err, "it holds no tar archive");
	if (!read_octal(header + SUM_AT, SUM_LEN, &sum) || sum != checksum(header))
		return broken(err, "the checksum of a file's header is wrong");
	if (header[TYPE_AT] != '0' && header[TYPE_AT] != '\0')
		return broken(err, "it holds something else than regular files");
	if (!read_name(header, name))
		return broken(err, "it holds a file whose path is more than a folder and a name");
	if (!read_octal(header + SIZE_AT, SIZE_LEN, size))
		return broken(err, "a file has no size");
	return ERR_OK;
}

static enum err_code take_file(struct archive *archive, const char *name, const unsigned char *data,
			       size_t len, struct err *err)
{
	struct buf bytes;
	enum err_code code;

	if (archive_find(archive, name))
		return broken(err, "it holds a file twice");
	buf_init(&bytes, len);
	buf_append(&bytes, data, len);
	code = archive_add(archive, name, &bytes);
	buf_free(&bytes);
	if (code == ERR_LIMIT)
		return err_set(err, code, "it holds more than %d files", ARCHIVE_FILES_MAX);
	return code ? err_set(err, code, "out of memory") : ERR_OK;
}

static bool is_zero(const unsigned char *block)
{
	for (int i = 0; i < BLOCK; i++)
		if (block[i])
			return false;
	return true;
}

static enum err_code read_tar(const unsigned char *tar, size_t len, struct archive *out,
			      struct err *err)
{
	size_t at = 0;

	for (;;) {
		char name[ARCHIVE_NAME_SIZE];
		uint64_t size = 0;
		enum err_code code;

		if (len - at < BLOCK)
			return broken(err, "it is cut off");
		if (is_zero(tar + at))
			return ERR_OK;
		code = read_header(tar + at, name, &size, err);
		if (code)
			return code;
		at += BLOCK;
		if (size > len - at)
			return broken(err, "it is cut off");
		code = take_file(out, name, tar + at, (size_t)size, err);
		if (code)
			return code;
		at += (size_t)size;
		at += (BLOCK - (size_t)size % BLOCK) % BLOCK;
		if (at > len)
			return broken(err, "it is cut off");
	}
}

enum err_code archive_unpack(const void *data, size_t len, struct archive *out, struct err *err)
{
	struct buf tar;
	enum err_code code;

	archive_init(out);
	buf_init(&tar, ARCHIVE_BYTES_MAX);
	code = gzip_unpack(data, len, &tar, err);
	if (!code)
		code = read_tar((const unsigned char *)buf_str(&tar), tar.len, out, err);
	buf_free(&tar);
	if (code)
		archive_clear(out);
	return code;
}
