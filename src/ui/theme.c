/* Three themes. Colours come from the terminal's own palette. */
#include "dacache/ui/theme.h"

#include <stdlib.h>
#include <string.h>

/* Colours of the 16 (or 8) and, where the terminal has them, of the 256. -1: the
 * terminal's default. */
struct look {
	attr_t attributes;
	short foreground, background;         /* with 8 colours */
	short foreground_256, background_256; /* with 256 */
};

#define PLAIN       -1, -1, -1, -1
#define FG(c, c256) (c), -1, (c256), -1

static const struct look look_dark[ROLES] = {
	[ROLE_TEXT] = {A_NORMAL, PLAIN},
	[ROLE_BAR] = {A_NORMAL, COLOR_WHITE, COLOR_BLUE, 252, 236},
	[ROLE_BAR_WARN] = {A_BOLD, COLOR_YELLOW, COLOR_BLUE, 221, 236},
	[ROLE_PROD] = {A_BOLD, COLOR_WHITE, COLOR_RED, 231, 124},
	[ROLE_TITLE] = {A_NORMAL, FG(COLOR_CYAN, 109)},
	[ROLE_FOCUS] = {A_BOLD, FG(COLOR_CYAN, 117)},
	[ROLE_HEADER] = {A_NORMAL, FG(COLOR_CYAN, 245)},
	[ROLE_DIM] = {A_NORMAL, FG(COLOR_WHITE, 243)},
	[ROLE_STRONG] = {A_BOLD, PLAIN},
	[ROLE_OK] = {A_NORMAL, FG(COLOR_GREEN, 114)},
	[ROLE_WARN] = {A_NORMAL, FG(COLOR_YELLOW, 221)},
	[ROLE_ERROR] = {A_BOLD, FG(COLOR_RED, 203)},
	[ROLE_HIT] = {A_NORMAL, FG(COLOR_GREEN, 114)},
	[ROLE_MISS] = {A_NORMAL, FG(COLOR_YELLOW, 215)},
	[ROLE_KEY] = {A_BOLD, FG(COLOR_CYAN, 117)},
	[ROLE_LABEL] = {A_NORMAL, FG(COLOR_CYAN, 245)},
	[ROLE_SELECTED] = {A_BOLD, COLOR_WHITE, COLOR_BLUE, 231, 24},
	[ROLE_SELECTED_DIM] = {A_BOLD, PLAIN},
	[ROLE_CHANGED] = {A_BOLD, FG(COLOR_YELLOW, 221)},
	[ROLE_ADDED] = {A_BOLD, FG(COLOR_GREEN, 114)},
	[ROLE_REMOVED] = {A_BOLD, FG(COLOR_RED, 203)},
	[ROLE_FIELD] = {A_UNDERLINE, PLAIN},
	[ROLE_FIELD_FOCUS] = {A_BOLD, COLOR_WHITE, COLOR_BLUE, 231, 24},
	[ROLE_CHART] = {A_NORMAL, FG(COLOR_CYAN, 110)},
	[ROLE_JSON_KEY] = {A_NORMAL, FG(COLOR_CYAN, 110)},
	[ROLE_JSON_STRING] = {A_NORMAL, FG(COLOR_GREEN, 150)},
	[ROLE_JSON_NUMBER] = {A_NORMAL, FG(COLOR_YELLOW, 215)},
	[ROLE_JSON_LITERAL] = {A_NORMAL, FG(COLOR_MAGENTA, 176)},
	[ROLE_TIME_QUEUE] = {A_NORMAL, FG(COLOR_WHITE, 245)},
	[ROLE_TIME_NAME] = {A_NORMAL, FG(COLOR_CYAN, 80)},
	[ROLE_TIME_CONNECT] = {A_NORMAL, FG(COLOR_YELLOW, 215)},
	[ROLE_TIME_TLS] = {A_NORMAL, FG(COLOR_MAGENTA, 176)},
	[ROLE_TIME_WAIT] = {A_NORMAL, FG(COLOR_GREEN, 114)},
	[ROLE_TIME_TRANSFER] = {A_NORMAL, FG(COLOR_BLUE, 75)},
};

static const struct look look_light[ROLES] = {
	[ROLE_TEXT] = {A_NORMAL, PLAIN},
	[ROLE_BAR] = {A_NORMAL, COLOR_BLACK, COLOR_CYAN, 236, 253},
	[ROLE_BAR_WARN] = {A_BOLD, COLOR_RED, COLOR_CYAN, 130, 253},
	[ROLE_PROD] = {A_BOLD, COLOR_WHITE, COLOR_RED, 231, 124},
	[ROLE_TITLE] = {A_NORMAL, FG(COLOR_BLUE, 25)},
	[ROLE_FOCUS] = {A_BOLD, FG(COLOR_BLUE, 25)},
	[ROLE_HEADER] = {A_NORMAL, FG(COLOR_BLUE, 242)},
	[ROLE_DIM] = {A_NORMAL, FG(-1, 245)},
	[ROLE_STRONG] = {A_BOLD, PLAIN},
	[ROLE_OK] = {A_NORMAL, FG(COLOR_GREEN, 28)},
	[ROLE_WARN] = {A_NORMAL, FG(COLOR_MAGENTA, 130)},
	[ROLE_ERROR] = {A_BOLD, FG(COLOR_RED, 160)},
	[ROLE_HIT] = {A_NORMAL, FG(COLOR_GREEN, 28)},
	[ROLE_MISS] = {A_NORMAL, FG(COLOR_MAGENTA, 130)},
	[ROLE_KEY] = {A_BOLD, FG(COLOR_BLUE, 25)},
	[ROLE_LABEL] = {A_NORMAL, FG(COLOR_BLUE, 242)},
	[ROLE_SELECTED] = {A_BOLD, COLOR_WHITE, COLOR_BLUE, 16, 153},
	[ROLE_SELECTED_DIM] = {A_BOLD, PLAIN},
	[ROLE_CHANGED] = {A_BOLD, FG(COLOR_MAGENTA, 130)},
	[ROLE_ADDED] = {A_BOLD, FG(COLOR_GREEN, 28)},
	[ROLE_REMOVED] = {A_BOLD, FG(COLOR_RED, 160)},
	[ROLE_FIELD] = {A_UNDERLINE, PLAIN},
	[ROLE_FIELD_FOCUS] = {A_BOLD, COLOR_WHITE, COLOR_BLUE, 16, 153},
	[ROLE_CHART] = {A_NORMAL, FG(COLOR_BLUE, 31)},
	[ROLE_JSON_KEY] = {A_NORMAL, FG(COLOR_BLUE, 25)},
	[ROLE_JSON_STRING] = {A_NORMAL, FG(COLOR_GREEN, 28)},
	[ROLE_JSON_NUMBER] = {A_NORMAL, FG(COLOR_MAGENTA, 130)},
	[ROLE_JSON_LITERAL] = {A_NORMAL, FG(COLOR_RED, 90)},
	[ROLE_TIME_QUEUE] = {A_NORMAL, FG(-1, 242)},
	[ROLE_TIME_NAME] = {A_NORMAL, FG(COLOR_CYAN, 30)},
	[ROLE_TIME_CONNECT] = {A_NORMAL, FG(COLOR_RED, 130)},
	[ROLE_TIME_TLS] = {A_NORMAL, FG(COLOR_MAGENTA, 90)},
	[ROLE_TIME_WAIT] = {A_NORMAL, FG(COLOR_GREEN, 28)},
	[ROLE_TIME_TRANSFER] = {A_NORMAL, FG(COLOR_BLUE, 26)},
};

static const attr_t look_mono[ROLES] = {
	[ROLE_BAR] = A_REVERSE,
	[ROLE_BAR_WARN] = A_REVERSE | A_BOLD,
	[ROLE_PROD] = A_REVERSE | A_BOLD,
	[ROLE_FOCUS] = A_BOLD,
	[ROLE_HEADER] = A_UNDERLINE,
	[ROLE_DIM] = A_DIM,
	[ROLE_STRONG] = A_BOLD,
	[ROLE_WARN] = A_BOLD,
	[ROLE_ERROR] = A_BOLD,
	[ROLE_KEY] = A_BOLD,
	[ROLE_SELECTED] = A_REVERSE,
	[ROLE_SELECTED_DIM] = A_BOLD,
	[ROLE_CHANGED] = A_BOLD,
	[ROLE_ADDED] = A_BOLD,
	[ROLE_REMOVED] = A_BOLD,
	[ROLE_FIELD] = A_UNDERLINE,
	[ROLE_FIELD_FOCUS] = A_REVERSE,
	[ROLE_JSON_KEY] = A_BOLD,
	[ROLE_TIME_QUEUE] = A_DIM,
};

static void load_mono(struct theme *theme)
{
	theme->name = "mono";
	for (int i = 0; i < ROLES; i++) {
		theme->attributes[i] = look_mono[i];
		theme->pairs[i] = 0;
	}
}

static void load_colours(struct theme *theme, const struct look *look)
{
	for (int i = 0; i < ROLES; i++) {
		bool many = COLORS >= 256;
		short foreground = many ? look[i].foreground_256 : look[i].foreground;
		short background = many ? look[i].background_256 : look[i].background;

		theme->attributes[i] = look[i].attributes;
		theme->pairs[i] = 0;
		if (foreground == -1 && background == -1)
			continue;
		theme->pairs[i] = (short)(i + 1);
		init_pair((short)(i + 1), foreground, background);
	}
}

/* "15;0": what some terminals say of their own background. */
static bool background_is_light(void)
{
	const char *text = getenv("COLORFGBG");
	const char *last = text ? strrchr(text, ';') : NULL;

	return last && (strcmp(last, ";15") == 0 || strcmp(last, ";7") == 0);
}

void theme_load(struct theme *theme, const char *name, bool no_color)
{
	bool light = name && strcmp(name, "light") == 0;
	bool dark = name && strcmp(name, "dark") == 0;

	if (no_color || (name && strcmp(name, "mono") == 0) || !has_colors() ||
	    start_color() == ERR || use_default_colors() == ERR || COLOR_PAIRS <= ROLES) {
		load_mono(theme);
		return;
	}
	if (!light && !dark)
		light = background_is_light();
	theme->name = light ? "light" : "dark";
	load_colours(theme, light ? look_light : look_dark);
}
