/* FILE.head, beside the store: for each tenant the newest entry of its audit, a
 * line "SEQ:HASH BASE-URL". Who cuts the audit off has to know of it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_rows.h"
#include "dacache/base/buf.h"
#include "dacache/store/audit.h"
#include "secret.h"

enum { HEAD_FILE_MAX = 1024 * 1024, HEAD_MODE = 0600, SEQ_DIGITS_MAX = 18 };

static const char hex_digits[] = "0123456789abcdef";

bool audit_head_parse(const char *text, size_t len, struct audit_head *out)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > SEQ_DIGITS_MAX || text[digits] != ':' ||
	    len != digits + AUDIT_HASH_SIZE ||
	    strspn(text + digits + 1, hex_digits) != AUDIT_HASH_SIZE - 1)
		return false;
	out->seq = strtoll(text, NULL, 10);
	memcpy(out->hash, text + digits + 1, AUDIT_HASH_SIZE - 1);
	out->hash[AUDIT_HASH_SIZE - 1] = '\0';
	return true;
}

static char *head_path(const struct store *store, const char *suffix)
{
	size_t size = strlen(store->path) + strlen(suffix) + 1;
	char *path = malloc(size);

	if (path)
		snprintf(path, size, "%s%s", store->path, suffix);
	return path;
}

/* The whole file into *out (initialised here); empty when there is none. */
static enum err_code read_file(const struct store *store, struct buf *out, struct err *err)
{
	char *path = head_path(store, ".head");
	struct stat status;
	enum err_code code;

	buf_init(out, HEAD_FILE_MAX);
	if (!path)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = secret_read_file(path, HEAD_FILE_MAX, out, &status, err);
	free(path);
	if (code == ERR_NOT_FOUND) {
		err_clear(err);
		return ERR_OK;
	}
	return code;
}

/* The line at *at, whose head is *out; *ours where it is this tenant's. Steps *at
 * on. */
static bool next_line(const struct store *store, const char **at, struct audit_head *out,
		      bool *ours)
{
	size_t len = strcspn(*at, "\n");
	size_t head_len = strcspn(*at, " \n");
	size_t tenant_len = strlen(store->tenant);

	if ((*at)[len] != '\n' || head_len == len || !audit_head_parse(*at, head_len, out))
		return false;
	*ours = len - head_len - 1 == tenant_len &&
		memcmp(*at + head_len + 1, store->tenant, tenant_len) == 0;
	*at += len + 1;
	return true;
}

/* Looks for this tenant's line, and puts the others' into rest. */
static enum err_code scan(const struct store *store, const struct buf *file, struct audit_head *out,
			  bool *found, struct buf *rest, struct err *err)
{
	const char *at = buf_str(file);

	*found = false;
	while (*at) {
		const char *line = at;
		struct audit_head head;
		bool ours;

		if (!next_line(store, &at, &head, &ours))
			return err_set(err, ERR_PARSE,
				       "%s.head is damaged: its lines are 'SEQ:HASH TENANT'",
				       store->path);
		if (ours) {
			*out = head;
			*found = true;
		} else if (rest) {
			buf_append(rest, line, (size_t)(at - line));
		}
	}
	return ERR_OK;
}

enum err_code audit_head_read(struct store *store, struct audit_head *out, bool *found,
			      struct err *err)
{
	struct buf file;
	enum err_code code = read_file(store, &file, err);

	*found = false;
	if (code == ERR_OK)
		code = scan(store, &file, out, found, NULL, err);
	buf_free(&file);
	return code;
}

static bool write_whole(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0;
}

/* Should the machine stop before the new name is on disk, the old head is back: it
 * vouches for less, but still for what is true. */
static enum err_code replace_file(const struct store *store, const struct buf *content,
				  struct err *err)
{
	enum err_code code = ERR_OK;
	char *path = head_path(store, ".head");
	char *new_path = head_path(store, ".head.new");
	int fd = -1;

	if (!path || !new_path) {
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
		goto done;
	}
	fd = open(new_path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, HEAD_MODE);
	if (fd < 0 || !write_whole(fd, content->data, content->len) || rename(new_path, path) != 0)
		code = err_set(err, ERR_IO, "%s cannot be written: %s", path, strerror(errno));
done:
	if (fd >= 0)
		close(fd);
	free(new_path);
	free(path);
	return code;
}

/* A head that the audit does not hold is evidence: it stays. */
static enum err_code check_old(struct store *store, const struct audit_head *old, struct err *err)
{
	char hash[AUDIT_HASH_SIZE];
	enum err_code code = audit_chain_hash_at(store, old->seq, hash, err);

	if (code != ERR_OK || old->seq == 0 || strcmp(hash, old->hash) == 0)
		return code;
	return err_set(err, ERR_STORE,
		       "the audit does not hold entry %" PRId64 " as %s.head has it: see `dacache "
		       "audit --verify`; if the store was replaced on purpose, remove that file",
		       old->seq, store->path);
}

static enum err_code advance(struct store *store, struct err *err)
{
	struct audit_head old, new;
	struct buf file, content;
	bool found;
	enum err_code code = read_file(store, &file, err);

	buf_init(&content, HEAD_FILE_MAX);
	if (code == ERR_OK)
		code = scan(store, &file, &old, &found, &content, err);
	if (code == ERR_OK && found)
		code = check_old(store, &old, err);
	if (code == ERR_OK)
		code = audit_chain_end(store, &new.seq, new.hash, err);
	if (code == ERR_OK) {
		buf_printf(&content, "%" PRId64 ":%s %s\n", new.seq, new.hash, store->tenant);
		code = content.failed ? err_set(err, content.failed, "out of memory")
				      : replace_file(store, &content, err);
	}
	buf_free(&content);
	buf_free(&file);
	return code;
}

/* Under the store's write lock, so that of two programs the one with the newer
 * entry writes last. */
void audit_head_write(struct store *store)
{
	struct err err = {0};
	enum err_code code = store_begin(store, &err);

	if (code == ERR_OK) {
		code = advance(store, &err);
		code = store_end(store, code, &err);
	}
	store->head_problem = err;
	store->head_problem.code = code;
}

const char *audit_head_problem(const struct store *store)
{
	return store->head_problem.code != ERR_OK ? store->head_problem.text : NULL;
}
