#include "gate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_head.h"
#include "random.h"

enum { BACKLOG = 128, EVENTS = 64, WAITING_MAX = 512, ANSWER_MAX = 1024 };

/* A connection whose head has not come yet, or whose head was bad. */
struct waiting {
	int fd;
	bool turned_away;
	struct waiting *next;
};

struct gate {
	int listener;
	int epoll; /* of the listener and all who wait, edge-triggered */
	int port;
	bool looks;
	struct random *random;
	gate_admit_fn *admit;
	void *context;
	struct waiting *waiting; /* newest first */
	size_t count;
	char peeked[HTTP_HEAD_MAX];
};

static int listen_on(int port, int *bound)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	socklen_t len = sizeof(address);
	const int yes = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) < 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*bound = ntohs(address.sin_port);
	return fd;
}

static int watch(struct gate *gate, int fd, struct waiting *waiting)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (waiting ? EPOLLET : 0),
				    .data.ptr = waiting};

	return epoll_ctl(gate->epoll, EPOLL_CTL_ADD, fd, &event);
}

enum err_code gate_new(int port, bool looks, struct random *random, gate_admit_fn *admit,
		       void *context, struct gate **out, struct err *err)
{
	struct gate *gate = calloc(1, sizeof(*gate));

	if (!gate)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	gate->looks = looks;
	gate->random = random;
	gate->admit = admit;
	gate->context = context;
	gate->epoll = epoll_create1(EPOLL_CLOEXEC);
	gate->listener = listen_on(port, &gate->port);
	if (gate->epoll < 0 || gate->listener < 0 || watch(gate, gate->listener, NULL) < 0) {
		err_set(err, ERR_IO, "port %d on 127.0.0.1: %s", port, strerror(errno));
		gate_free(&gate);
		return ERR_IO;
	}
	*out = gate;
	return ERR_OK;
}

/* Takes *link out of the list; its connection is the caller's then. */
static int forget(struct gate *gate, struct waiting **link)
{
	struct waiting *gone = *link;
	int fd = gone->fd;

	*link = gone->next;
	gate->count--;
	free(gone);
	epoll_ctl(gate->epoll, EPOLL_CTL_DEL, fd, NULL);
	return fd;
}

void gate_free(struct gate **gate)
{
	if (!*gate)
		return;
	while ((*gate)->waiting)
		close(forget(*gate, &(*gate)->waiting));
	if ((*gate)->listener >= 0)
		close((*gate)->listener);
	if ((*gate)->epoll >= 0)
		close((*gate)->epoll);
	free(*gate);
	*gate = NULL;
}

int gate_port(const struct gate *gate)
{
	return gate->port;
}

int gate_fd(const struct gate *gate)
{
	return gate->epoll;
}

static void answer(struct gate *gate, int fd, const struct head_problem *problem)
{
	char id[UUID_SIZE];
	char body[ANSWER_MAX];
	char text[2 * ANSWER_MAX];
	int len;

	random_uuid(gate->random, id);
	snprintf(body, sizeof(body),
		 "{\"message\":\"%s\",\"code\":\"%s\",\"status\":%u,\"contextId\":\"%s\","
		 "\"details\":[],\"errors\":[]}",
		 problem->message, problem->code, problem->status, id);
	len = snprintf(text, sizeof(text),
		       "HTTP/1.1 %u %s\r\nContent-Type: application/json\r\n"
		       "ININ-Correlation-Id: %s\r\nContent-Length: %zu\r\n"
		       "Connection: close\r\n\r\n%s",
		       problem->status, MHD_get_reason_phrase_for(problem->status), id,
		       strlen(body), body);
	send(fd, text, (size_t)len, MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
}

/* Reads until the peer is done: a close with bytes unread or still to come
 * would reset the connection, and the answer with it. */
static void see_off(struct gate *gate, struct waiting **link)
{
	ssize_t n;

	while ((n = recv((*link)->fd, gate->peeked, sizeof(gate->peeked), 0)) > 0)
		continue;
	if (n == 0 || (errno != EAGAIN && errno != EINTR))
		close(forget(gate, link));
}

static void check(struct gate *gate, struct waiting **link, size_t len, bool ended)
{
	struct head_problem problem;

	switch (http_head_check(gate->peeked, len, ended, &problem)) {
	case HEAD_GOOD:
		gate->admit(gate->context, forget(gate, link));
		break;
	case HEAD_BAD:
		(*link)->turned_away = true;
		answer(gate, (*link)->fd, &problem);
		see_off(gate, link);
		break;
	case HEAD_UNFINISHED:
		break;
	}
}

/* Looks at what came so far, without taking it. */
static void look_at(struct gate *gate, struct waiting **link, bool ended)
{
	ssize_t n = (*link)->turned_away
			    ? 0
			    : recv((*link)->fd, gate->peeked, sizeof(gate->peeked), MSG_PEEK);

	if ((*link)->turned_away)
		see_off(gate, link);
	else if (n > 0)
		check(gate, link, (size_t)n, ended);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		close(forget(gate, link));
}

static struct waiting **link_of(struct gate *gate, const struct waiting *waiting)
{
	struct waiting **link = &gate->waiting;

	while (*link != waiting)
		link = &(*link)->next;
	return link;
}

static void make_room(struct gate *gate)
{
	struct waiting **link = &gate->waiting;

	if (gate->count < WAITING_MAX)
		return;
	while ((*link)->next)
		link = &(*link)->next;
	close(forget(gate, link));
}

static void queue(struct gate *gate, int fd)
{
	struct waiting *waiting = calloc(1, sizeof(*waiting));

	if (!waiting || watch(gate, fd, waiting) < 0) {
		free(waiting);
		close(fd);
		return;
	}
	make_room(gate);
	waiting->fd = fd;
	waiting->next = gate->waiting;
	gate->waiting = waiting;
	gate->count++;
}

static void accept_all(struct gate *gate)
{
	int fd;

	while ((fd = accept(gate->listener, NULL, NULL)) >= 0) {
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		fcntl(fd, F_SETFL, O_NONBLOCK);
		if (gate->looks)
			queue(gate, fd);
		else
			gate->admit(gate->context, fd);
	}
}

void gate_run(struct gate *gate)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(gate->epoll, events, EVENTS, 0);
	bool knocked = false;

	for (int i = 0; i < n; i++) {
		bool ended = events[i].events & (EPOLLRDHUP | EPOLLHUP);
		if (events[i].data.ptr)
			look_at(gate, link_of(gate, events[i].data.ptr), ended);
		else
			knocked = true;
	}
	if (knocked) /* last: it may turn out one of those above */
		accept_all(gate);
}
