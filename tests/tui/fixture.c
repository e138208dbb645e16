/* A small full-screen program, right and wrong on demand: what the driver's own
 * scenarios run. Each key below does what its line says. */
#include <arpa/inet.h>
#include <curses.h>
#include <locale.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static void draw(const char *key)
{
	erase();
	attron(A_BOLD | A_REVERSE);
	mvaddstr(0, 0, "FIXTURE");
	attroff(A_BOLD | A_REVERSE);
	attron(COLOR_PAIR(1));
	mvaddstr(1, 0, "red on default");
	attroff(COLOR_PAIR(1));
	attron(COLOR_PAIR(2) | A_UNDERLINE);
	mvaddstr(1, 20, "green on blue");
	attroff(COLOR_PAIR(2) | A_UNDERLINE);
	mvaddstr(2, 0, "wide 日本 caf\xc3\xa9 end");
	mvprintw(3, 0, "size: %dx%d", COLS, LINES);
	mvprintw(4, 0, "key: %s", key);
	mvprintw(5, 0, "again again");
	mvprintw(LINES - 1, 0, "last row");
	move(4, 5);
	refresh();
}

static void raw_bytes(const char *bytes)
{
	fputs(bytes, stdout);
	fflush(stdout);
}

/* Processor time, so that a loaded machine makes it longer and never shorter. */
static void work_ms(long ms)
{
	clock_t end = clock() + ms * (CLOCKS_PER_SEC / 1000);

	while (clock() < end)
		;
}

/* Ask the simulator named by CXONE_BASE_URL and wait for it in poll, as a loop
 * would. */
static void ask_simulator(void)
{
	static const char request[] = "GET /slow HTTP/1.0\r\n\r\n";
	const char *url = getenv("CXONE_BASE_URL");
	const char *port = url ? strrchr(url, ':') : NULL;
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct pollfd poll_fd = {.events = POLLIN};

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((unsigned short)(port ? atoi(port + 1) : 0));
	poll_fd.fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(poll_fd.fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    write(poll_fd.fd, request, sizeof(request) - 1) > 0)
		poll(&poll_fd, 1, -1);
	close(poll_fd.fd);
}

static void pretend_sanitizer(void)
{
	const char *folder = getenv("DIR");
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/sanitizer.1", folder ? folder : ".");
	file = fopen(path, "w");
	if (file) {
		fputs("ERROR: a pretended report\n", file);
		fclose(file);
	}
}

static void leave_orphan(void)
{
	/* Before the fork: the terminal may hang up before the child runs. */
	signal(SIGHUP, SIG_IGN);
	if (fork() == 0) {
		for (;;)
			pause();
	}
}

static void modes_act(int key)
{
	if (key == 'L') /* ends with the screen as it is */
		_exit(0);
	if (key == 'M') { /* ends with the mouse on */
		endwin();
		raw_bytes("\033[?1000h");
		_exit(0);
	}
	if (key == 'H') { /* ends with the cursor hidden */
		endwin();
		raw_bytes("\033[?25l");
		_exit(0);
	}
	if (key == 'E') { /* ends without echo */
		struct termios modes;

		endwin();
		tcgetattr(0, &modes);
		modes.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(0, TCSANOW, &modes);
		_exit(0);
	}
}

static void act(int key)
{
	modes_act(key);
	switch (key) {
	case 'b': /* not UTF-8 */
		raw_bytes("\xff");
		break;
	case 'c': /* a raw C1 control */
		raw_bytes("\x9b");
		break;
	case 'C': /* a C1 control in UTF-8 */
		raw_bytes("\xc2\x85");
		break;
	case 'K': /* crashes */
		abort();
	case 't': /* a title longer than libvterm's buffer */
		raw_bytes("\033]2;a title of more than sixty-four characters, which libvterm "
			  "0.1 would cut\a");
		break;
	case 'y': /* to the clipboard: "copied!" */
		raw_bytes("\033]52;c;Y29waWVkIQ==\a");
		break;
	case 's': /* works for a while */
		work_ms(300);
		mvaddstr(10, 0, "late");
		break;
	case 'n': /* waits for the simulator */
		ask_simulator();
		mvaddstr(10, 0, "answered");
		break;
	case 'A':
		pretend_sanitizer();
		break;
	case 'O':
		leave_orphan();
		break;
	case 'R': /* never rests */
		timeout(20);
		break;
	case 'h':
		curs_set(0);
		break;
	case 'N':
		mousemask(0, NULL);
		break;
	default:
		break;
	}
	move(4, 5);
	refresh();
}

static void draw_mouse(void)
{
	MEVENT event;
	char text[64] = "none";

	if (getmouse(&event) == OK)
		snprintf(text, sizeof(text), "mouse %d,%d %s", event.x + 1, event.y + 1,
			 event.bstate & BUTTON4_PRESSED   ? "up"
			 : event.bstate & BUTTON5_PRESSED ? "down"
			 : event.bstate & BUTTON1_PRESSED ? "press"
							  : "other");
	draw(text);
}

static void set_up(void)
{
	setlocale(LC_ALL, "");
	initscr();
	set_escdelay(25);
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	start_color();
	use_default_colors();
	init_pair(1, COLOR_RED, -1);
	init_pair(2, COLOR_GREEN, COLOR_BLUE);
	mouseinterval(0);
	mousemask(ALL_MOUSE_EVENTS, NULL);
}

int main(int argc, char **argv)
{
	wint_t key;
	int kind;

	if (argc > 1 && strcmp(argv[1], "--print") == 0) {
		puts(argc > 2 ? argv[2] : "nothing");
		return 4;
	}
	set_up();
	draw("none");
	for (;;) {
		kind = get_wch(&key);
		if (kind == ERR)
			continue;
		if (kind == KEY_CODE_YES && key == KEY_MOUSE) {
			draw_mouse();
			continue;
		}
		draw(kind == KEY_CODE_YES ? keyname((int)key) : key_name((wchar_t)key));
		if (kind == KEY_CODE_YES)
			continue;
		if (key == 'q' || key == 'Q')
			break;
		act((int)key);
	}
	endwin();
	return key == 'Q' ? 3 : 0;
}
