#include "dacache/domain/lane.h"

const char *lane_name(enum lane lane)
{
	static const char *const names[LANES] = {"interactive", "recovery", "bulk", "watch",
						 "background"};

	return (unsigned)lane < LANES ? names[lane] : "";
}
