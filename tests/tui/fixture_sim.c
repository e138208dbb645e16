/* The least that the driver takes for a simulator. GET /__sim/state counts its
 * calls, POST /echo gives its body back, GET /slow works for a while, all else
 * is 404. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void on_term(int number)
{
	(void)number;
	_exit(0);
}

static void on_term_crash(int number)
{
	(void)number;
	abort();
}

static int open_port(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	int yes = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((unsigned short)port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 8) ||
	    getsockname(fd, (struct sockaddr *)&address, &len)) {
		perror("fixture_sim");
		exit(1);
	}
	printf("listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

static void reply(int fd, const char *status, const char *body)
{
	dprintf(fd, "HTTP/1.0 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", status,
		strlen(body), body);
}

/* Until the header has ended and the body, as long as it says, is there. */
static void read_request(int fd, char *request, size_t size)
{
	size_t len = 0;
	ssize_t more;

	while (len < size - 1 && (more = read(fd, request + len, size - 1 - len)) > 0) {
		const char *end;
		const char *length;

		len += (size_t)more;
		request[len] = '\0';
		end = strstr(request, "\r\n\r\n");
		length = strstr(request, "Content-Length: ");
		if (end && (!length || strlen(end + 4) >= (size_t)atoi(length + 16)))
			return;
	}
	request[len] = '\0';
}

static void serve(int fd, int *count)
{
	char request[8192];
	char body[64];
	const char *end;
	clock_t until;

	read_request(fd, request, sizeof(request));
	end = strstr(request, "\r\n\r\n");
	if (strncmp(request, "GET /__sim/state ", 17) == 0) {
		snprintf(body, sizeof(body), "{\"count\":%d}", ++*count);
		reply(fd, "200 OK", body);
	} else if (strncmp(request, "POST /echo ", 11) == 0 && end) {
		reply(fd, "200 OK", end + 4);
	} else if (strncmp(request, "GET /slow ", 10) == 0) {
		until = clock() + CLOCKS_PER_SEC * 3 / 10;
		while (clock() < until)
			;
		reply(fd, "200 OK", "{}");
	} else {
		reply(fd, "404 Not Found", "{\"message\":\"no such path\"}");
	}
}

int main(int argc, char **argv)
{
	int port = 0;
	int listener;
	int count = 0;

	signal(SIGTERM, on_term);
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--port") == 0 && i + 1 < argc) {
			port = atoi(argv[++i]);
		} else if (strcmp(argv[i], "--crash-at-end") == 0) {
			signal(SIGTERM, on_term_crash);
		} else if (strcmp(argv[i], "--fail") == 0) {
			fputs("fixture_sim: asked to fail\n", stderr);
			return 1;
		}
	}
	listener = open_port(port);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			continue;
		serve(fd, &count);
		close(fd);
	}
}
