/* The outcome of a command that was watched, as JSON. */
#include "outcome.h"

#include <sys/wait.h>

#include "die.h"
#include "json.h"
#include "rounded.h"

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

static void
write_ms(struct json *json, const char *name, uint64_t from_ns, uint64_t to_ns)
{
	json_double(json, name, rounded((double)(to_ns - from_ns) / 1e6, 1e3));
}

static void
write_utc(struct json *json, const char *name, time_t when)
{
	char text[32];
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
	json_string(json, name, text);
}

static void
write_moment(struct json *json, const struct moment *moment)
{
	json_array(json, NULL);
	json_uint(json, NULL, moment->said_ns);
	json_uint(json, NULL, moment->heard_ns);
	json_end(json, ']');
}

static void
write_moments(const struct outcome *o, struct json *json)
{
	json_uint(json, "start_monotonic_ns", o->start_ns);
	json_uint(json, "start_realtime_ns",
		  (uint64_t)o->start.tv_sec * 1000000000 + (uint64_t)o->start.tv_nsec);
	if (o->hello.heard_ns)
		write_ms(json, "start_to_init_ms", o->start_ns, o->hello.heard_ns);
	if (o->hello.said_ns && o->document.said_ns) {
		json_array(json, "guest_clock");
		write_moment(json, &o->hello);
		write_moment(json, &o->document);
		json_end(json, ']');
	}
	if (o->whole_ns && o->end_ns > o->whole_ns)
		write_ms(json, "result_to_gone_ms", o->whole_ns, o->end_ns);
}

/* Also writes those without an end that precede the last one with an end: the index is the
 * number. */
static void
write_cputimes(const struct outcome *o, struct json *json)
{
	const struct cputime start = {.known = true, .waited_known = true};
	int count = PORT_EXPERIMENTS;

	while (count > 0 && !o->experiments[count - 1].end.known)
		count--;
	if (o->at_exit.known)
		cputime_write(&start, &o->at_exit, json, "cpu");
	json_array(json, "experiments");
	for (int i = 0; i < count; i++)
		cputime_write(&o->experiments[i].begin, &o->experiments[i].end, json, NULL);
	json_end(json, ']');
}

static void
write_end(const struct outcome *o, struct json *json)
{
	if (o->interrupted)
		json_bool(json, "interrupted", true);
	if (*o->lost)
		json_string(json, "lost", o->lost);
	if (o->guest >= 0)
		json_int(json, "exit", o->guest);
	else if (WIFSIGNALED(o->how))
		json_int(json, "signal", WTERMSIG(o->how));
	else
		json_int(json, "exit", WEXITSTATUS(o->how));
	json_int(json, "status", outcome_status(o));
	write_ms(json, "wall_ms", o->start_ns, o->end_ns);
}

void
outcome_write(const struct outcome *o, const struct sampler *sampler, FILE *out)
{
	struct json json = {.out = out};

	json_object(&json, NULL);
	write_utc(&json, "start_utc", o->start.tv_sec);
	/* The time of day may have been set in the meantime, which must not change the duration. */
	write_utc(&json, "end_utc",
		  o->start.tv_sec + (time_t)((o->end_ns - o->start_ns) / 1000000000));
	sampler_write(sampler, o->start_ns, &json);
	write_moments(o, &json);
	write_cputimes(o, &json);
	exits_write(&o->at_hello, &o->at_document, &json);
	footprint_write(&o->footprint, &json);
	if (o->knows_huge_pages)
		json_uint(&json, "huge_pages_bytes", o->huge_pages);
	write_end(o, &json);
	json_end(&json, '}');
	putc('\n', out);
}
