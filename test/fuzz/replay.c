/*
 * replay - runs a fuzz harness over its corpus without a fuzzer: each seed
 * whole, cut short, and with bytes changed, always from exact-size heap
 * copies. Deterministic, so that make check says the same twice.
 *
 * f_x takes the files of test/fuzz/corpus/x, or those given.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED_MAX	((size_t)1 << 20)
#define CUTS_MAX	200
#define CHANGES_MAX	200

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct seed {
	uint8_t	*p;
	size_t	 n;
};

static void
feed(const uint8_t *p, size_t n)
{
	uint8_t	*copy = malloc(n == 0 ? 1 : n);

	if (copy == NULL)
		abort();
	if (n > 0)
		memcpy(copy, p, n);
	(void)LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static int
seed_read(const char *path, struct seed *s)
{
	FILE	*f = fopen(path, "rb");

	if (f == NULL)
		return (-1);
	s->p = malloc(SEED_MAX);
	if (s->p == NULL)
		abort();
	s->n = fread(s->p, 1, SEED_MAX, f);
	(void)fclose(f);
	return (0);
}

/* A small generator of our own: rand(3) differs between systems. */
static uint32_t
next(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return (*x);
}

static void
seed_play(struct seed *s)
{
	size_t		step = s->n / CUTS_MAX + 1, at;
	uint32_t	x = 2463534242u;
	uint8_t		old;

	feed(s->p, s->n);
	for (size_t n = 0; n < s->n; n += step)
		feed(s->p, n);
	for (unsigned i = 0; i < CHANGES_MAX && s->n > 0; i++) {
		at = next(&x) % s->n;
		old = s->p[at];
		s->p[at] = (uint8_t)next(&x);
		feed(s->p, s->n);
		s->p[at] = old;
	}
}

static int
play_file(const char *path)
{
	struct seed	s;

	if (seed_read(path, &s) == -1) {
		perror(path);
		return (1);
	}
	seed_play(&s);
	free(s.p);
	return (0);
}

static int
play_folder(const char *folder, unsigned *played)
{
	DIR		*d = opendir(folder);
	struct dirent	*e;
	char		 path[8192];
	int		 failed = 0;

	if (d == NULL) {
		perror(folder);
		return (1);
	}
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder,
		    e->d_name);
		failed += play_file(path);
		(*played)++;
	}
	(void)closedir(d);
	return (failed);
}

int
main(int argc, char **argv)
{
	const char	*top = getenv("WEIR_SRCDIR"), *name;
	char		 folder[4096];
	unsigned	 played = 0;
	int		 failed = 0;

	feed((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++, played++)
		failed += play_file(argv[i]);
	if (argc == 1) {
		name = strrchr(argv[0], '/');
		name = name != NULL ? name + 1 : argv[0];
		if (strncmp(name, "f_", 2) == 0)
			name += 2;
		(void)snprintf(folder, sizeof(folder),
		    "%s/test/fuzz/corpus/%s", top != NULL ? top : ".", name);
		failed += play_folder(folder, &played);
	}
	(void)printf("%u passed, %d failed\n", played - (unsigned)failed,
	    failed);
	return (failed > 0 || played == 0);
}
