#include "dacache/app/demo.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dacache/base/text.h"
#include "dacache/domain/canonical.h"
#include "dacache/net/http.h"
#include "demo_directory.h"
#include "internal.h"

enum { START_MS = 20000, FEED_FD = 3 };

struct demo {
	pid_t pid;
	char *url;
	struct demo_directory directory; /* of its store */
	char store[DEMO_PATH_MAX + 16];
};

const char *demo_store_path(const struct demo *demo)
{
	return demo->store;
}

/* --- the child --- */

/* "dacache-sim" beside this program, else by PATH; NULL: no memory. */
static char *sim_path(void)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;
	char *beside = NULL;

	if (n <= 0)
		return text_dup("dacache-sim");
	self[n] = '\0';
	slash = strrchr(self, '/');
	*slash = '\0';
	beside = malloc((size_t)n + sizeof("/dacache-sim"));
	if (!beside)
		return NULL;
	sprintf(beside, "%s/dacache-sim", self);
	if (access(beside, X_OK) == 0)
		return beside;
	free(beside);
	return text_dup("dacache-sim");
}

/* The demo tenant's file, where it can be read. */
static bool find_tenant(char *path, size_t size)
{
	const char *set = getenv("DACACHE_DATADIR");

	snprintf(path, size, "%s/demo-tenant.json", set && *set ? set : DACACHE_DATADIR);
	return access(path, R_OK) == 0;
}

/* Only calls that are safe between fork and exec. */
static void run_child(const char *sim, const char *const *argv, const int out[2], const int feed[2],
		      pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	setpgid(0, 0); /* Ctrl-C is the program's, not the simulator's */
	if (dup2(out[1], STDOUT_FILENO) < 0 || dup2(feed[1], FEED_FD) < 0)
		_exit(1);
	close(STDIN_FILENO);
	execvp(sim, (char *const *)(uintptr_t)argv); /* POSIX: execvp changes neither */
	_exit(127);
}

/* "listening on URL\n" from the child. */
static enum err_code read_url(struct demo *demo, int fd, struct err *err)
{
	static const char prefix[] = "listening on ";
	char line[256];
	size_t len = 0;
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	while (len < sizeof(line) - 1 && !memchr(line, '\n', len)) {
		ssize_t n = poll(&wait, 1, START_MS) > 0
				    ? read(fd, line + len, sizeof(line) - 1 - len)
				    : -1;

		if (n <= 0)
			return err_set(err, ERR_IO,
				       "the simulator dacache-sim did not start; is it installed "
				       "beside dacache?");
		len += (size_t)n;
	}
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, prefix, sizeof(prefix) - 1) != 0)
		return err_set(err, ERR_IO, "the simulator said '%.100s'", line);
	demo->url = text_dup(line + sizeof(prefix) - 1);
	return demo->url ? ERR_OK : err_set(err, ERR_NO_MEMORY, "out of memory");
}

static enum err_code spawn(struct demo *demo, const char *sim, const char *const *argv,
			   int *feed_fd, struct err *err)
{
	int out[2] = {-1, -1};
	int feed[2] = {-1, -1};
	pid_t parent = getpid();
	enum err_code code;

	if (pipe(out) || pipe(feed)) {
		code = err_set(err, ERR_IO, "no pipe: %s", strerror(errno));
		goto done;
	}
	demo->pid = fork();
	if (demo->pid == 0)
		run_child(sim, argv, out, feed, parent);
	close(out[1]);
	close(feed[1]);
	out[1] = feed[1] = -1;
	code = demo->pid < 0 ? err_set(err, ERR_IO, "no process: %s", strerror(errno))
			     : read_url(demo, out[0], err);
done:
	if (out[1] >= 0)
		close(out[1]);
	if (feed[1] >= 0)
		close(feed[1]);
	if (out[0] >= 0)
		close(out[0]);
	if (code && feed[0] >= 0)
		close(feed[0]);
	else
		*feed_fd = feed[0];
	return code;
}

enum err_code demo_start(struct demo **out, int *feed_fd, struct err *err)
{
	struct demo *demo = calloc(1, sizeof(*demo));
	char *sim = sim_path();
	char data[4096];
	/* Not installed, and the source tree is elsewhere: made anew, it is the same. */
	bool is_there = find_tenant(data, sizeof(data));
	const char *const argv[] = {"dacache-sim",
				    "--port",
				    "0",
				    "--feed",
				    "/dev/fd/3",
				    "--busy-admin",
				    "45",
				    "--exit-with-parent",
				    is_there ? "--data" : "--actions",
				    is_there ? data : "140",
				    NULL};
	enum err_code code;

	if (demo)
		demo->directory.fd = -1;
	if (!demo || !sim) {
		free(demo);
		free(sim);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	demo_directory_clean("/tmp");
	code = demo_directory_make("/tmp", &demo->directory, err);
	snprintf(demo->store, sizeof(demo->store), "%s/demo.db", demo->directory.path);
	if (!code)
		code = spawn(demo, sim, argv, feed_fd, err);
	free(sim);
	if (code)
		demo_free(&demo);
	*out = demo;
	return code;
}

void demo_free(struct demo **demo)
{
	if (!*demo)
		return;
	if ((*demo)->pid > 0) {
		kill((*demo)->pid, SIGTERM);
		while (waitpid((*demo)->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	demo_directory_remove(&(*demo)->directory);
	free((*demo)->url);
	free(*demo);
	*demo = NULL;
}

enum err_code demo_profile(const struct demo *demo, struct profile *out, struct err *err)
{
	enum err_code code = profile_init(out, "demo");

	if (!code)
		code = profile_set_base_url(out, demo->url, err);
	if (!code)
		code = profile_set_text(&out->client_id, "demo");
	if (!code)
		code = profile_set_text(&out->client_secret, "demo-secret");
	if (!code) /* its webhooks come back to the simulator */
		code = profile_set_text(&out->webhook_allow, "127.0.0.0/8,::1");
	if (code)
		profile_clear(out);
	return code;
}

/* --- a bad day --- */

struct control {
	struct session *session;
	char words[128];
};

static void control_done(void *context, const struct http_reply *reply)
{
	struct control *control = context;
	struct messages *messages = session_messages(control->session);

	if (reply->transport == TRANSPORT_ANSWERED && reply->status < 300)
		messages_add(messages, SEVERITY_INFO, NULL, "simulator: %s", control->words);
	else
		messages_add(messages, SEVERITY_ERROR, NULL, "simulator: %s failed (%d %.100s)",
			     control->words, reply->status,
			     reply->body_len ? reply->body : reply->error);
	session_operation_end(control->session, control);
	free(control);
}

static enum err_code post(struct session *session, const char *what, const char *body,
			  const char *words, struct err *err)
{
	static const char *const headers[] = {"Content-Type: application/json", NULL};
	struct http_request request = {
		.method = "POST", .headers = headers, .body = body, .body_len = strlen(body)};
	struct control *control = calloc(1, sizeof(*control));
	struct buf url;
	enum err_code code;

	if (!control || session_operation_begin(session, control, free)) {
		free(control);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	control->session = session;
	snprintf(control->words, sizeof(control->words), "%s", words);
	buf_init(&url, 4096);
	buf_printf(&url, "%s/__sim/%s", session_profile(session)->base_url, what);
	request.url = buf_str(&url);
	code = http_send(session_http(session), &request, control_done, control, NULL);
	if (code) {
		session_operation_end(session, control);
		free(control);
		err_set(err, code, "the call could not be made");
	}
	buf_free(&url);
	return code;
}

/* Another admin's change: a TTL that it does not have now. */
static enum err_code touch(struct session *session, const char *id, struct err *err)
{
	const struct index_row *row = index_find(session_index(session), id);
	struct buf body;
	enum err_code code;

	if (!row)
		return err_set(err, ERR_NOT_FOUND, "no action has the id '%s'", id);
	buf_init(&body, 4096);
	buf_puts(&body, "{\"id\":");
	canonical_string(id, strlen(id), &body);
	buf_printf(&body, ",\"set\":{\"cacheTtl\":%d}}", row->ttl_s == 120 ? 240 : 120);
	code = post(session, "touch", buf_str(&body), "another admin changed the TTL", err);
	buf_free(&body);
	return code;
}

enum err_code demo_control(struct session *session, const char *const *words, size_t n,
			   struct err *err)
{
	if (n == 2 && strcmp(words[0], "touch") == 0)
		return touch(session, words[1], err);
	if (n == 1 && strcmp(words[0], "throttle") == 0)
		return post(session, "faults",
			    "[{\"path\":\"/api/*\",\"times\":1,\"status\":429,"
			    "\"headers\":{\"Retry-After\":\"10\"},"
			    "\"body\":{\"message\":\"Rate limit exceeded\",\"status\":429,"
			    "\"code\":\"too.many.requests\"}}]",
			    "the next call meets 429 with Retry-After: 10", err);
	if (n == 2 && strcmp(words[0], "drop") == 0 && strcmp(words[1], "before") == 0)
		return post(session, "faults",
			    "[{\"method\":\"PUT\",\"times\":1,\"drop\":\"before\"}]",
			    "the next PUT is dropped before it takes effect", err);
	if (n == 2 && strcmp(words[0], "drop") == 0 && strcmp(words[1], "after") == 0)
		return post(session, "faults",
			    "[{\"method\":\"PUT\",\"times\":1,\"drop\":\"after\"}]",
			    "the next PUT takes effect, and its answer is lost", err);
	if (n == 1 && strcmp(words[0], "expire") == 0)
		return post(session, "expire", "{}", "all tokens have expired", err);
	if (n == 1 && strcmp(words[0], "reset") == 0)
		return post(session, "reset", "{}", "as it was at the start", err);
	return err_set(err, ERR_USAGE,
		       "sim takes: touch ID, throttle, drop before, drop after, expire, reset");
}
