/* How it went with a command that was watched, as JSON. */
#include "outcome.h"

#include <sys/wait.h>

#include "die.h"

int
outcome_status(const struct outcome *o)
{
	if (o->interrupted)
		return INTERRUPTED;
	if (*o->lost)
		return LOST;
	if (o->guest >= 0)
		return o->guest;
	return WIFSIGNALED(o->how) ? 128 + WTERMSIG(o->how) : WEXITSTATUS(o->how);
}

static double
ms(uint64_t from_ns, uint64_t to_ns)
{
	return (double)(to_ns - from_ns) / 1e6;
}

static void
write_utc(FILE *out, const char *name, time_t when)
{
	char text[32];
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
	fprintf(out, "\"%s\":\"%s\",", name, text);
}

static void
write_moments(const struct outcome *o, FILE *out)
{
	fprintf(out, "\"start_monotonic_ns\":%llu,", (unsigned long long)o->start_ns);
	fprintf(out, "\"start_realtime_ns\":%llu,",
		(unsigned long long)o->start.tv_sec * 1000000000 +
			(unsigned long long)o->start.tv_nsec);
	if (o->hello.heard_ns)
		fprintf(out, "\"start_to_init_ms\":%.3f,", ms(o->start_ns, o->hello.heard_ns));
	if (o->hello.said_ns && o->document.said_ns)
		fprintf(out, "\"guest_clock\":[[%llu,%llu],[%llu,%llu]],",
			(unsigned long long)o->hello.said_ns, (unsigned long long)o->hello.heard_ns,
			(unsigned long long)o->document.said_ns,
			(unsigned long long)o->document.heard_ns);
	if (o->whole_ns && o->end_ns > o->whole_ns)
		fprintf(out, "\"result_to_gone_ms\":%.3f,", ms(o->whole_ns, o->end_ns));
}

/* Those before the last that has an end, too: their place is their number. */
static void
write_cputimes(const struct outcome *o, FILE *out)
{
	const struct cputime start = {.known = true, .waited_known = true};
	int count = PORT_EXPERIMENTS;

	while (count > 0 && !o->experiments[count - 1].end.known)
		count--;
	if (o->at_exit.known) {
		fputs("\"cpu\":", out);
		cputime_write(&start, &o->at_exit, out);
		putc(',', out);
	}
	fputs("\"experiments\":[", out);
	for (int i = 0; i < count; i++) {
		if (i > 0)
			putc(',', out);
		cputime_write(&o->experiments[i].begin, &o->experiments[i].end, out);
	}
	fputs("],", out);
}

void
outcome_write(const struct outcome *o, const struct sampler *sampler, FILE *out)
{
	putc('{', out);
	write_utc(out, "start_utc", o->start.tv_sec);
	/* The time of day may have been set meanwhile: that is no part of how long it took. */
	write_utc(out, "end_utc",
		  o->start.tv_sec + (time_t)((o->end_ns - o->start_ns) / 1000000000));
	sampler_write(sampler, o->start_ns, out);
	write_moments(o, out);
	write_cputimes(o, out);
	exits_write(&o->at_hello, &o->at_document, out);
	footprint_write(&o->footprint, out);
	if (o->knows_huge_pages)
		fprintf(out, "\"huge_pages_bytes\":%llu,", (unsigned long long)o->huge_pages);
	if (o->interrupted)
		fputs("\"interrupted\":true,", out);
	if (*o->lost)
		fprintf(out, "\"lost\":\"%s\",", o->lost);
	if (o->guest >= 0)
		fprintf(out, "\"exit\":%d,", o->guest);
	else if (WIFSIGNALED(o->how))
		fprintf(out, "\"signal\":%d,", WTERMSIG(o->how));
	else
		fprintf(out, "\"exit\":%d,", WEXITSTATUS(o->how));
	fprintf(out, "\"status\":%d,\"wall_ms\":%.3f}\n", outcome_status(o),
		ms(o->start_ns, o->end_ns));
}
