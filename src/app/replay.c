#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "dacache/app/replay.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dacache/base/file.h"
#include "dacache/domain/bundle.h"
#include "dacache/domain/plain.h"
#include "dacache/store/archive.h"

enum { FILE_MAX = 64 * 1024 * 1024, PATH_SIZE = 4096 };

struct replay {
	struct bundle *bundle;
	char directory[PATH_SIZE]; /* "" before it is made */
	char store[PATH_SIZE + 16];
};

static const char *find_file(void *context, const char *name, size_t *len)
{
	const struct archive_file *file = archive_find(context, name);

	if (!file)
		return NULL;
	*len = file->len;
	return file->data;
}

static enum err_code read_bundle(const char *path, struct bundle **out, struct err *err)
{
	struct archive archive;
	struct buf packed;
	enum err_code code;

	archive_init(&archive);
	buf_init(&packed, FILE_MAX);
	code = file_read(path, &packed, err);
	if (!code) {
		code = archive_unpack(packed.data ? packed.data : "", packed.len, &archive, err);
		if (!code)
			code = bundle_read(find_file, &archive, out, err);
		if (code)
			err_prefix(err, "%s: ", path);
	}
	archive_clear(&archive);
	buf_free(&packed);
	return code;
}

static enum err_code make_directory(struct replay *replay, struct err *err)
{
	const char *base = getenv("TMPDIR");

	if (!base || base[0] != '/' || strlen(base) > PATH_SIZE / 2)
		base = "/tmp";
	snprintf(replay->directory, sizeof(replay->directory), "%s/dacache-replay-XXXXXX", base);
	if (!mkdtemp(replay->directory)) {
		replay->directory[0] = '\0';
		return err_set(err, ERR_IO, "no folder for the replay in %s: %s", base,
			       strerror(errno));
	}
	snprintf(replay->store, sizeof(replay->store), "%s/replay.db", replay->directory);
	return ERR_OK;
}

enum err_code replay_open(const char *path, struct replay **out, struct err *err)
{
	struct replay *replay = calloc(1, sizeof(*replay));
	enum err_code code;

	*out = NULL;
	if (!replay)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = read_bundle(path, &replay->bundle, err);
	if (!code)
		code = make_directory(replay, err);
	if (code)
		replay_free(&replay);
	*out = replay;
	return code;
}

static void remove_directory(const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(directory), entry->d_name, 0);
	if (directory)
		closedir(directory);
	rmdir(path);
}

void replay_free(struct replay **replay)
{
	if (!*replay)
		return;
	if ((*replay)->directory[0])
		remove_directory((*replay)->directory);
	bundle_free(&(*replay)->bundle);
	free(*replay);
	*replay = NULL;
}

struct bundle *replay_bundle(struct replay *replay)
{
	return replay->bundle;
}

const char *replay_store_path(const struct replay *replay)
{
	return replay->store;
}

enum err_code replay_profile(const struct replay *replay, struct profile *out, struct err *err)
{
	const struct bundle *bundle = replay->bundle;
	char name[64];
	enum err_code code;

	plain_copy(name, sizeof(name), bundle->profile);
	code = profile_init(out, name[0] ? name : "replay");
	if (!code)
		code = profile_set_base_url(out, bundle->base_url, err);
	if (!code && bundle->action_id[0])
		code = profile_set_text(&out->data_action_id, bundle->action_id);
	if (code) {
		profile_clear(out);
		return err_set(err, ERR_PARSE, "this bundle names no tenant that can be one");
	}
	return ERR_OK;
}
