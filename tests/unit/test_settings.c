/* config.ini: its syntax, its keys, and what beats what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "dacache/base/buf.h"
#include "dacache/base/text.h"
#include "dacache/store/settings.h"
#include "temp_dir.h"

static const struct settings_flags no_flags;

static const char *no_environment(const char *name)
{
	(void)name;
	return NULL;
}

static struct settings *load(void **state, const char *text)
{
	char path[TEMP_PATH_SIZE];
	struct settings *settings = NULL;
	struct err err = {0};

	temp_dir_join(*state, "config.ini", path);
	temp_dir_write(path, text, strlen(text), 0600);

	enum err_code code = settings_load(path, &settings, &err);

	assert_string_equal(err.text, "");
	assert_int_equal(code, ERR_OK);
	return settings;
}

/* Loading fails with exactly "PATH:wanted". */
static void refuses(void **state, const char *text, const char *wanted)
{
	char path[TEMP_PATH_SIZE];
	struct settings *settings = NULL;
	struct err err = {0};

	temp_dir_join(*state, "config.ini", path);
	temp_dir_write(path, text, strlen(text), 0600);
	assert_int_equal(settings_load(path, &settings, &err), ERR_INVALID);
	assert_null(settings);
	assert_memory_equal(err.text, path, strlen(path));
	assert_string_equal(err.text + strlen(path), wanted);
}

static struct profile profile_of(const struct settings *settings,
				 const struct settings_flags *flags,
				 const char *(*getenv_fn)(const char *name))
{
	struct profile profile;
	struct err err = {0};
	enum err_code code = settings_profile(settings, flags, getenv_fn, &profile, &err);

	assert_string_equal(err.text, "");
	assert_int_equal(code, ERR_OK);
	return profile;
}

static void check_profile_error(const struct settings *settings, const struct settings_flags *flags,
				enum err_code code, const char *wanted)
{
	struct profile profile;
	struct err err = {0};

	assert_int_equal(settings_profile(settings, flags, no_environment, &profile, &err), code);
	assert_non_null(strstr(err.text, wanted));
	assert_null(profile.name);
}

static void no_file_is_no_error(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct settings *settings = NULL;
	struct err err = {0};

	temp_dir_join(*state, "nowhere/config.ini", path);
	assert_int_equal(settings_load(path, &settings, &err), ERR_OK);
	assert_string_equal(err.text, "");

	struct profile profile = profile_of(settings, &no_flags, no_environment);

	assert_string_equal(profile.name, "default");
	assert_string_equal(profile.base_url, PROFILE_BASE_URL_DEFAULT);
	assert_null(profile.client_id);
	assert_null(profile.client_secret);
	assert_int_equal(profile.page_size, 100);
	profile_clear(&profile);
	settings_free(&settings);
	assert_null(settings);
}

static void every_key_is_taken(void **state)
{
	struct settings *settings = load(state, "\xEF\xBB\xBF# a comment\r\n"
						"profile = a\r\n"
						"[profile a]\n"
						"base_url = https://a.example.com/\n"
						"token_url: https://b.example.com/token\n"
						"client_id = id\n"
						"client_secret = s;e=c:r#e t ; a comment\n"
						"data_action_id = 77\n"
						"\tauth_style = basic\n"
						"  put_body = fields\n"
						"hit_header = cache-status\n"
						"protected = yes\n"
						"read_only = ON\n"
						"theme = mono\n"
						"page_size = 1\n"
						"parallel = 8\n"
						"max_attempts = 20\n"
						"max_wait = 0\n"
						"connect_timeout = 300\n"
						"webhook_secret = "
						"whsec_AAECAwQFBgcICQoLDA0ODw==\n"
						"webhook_allow = a.example, 10.0.0.0/8\n"
						"call_timeout = 600");
	struct profile profile = profile_of(settings, &no_flags, no_environment);

	assert_string_equal(profile.name, "a");
	assert_string_equal(profile.base_url, "https://a.example.com");
	assert_string_equal(profile.token_url, "https://b.example.com/token");
	assert_string_equal(profile.client_id, "id");
	assert_string_equal(profile.client_secret, "s;e=c:r#e t");
	assert_string_equal(profile.data_action_id, "77");
	assert_int_equal(profile.auth_style, AUTH_BASIC);
	assert_int_equal(profile.put_body, PUT_FIELDS);
	assert_string_equal(profile.hit_header, "Cache-Status");
	assert_true(profile.is_protected);
	assert_true(profile.read_only);
	assert_string_equal(profile.theme, "mono");
	assert_int_equal(profile.page_size, 1);
	assert_int_equal(profile.parallel, 8);
	assert_int_equal(profile.max_attempts, 20);
	assert_int_equal(profile.max_wait_s, 0);
	assert_int_equal(profile.connect_timeout_s, 300);
	assert_int_equal(profile.call_timeout_s, 600);
	assert_string_equal(profile.webhook_secret, "whsec_AAECAwQFBgcICQoLDA0ODw==");
	assert_string_equal(profile.webhook_allow, "a.example, 10.0.0.0/8");
	profile_clear(&profile);
	settings_free(&settings);
}

static void a_boolean_has_eight_words(void **state)
{
	static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};

	for (int i = 0; i < 8; i++) {
		char text[64];

		snprintf(text, sizeof(text), "[profile a]\nprotected = %s\n", words[i]);

		struct settings *settings = load(state, text);
		struct profile profile = profile_of(settings, &no_flags, no_environment);

		assert_int_equal(profile.is_protected, i % 2);
		profile_clear(&profile);
		settings_free(&settings);
	}
}

static void an_unknown_key_names_line_and_neighbour(void **state)
{
	refuses(state, "[profile a]\n\n# x\nbas_url = https://x\n",
		":4: unknown key 'bas_url'; did you mean 'base_url'?");
	refuses(state, "[profile a]\nclient_secret_fil = x\n",
		":2: unknown key 'client_secret_fil'; did you mean 'client_secret_file'?");
	refuses(state, "[profile a]\nzzzzzzzzzzzz = x\n", ":2: unknown key 'zzzzzzzzzzzz'");
	refuses(state, "client_id = x\n[profile a]\n",
		":1: 'client_id' stands above the first '[profile NAME]'; only 'profile = NAME' "
		"may");
}

static void a_bad_value_names_its_line(void **state)
{
	refuses(state, "[profile a]\npage_size = 101\n",
		":2: page_size must be a whole number from 1 to 100, not '101'");
	refuses(state, "[profile a]\npage_size = 0\n",
		":2: page_size must be a whole number from 1 to 100, not '0'");
	refuses(state, "[profile a]\nmax_wait = 5s\n",
		":2: max_wait must be a whole number from 0 to 3600, not '5s'");
	refuses(state, "[profile a]\nmax_attempts =\n",
		":2: max_attempts must be a whole number from 1 to 20, not ''");
	refuses(state, "[profile a]\nprotected = maybe\n",
		":2: protected must be yes or no, not 'maybe'");
	refuses(state, "[profile a]\nauth_style = header\n",
		":2: auth_style must be body or basic, not 'header'");
	refuses(state, "[profile a]\nput_body = all\n",
		":2: put_body must be document or fields, not 'all'");
	refuses(state, "[profile a]\nhit_header = Age\n",
		":2: hit_header must be X-Cache or Cache-Status, not 'Age'");
	refuses(state, "[profile a]\ntheme = very dark\n",
		":2: theme must be auto, dark, light or mono, not 'very dark'");
	refuses(state, "[profile a]\ntoken_url = http://x.example\n",
		":2: token_url must begin with https:// (http:// on loopback alone), not "
		"'http://x.example'");
	refuses(state, "[profile a]\nwebhook_secret = whsec_short\n",
		":2: webhook_secret must be 'whsec_' and the base64 of 16 to 64 bytes");
	refuses(state, "[profile a]\nwebhook_allow = a.example, 10.0.0.0/33\n",
		":2: webhook_allow: '10.0.0.0/33' is no host name (without port), address or CIDR");
}

static void plain_http_is_for_loopback_alone(void **state)
{
	char path[TEMP_PATH_SIZE];
	static const char text[] = "[profile a]\nbase_url = http://x.example.com\n";
	struct settings *settings = NULL;
	struct err err = {0};

	temp_dir_join(*state, "config.ini", path);
	temp_dir_write(path, text, strlen(text), 0600);
	assert_int_equal(settings_load(path, &settings, &err), ERR_INVALID);
	assert_non_null(strstr(err.text, "config.ini:2: base_url"));

	settings = load(state, "[profile a]\nbase_url = http://127.0.0.1:8080\n");

	struct profile profile = profile_of(settings, &no_flags, no_environment);

	assert_string_equal(profile.base_url, "http://127.0.0.1:8080");
	profile_clear(&profile);
	settings_free(&settings);
}

static void what_is_there_twice_is_an_error(void **state)
{
	refuses(state, "[profile a]\n[profile b]\n[profile a]\n", ":3: profile 'a' is there twice");
	refuses(state, "[profile a]\nparallel = 9\n",
		":2: parallel must be a whole number from 1 to 8, not '9'");
	refuses(state, "[profile a]\ntheme = dark\ntheme = light\n",
		":3: theme is given twice in this profile");
	refuses(state, "profile = a\nprofile = b\n", ":2: profile is given twice");
}

static void a_secret_comes_from_one_place(void **state)
{
	static const char wanted[] =
		":3: client_secret, client_secret_command and client_secret_file exclude each "
		"other; keep one";

	refuses(state, "[profile a]\nclient_secret = x\nclient_secret_file = y\n", wanted);
	refuses(state, "[profile a]\nclient_secret_command = x\nclient_secret = y\n", wanted);
	refuses(state, "[profile a]\nclient_secret_file = x\nclient_secret_command = y\n", wanted);
}

static void broken_syntax_names_its_line(void **state)
{
	refuses(state, "[profile a]\njust words\n",
		":2: neither '[profile NAME]' nor 'key = value'");
	refuses(state, "[profile a\nclient_id = x\n",
		":1: neither '[profile NAME]' nor 'key = value'");
	refuses(state, "[prof a]\n", ":1: unknown section '[prof a]'; did you mean '[profile a]'?");
	refuses(state, "[prod]\nclient_id = x\n",
		":1: unknown section '[prod]'; did you mean '[profile prod]'?");
	refuses(state, "[profile]\n", ":1: a section is '[profile NAME]', the name one word");
	refuses(state, "[profile a b]\n", ":1: a section is '[profile NAME]', the name one word");
	refuses(state, "\n[profile 0123456789012345678901234567890123456789012345678]\n",
		":2: the name of a profile has at most 41 bytes");
	refuses(state, "profile =\n", ":1: profile needs a name");
	/* The first of several is told. */
	refuses(state, "[profile a]\nwords\npage_size = x\n",
		":2: neither '[profile NAME]' nor 'key = value'");
	refuses(state, "[profile a]\npage_size = x\nwords\n",
		":2: page_size must be a whole number from 1 to 100, not 'x'");
}

static void a_line_too_long_is_refused_and_not_cut(void **state)
{
	char text[512] = "[profile a]\nclient_secret = ";
	size_t start = strlen(text);

	memset(text + start, 'x', 300);
	refuses(state, text,
		":2: the line has more than 197 bytes; put a long value into a file or a script");
	text[start + 160] = '\0';

	struct settings *settings = load(state, text);
	struct profile profile = profile_of(settings, &no_flags, no_environment);

	assert_int_equal(strlen(profile.client_secret), 160);
	profile_clear(&profile);
	settings_free(&settings);
	memcpy(text, "#", 1);
	memset(text + 1, 'x', 400);
	settings = load(state, text);
	settings_free(&settings);
}

static void text_alone_is_read(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct settings *settings = NULL;
	struct err err = {0};

	temp_dir_join(*state, "config.ini", path);
	temp_dir_write(path, "[profile a]\0\n", 13, 0600);
	assert_int_equal(settings_load(path, &settings, &err), ERR_INVALID);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(settings_load(((struct temp_dir *)*state)->path, &settings, &err), ERR_IO);
	assert_null(settings);
}

static void a_profile_is_chosen_by_flag_file_or_name(void **state)
{
	struct settings *settings =
		load(state, "profile = b\n[profile a]\n[profile b]\n[profile default]\n");
	const struct settings_flags flags = {.profile = "a"};
	struct profile profile = profile_of(settings, &flags, no_environment);

	assert_string_equal(profile.name, "a");
	profile_clear(&profile);
	profile = profile_of(settings, &no_flags, no_environment);
	assert_string_equal(profile.name, "b");
	profile_clear(&profile);
	settings_free(&settings);
	settings = load(state, "[profile a]\n[profile default]\n");
	profile = profile_of(settings, &no_flags, no_environment);
	assert_string_equal(profile.name, "default");
	profile_clear(&profile);
	settings_free(&settings);
	settings = load(state, "[profile only]\n");
	profile = profile_of(settings, &no_flags, no_environment);
	assert_string_equal(profile.name, "only");
	profile_clear(&profile);
	settings_free(&settings);
}

static void a_profile_that_is_not_there_is_named(void **state)
{
	const struct settings_flags typo = {.profile = "prdo"}, far = {.profile = "zzzzzzz"};
	const struct settings_flags url = {.url = "http://127.0.0.1:1"};
	struct settings *settings = load(state, "[profile prod]\n[profile test]\n");

	check_profile_error(settings, &typo, ERR_NOT_FOUND, "did you mean 'prod'?");
	check_profile_error(settings, &far, ERR_NOT_FOUND, "no profile 'zzzzzzz'");
	check_profile_error(settings, &no_flags, ERR_USAGE, "2 profiles");

	struct profile profile = profile_of(settings, &url, no_environment);

	assert_string_equal(profile.name, "default");
	profile_clear(&profile);
	settings_free(&settings);
	settings = load(state, "profile = tset\n[profile prod]\n[profile test]\n");
	check_profile_error(settings, &no_flags, ERR_NOT_FOUND, "did you mean 'test'?");
	settings_free(&settings);
}

static const char *full_environment(const char *name)
{
	static const char *const values[][2] = {
		{"CXONE_CLIENT_ID", "env-id"},
		{"CXONE_CLIENT_SECRET", "env-secret"},
		{"CXONE_BASE_URL", "https://env.example.com"},
		{"CXONE_DATA_ACTION_ID", "env-action"},
	};

	for (int i = 0; i < 4; i++)
		if (strcmp(values[i][0], name) == 0)
			return values[i][1];
	return NULL;
}

static const char *empty_environment(const char *name)
{
	(void)name;
	return "";
}

static const char some_profile[] = "[profile a]\n"
				   "base_url = https://file.example.com\n"
				   "token_url = https://token.example.com\n"
				   "client_id = file-id\n"
				   "client_secret = file-secret\n"
				   "data_action_id = file-action\n";

static void flag_beats_environment_beats_file(void **state)
{
	const struct settings_flags flags = {.url = "https://flag.example.com/", .read_only = true};
	struct settings *settings = load(state, some_profile);
	struct profile profile = profile_of(settings, &no_flags, full_environment);

	assert_string_equal(profile.base_url, "https://env.example.com");
	assert_string_equal(profile.client_id, "env-id");
	assert_string_equal(profile.client_secret, "env-secret");
	assert_string_equal(profile.data_action_id, "env-action");
	assert_false(profile.read_only);
	profile_clear(&profile);
	profile = profile_of(settings, &flags, full_environment);
	assert_string_equal(profile.base_url, "https://flag.example.com");
	assert_string_equal(profile.client_id, "env-id");
	assert_true(profile.read_only);
	profile_clear(&profile);
	profile = profile_of(settings, &no_flags, empty_environment);
	assert_string_equal(profile.base_url, "https://file.example.com");
	assert_string_equal(profile.client_id, "file-id");
	assert_string_equal(profile.client_secret, "file-secret");
	assert_string_equal(profile.data_action_id, "file-action");
	profile_clear(&profile);
	settings_free(&settings);
}

static void a_token_url_is_not_used_for_another_tenant(void **state)
{
	const struct settings_flags same = {.url = "https://file.example.com/"};
	const struct settings_flags other = {.url = "https://flag.example.com"};
	struct settings *settings = load(state, some_profile);
	struct profile profile = profile_of(settings, &same, no_environment);

	assert_string_equal(profile.token_url, "https://token.example.com");
	profile_clear(&profile);
	profile = profile_of(settings, &other, no_environment);
	assert_null(profile.token_url);
	profile_clear(&profile);
	settings_free(&settings);
}

static const char *plain_http(const char *name)
{
	return strcmp(name, "CXONE_BASE_URL") == 0 ? "http://x.example.com" : NULL;
}

static void a_bad_url_says_where_it_came_from(void **state)
{
	const struct settings_flags flags = {.url = "ftp://x"};
	struct settings *settings = load(state, some_profile);
	struct profile profile;
	struct err err = {0};

	check_profile_error(settings, &flags, ERR_INVALID, "--url: ");
	assert_int_equal(settings_profile(settings, &no_flags, plain_http, &profile, &err),
			 ERR_INVALID);
	assert_memory_equal(err.text, "CXONE_BASE_URL: ", 16);
	settings_free(&settings);
}

static void a_secret_is_fetched_only_where_it_is_needed(void **state)
{
	struct settings *settings =
		load(state, "[profile a]\nclient_secret_command = echo fetched\n");
	struct profile profile = profile_of(settings, &no_flags, no_environment);

	assert_string_equal(profile.client_secret, "fetched");
	profile_clear(&profile);
	settings_free(&settings);
	settings = load(state, "[profile a]\nclient_secret_command = exit 1\n");
	check_profile_error(settings, &no_flags, ERR_IO, "client_secret_command");
	profile = profile_of(settings, &no_flags, full_environment);
	assert_string_equal(profile.client_secret, "env-secret");
	profile_clear(&profile);
	settings_free(&settings);
}

static void a_secret_file_is_found_beside_the_settings(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct settings *settings = load(state, "[profile a]\nclient_secret_file = a.secret\n");

	check_profile_error(settings, &no_flags, ERR_IO, "a.secret");
	temp_dir_join(*state, "a.secret", path);
	temp_dir_write(path, "from-file\n", 10, 0640);
	check_profile_error(settings, &no_flags, ERR_INVALID, "chmod 600");
	temp_dir_write(path, "from-file\n", 10, 0600);

	struct profile profile = profile_of(settings, &no_flags, no_environment);

	assert_string_equal(profile.client_secret, "from-file");
	profile_clear(&profile);
	settings_free(&settings);
}

static void a_file_of_authorities_is_found_beside_the_settings(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct settings *settings = load(state, "[profile a]\nca_file = ca.pem\n");

	check_profile_error(settings, &no_flags, ERR_IO, "ca_file: ");
	check_profile_error(settings, &no_flags, ERR_IO, "ca.pem: No such file");
	temp_dir_join(*state, "ca.pem", path);
	temp_dir_write(path, "x", 1, 0644);

	struct profile profile = profile_of(settings, &no_flags, no_environment);

	assert_string_equal(profile.ca_file, path);
	profile_clear(&profile);
	settings_free(&settings);
}

static void settings_with_a_secret_must_be_private(void **state)
{
	static const char without[] = "[profile a]\nclient_id = x\n";
	static const char webhook[] = "[profile a]\nwebhook_secret = "
				      "whsec_AAECAwQFBgcICQoLDA0ODw==\n";
	char path[TEMP_PATH_SIZE];
	struct settings *settings = NULL;
	struct err err = {0};

	temp_dir_join(*state, "config.ini", path);
	temp_dir_write(path, some_profile, strlen(some_profile), 0640);
	assert_int_equal(settings_load(path, &settings, &err), ERR_INVALID);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, "chmod 600"));
	assert_null(strstr(err.text, "file-secret"));
	temp_dir_write(path, webhook, strlen(webhook), 0640);
	assert_int_equal(settings_load(path, &settings, &err), ERR_INVALID);
	assert_null(strstr(err.text, "AAEC"));
	temp_dir_write(path, without, strlen(without), 0644);
	assert_int_equal(settings_load(path, &settings, &err), ERR_OK);
	settings_free(&settings);
}

static void check_path(enum settings_path kind, const char *wanted)
{
	char *path = NULL;
	struct err err = {0};

	assert_int_equal(settings_path(kind, &path, &err), ERR_OK);
	assert_string_equal(path, wanted);
	free(path);
}

static void paths_follow_xdg(void **state)
{
	char *path = NULL;
	struct err err = {0};

	(void)state;
	setenv("HOME", "/h", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_CACHE_HOME");
	check_path(PATH_CONFIG, "/h/.config/dacache/config.ini");
	check_path(PATH_STORE, "/h/.local/state/dacache/dacache.db");
	check_path(PATH_HISTORY, "/h/.local/state/dacache/history");
	check_path(PATH_CACHE_DIR, "/h/.cache/dacache");
	setenv("XDG_CONFIG_HOME", "/c", 1);
	setenv("XDG_STATE_HOME", "", 1);
	setenv("XDG_CACHE_HOME", "relative", 1);
	check_path(PATH_CONFIG, "/c/dacache/config.ini");
	check_path(PATH_STORE, "/h/.local/state/dacache/dacache.db");
	check_path(PATH_CACHE_DIR, "/h/.cache/dacache");
	unsetenv("HOME");
	check_path(PATH_CONFIG, "/c/dacache/config.ini");
	assert_int_equal(settings_path(PATH_STORE, &path, &err), ERR_NOT_FOUND);
	assert_null(path);
	assert_non_null(strstr(err.text, "XDG_STATE_HOME"));
}

/* The sample with its `;` taken away, as its first lines tell the reader to. */
static void read_sample(struct buf *out)
{
	char line[512];
	FILE *file = fopen(TEST_DATA_DIR "/../../data/config.ini.sample", "r");

	assert_non_null(file);
	buf_init(out, 65536);
	while (fgets(line, sizeof(line), file))
		assert_int_equal(buf_puts(out, line + (line[0] == ';')), ERR_OK);
	assert_int_equal(fclose(file), 0);
}

static void the_sample_is_valid_and_shows_the_defaults(void **state)
{
	struct buf text;

	read_sample(&text);

	struct settings *settings = load(state, buf_str(&text));
	char path[TEMP_PATH_SIZE];

	temp_dir_join(*state, "company-ca.pem", path);
	temp_dir_write(path, "x", 1, 0644);

	/* The secret is given, so that its example of a command does not run. */
	struct profile usual, shown = profile_of(settings, &no_flags, full_environment);

	assert_int_equal(profile_init(&usual, "prod"), ERR_OK);
	assert_string_equal(shown.name, "prod");
	assert_int_equal(shown.auth_style, usual.auth_style);
	assert_int_equal(shown.put_body, usual.put_body);
	assert_int_equal(shown.is_protected, usual.is_protected);
	assert_int_equal(shown.read_only, usual.read_only);
	assert_int_equal(shown.page_size, usual.page_size);
	assert_int_equal(shown.max_attempts, usual.max_attempts);
	assert_int_equal(shown.max_wait_s, usual.max_wait_s);
	assert_int_equal(shown.connect_timeout_s, usual.connect_timeout_s);
	assert_int_equal(shown.call_timeout_s, usual.call_timeout_s);
	profile_clear(&shown);
	profile_clear(&usual);
	settings_free(&settings);
	buf_free(&text);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, temp_dir_setup, temp_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(no_file_is_no_error),
		IN_DIR(every_key_is_taken),
		IN_DIR(a_boolean_has_eight_words),
		IN_DIR(an_unknown_key_names_line_and_neighbour),
		IN_DIR(a_bad_value_names_its_line),
		IN_DIR(plain_http_is_for_loopback_alone),
		IN_DIR(what_is_there_twice_is_an_error),
		IN_DIR(a_secret_comes_from_one_place),
		IN_DIR(broken_syntax_names_its_line),
		IN_DIR(a_line_too_long_is_refused_and_not_cut),
		IN_DIR(text_alone_is_read),
		IN_DIR(a_profile_is_chosen_by_flag_file_or_name),
		IN_DIR(a_profile_that_is_not_there_is_named),
		IN_DIR(flag_beats_environment_beats_file),
		IN_DIR(a_token_url_is_not_used_for_another_tenant),
		IN_DIR(a_bad_url_says_where_it_came_from),
		IN_DIR(a_secret_is_fetched_only_where_it_is_needed),
		IN_DIR(a_secret_file_is_found_beside_the_settings),
		IN_DIR(a_file_of_authorities_is_found_beside_the_settings),
		IN_DIR(settings_with_a_secret_must_be_private),
		IN_DIR(the_sample_is_valid_and_shows_the_defaults),
		/* Last: it changes the environment. */
		cmocka_unit_test(paths_follow_xdg),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
