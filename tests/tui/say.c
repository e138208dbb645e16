/* say SOCKET: standard input into a Unix socket. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int complain(const char *what)
{
	perror(what);
	return 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char data[1000]; /* no multiple of a line: lines go in pieces */
	ssize_t n;

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path)) {
		fprintf(stderr, "usage: say SOCKET\n");
		return 2;
	}
	strcpy(address.sun_path, argv[1]);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		return complain(argv[1]);
	while ((n = read(STDIN_FILENO, data, sizeof(data))) > 0)
		for (ssize_t done = 0; done < n;) {
			ssize_t sent = write(fd, data + done, (size_t)(n - done));

			if (sent < 0)
				return complain("write");
			done += sent;
		}
	return 0;
}
