/* Numbers that look random and are the same for the same seed. */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdint.h>

/* One to one: random_unmix(random_mix(x)) == x. */
uint64_t random_mix(uint64_t x);
uint64_t random_unmix(uint64_t x);
/* A hash of two numbers, not to be undone. */
uint64_t random_hash(uint64_t a, uint64_t b);

struct random {
	uint64_t state;
};

uint64_t random_next(struct random *random);
double random_unit(struct random *random); /* in (0, 1) */
/* The time to the next event of a Poisson process, in units of its mean. */
double random_exponential(struct random *random);
double random_normal(struct random *random); /* mean 0, deviation 1 */

/* A UUID, version 4. */
enum { UUID_SIZE = 37 };
void random_uuid(struct random *random, char out[UUID_SIZE]);

/* Bytes nobody can guess; falls back on the clock where the system has none. */
void random_secret(unsigned char *out, unsigned int len);

#endif
