#include "requests.h"

#include <stdlib.h>

#include "allocate.h"
#include "probes/pages.h"

enum { TRIES = 16, WORD_BITS = 64 };

const struct mode modes[] = {
	{"sequential write (creation)", false, false, true, true},
	{"sequential rewrite", false, false, true, false},
	{"sequential read", false, true, false, false},
	{"random read", true, true, false, false},
	{"random write", true, false, true, false},
	{"random r/w", true, true, true, false},
};

int
requests_init(struct requests *r, bool exclusive)
{
	r->per_file = (r->files->size + r->bytes - 1) / r->bytes;
	r->places = r->per_file * r->files->count;
	pthread_mutex_init(&r->lock, NULL);
	if (!exclusive)
		return 0;
	if (pages_afford(sizeof(*r->held), r->places / WORD_BITS + 1) < 0)
		return -1;
	r->held = allocate(r->places / WORD_BITS + 1, sizeof(*r->held));
	return 0;
}

void
requests_free(struct requests *r)
{
	free(r->held);
}

/* True when an fsync of the next file is due: until every file has had one, there are no other
 * requests. */
static bool
next_fsync(struct requests *r, struct event *event)
{
	if (r->fsync_every == 0 || !r->dirty || r->count % r->fsync_every != 0)
		return false;
	*event = (struct event){.kind = FSYNC, .file = r->fsync_file++};
	if (r->fsync_file == r->files->count) {
		r->fsync_file = 0;
		r->dirty = false;
	}
	return true;
}

static void
choose_kind(const struct requests *r, struct event *event)
{
	double reads, writes;

	event->kind = r->mode->reads ? READ : WRITE;
	if (!r->mode->reads || !r->mode->writes)
		return;
	reads = (double)atomic_load_explicit(&r->reads, memory_order_relaxed);
	writes = (double)atomic_load_explicit(&r->writes, memory_order_relaxed);
	event->kind = (reads + 1) / (writes + 1) < r->ratio ? READ : WRITE;
}

static void
choose_place(struct requests *r, struct random *random, struct event *event)
{
	uint64_t n, left;

	if (r->mode->random)
		n = random_below(random, r->places);
	else
		n = atomic_fetch_add_explicit(&r->position, 1, memory_order_relaxed) % r->places;
	event->file = (unsigned)(n / r->per_file);
	event->offset = n % r->per_file * r->bytes;
	left = r->files->size - event->offset;
	event->size = left < r->bytes ? left : r->bytes;
}

/* Without fsyncs no request depends on another, and none waits. */
void
requests_next(struct requests *r, struct random *random, struct event *event)
{
	bool alone = r->fsync_every && r->mode->writes;

	if (alone)
		pthread_mutex_lock(&r->lock);
	if (!alone || !next_fsync(r, event)) {
		choose_kind(r, event);
		choose_place(r, random, event);
		if (alone) {
			r->count++;
			r->dirty |= event->kind == WRITE;
		}
	}
	if (alone)
		pthread_mutex_unlock(&r->lock);
}

static _Atomic uint64_t *
word_of(const struct requests *r, unsigned file, uint64_t offset, uint64_t *bit)
{
	uint64_t n = file * r->per_file + offset / r->bytes;

	*bit = UINT64_C(1) << n % WORD_BITS;
	return &r->held[n / WORD_BITS];
}

bool
requests_hold(struct requests *r, struct random *random, struct event *event)
{
	_Atomic uint64_t *word;
	uint64_t bit;

	if (!r->held || event->kind == FSYNC)
		return true;
	for (int i = 0; i < TRIES; i++) {
		word = word_of(r, event->file, event->offset, &bit);
		if (!(atomic_fetch_or(word, bit) & bit))
			return true;
		if (r->mode->random)
			choose_place(r, random, event);
	}
	return false;
}

void
requests_done(struct requests *r, enum operation kind, unsigned file, uint64_t offset)
{
	_Atomic uint64_t *word;
	uint64_t bit;

	if (r->mode->reads && r->mode->writes)
		atomic_fetch_add_explicit(kind == WRITE ? &r->writes : &r->reads, 1,
					  memory_order_relaxed);
	if (!r->held)
		return;
	word = word_of(r, file, offset, &bit);
	atomic_fetch_and(word, ~bit);
}
