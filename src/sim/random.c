#include "random.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

/* The finaliser of SplitMix64 and its inverse (odd multipliers have inverses
 * modulo 2^64). */
uint64_t random_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint64_t random_unmix(uint64_t x)
{
	x = (x ^ (x >> 31) ^ (x >> 62)) * UINT64_C(0x319642b2d24d8ec3);
	x = (x ^ (x >> 27) ^ (x >> 54)) * UINT64_C(0x96de1b173f119089);
	return x ^ (x >> 30) ^ (x >> 60);
}

uint64_t random_hash(uint64_t a, uint64_t b)
{
	return random_mix(random_mix(a + UINT64_C(0x9e3779b97f4a7c15)) ^
			  (b * UINT64_C(0xd1342543de82ef95)));
}

uint64_t random_next(struct random *random)
{
	random->state += UINT64_C(0x9e3779b97f4a7c15);
	return random_mix(random->state);
}

double random_unit(struct random *random)
{
	return ((double)(random_next(random) >> 11) + 0.5) / 9007199254740992.0;
}

double random_exponential(struct random *random)
{
	return -log(random_unit(random));
}

double random_normal(struct random *random)
{
	const double two_pi = 6.283185307179586;
	double radius = sqrt(2.0 * random_exponential(random));
	return radius * cos(two_pi * random_unit(random));
}

void random_uuid(struct random *random, char out[UUID_SIZE])
{
	uint64_t high = random_next(random);
	uint64_t low = random_next(random);

	snprintf(out, UUID_SIZE, "%08x-%04x-4%03x-a%03x-%012" PRIx64, (unsigned int)(high >> 32),
		 (unsigned int)(high >> 16 & 0xffff), (unsigned int)(high & 0xfff),
		 (unsigned int)(low >> 52), low & UINT64_C(0xffffffffffff));
}

void random_secret(unsigned char *out, unsigned int len)
{
	struct timespec now;
	struct random fallback;

	if (getrandom(out, len, 0) == (ssize_t)len)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	fallback.state = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	for (unsigned int i = 0; i < len; i++)
		out[i] = (unsigned char)random_next(&fallback);
}
