/* Unit tests of what bench is built from, with cmocka. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "histogram.h"
#include "json.h"
#include "log.h"
#include "options.h"
#include "random.h"
#include "report.h"
#include "sha256.h"
#include "words.h"

static void
histogram_error_is_bounded(void **state)
{
	static struct histogram h;

	(void)state;
	for (uint64_t v = 0; v < UINT64_C(1) << 62; v += v / 8 + 1) {
		histogram_reset(&h);
		histogram_record(&h, v);
		h.min = 0; /* keep the bucket's middle from being clamped to the value */
		h.max = UINT64_MAX;
		assert_true(fabs((double)histogram_at_rank(&h, 1) - (double)v) <=
			    (double)v * 0.004);
	}
}

static void
histogram_buckets_fit(void **state)
{
	(void)state;
	assert_int_equal(histogram_index(0), 0);
	assert_int_equal(histogram_index(127), 127);
	assert_int_equal(histogram_index(128), 128);
	assert_int_equal(histogram_index(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
}

static void
histogram_summary_of_known_values(void **state)
{
	static struct histogram a, b;
	struct latency l;

	(void)state;
	histogram_reset(&a);
	histogram_reset(&b);
	for (uint64_t v = 1; v <= 50; v++)
		histogram_record(&a, v);
	for (uint64_t v = 51; v <= 100; v++)
		histogram_record(&b, v);
	histogram_merge(&a, &b);
	histogram_summarize(&a, &l);
	assert_int_equal(l.count, 100);
	assert_int_equal(l.min, 1);
	assert_int_equal(l.avg, 50);
	assert_int_equal(l.max, 100);
	assert_int_equal(l.p50, 50);
	assert_int_equal(l.p95, 95);
	assert_int_equal(l.p99, 99);
	assert_int_equal(l.p999, 100);
	assert_int_equal(l.p9999, 100);
	assert_int_equal(l.sum, 5050);
}

static void
histogram_of_nothing(void **state)
{
	static struct histogram h;
	struct latency l;

	(void)state;
	histogram_reset(&h);
	histogram_summarize(&h, &l);
	assert_int_equal(l.count, 0);
	assert_int_equal(l.min, 0);
	assert_true(histogram_sysbench_ms(&h, 95) == 0);
}

/* bench.md 1.4: bucket ratio 1.01817, clamped to 0.001 ms and 100000 ms. */
static void
histogram_prints_as_sysbench(void **state)
{
	static struct histogram h;

	(void)state;
	histogram_reset(&h);
	histogram_record(&h, 500);
	assert_float_equal(histogram_sysbench_ms(&h, 95), 0.001, 1e-9);
	histogram_reset(&h);
	histogram_record(&h, UINT64_C(200000000000));
	assert_float_equal(histogram_sysbench_ms(&h, 95), 100000, 1e-6);
	histogram_reset(&h);
	histogram_record(&h, UINT64_C(2031290000));
	assert_float_equal(histogram_sysbench_ms(&h, 95), 2045.74, 0.01);
}

/* Histograms read back from JSON and merged, by the rule that histogram.h states. */
struct merged {
	uint64_t counts[HISTOGRAM_BUCKETS], total, min, max;
};

static void
merge_json(struct merged *m, const struct histogram *h)
{
	char *text = NULL;
	size_t size;
	struct json json = {.out = open_memstream(&text, &size)};
	unsigned long long min, max, count;
	unsigned index;
	const char *p;
	int length;

	json_object(&json, NULL);
	json_latency(&json, "l", h);
	json_histogram(&json, "h", h);
	json_end(&json, '}');
	fclose(json.out);
	assert_int_equal(sscanf(text, "{\"l\":{\"min\":%llu,\"avg\":%*u,\"max\":%llu", &min, &max),
			 2);
	m->min = min < m->min ? min : m->min;
	m->max = max > m->max ? max : m->max;
	p = strstr(text, "\"buckets\":[");
	assert_non_null(p);
	for (p += 10; sscanf(p, "%*1[[,][%u,%llu]%n", &index, &count, &length) == 2; p += length) {
		m->counts[index] += count;
		m->total += count;
	}
	assert_string_equal(p, "]}}");
	free(text);
}

static uint64_t
merged_percentile(const struct merged *m, double share)
{
	uint64_t i = 0, value, seen = m->counts[0], s;

	while ((double)seen < ceil(share * (double)m->total))
		seen += m->counts[++i];
	s = i / 128 - 1;
	value = i < 256 ? i : ((i - s * 128) << s) + (UINT64_C(1) << (s - 1));
	return value < m->min ? m->min : value > m->max ? m->max : value;
}

static void
histogram_merges_from_json(void **state)
{
	static struct histogram a, b;
	static struct merged m = {.min = UINT64_MAX};
	struct random random;
	struct latency l;

	(void)state;
	histogram_reset(&a);
	histogram_reset(&b);
	random_seed(&random, 1, 0);
	for (int i = 0; i < 20000; i++)
		histogram_record(i % 3 ? &a : &b,
				 random_next(&random) >> (random_below(&random, 48) + 14));
	merge_json(&m, &a);
	merge_json(&m, &b);
	histogram_merge(&a, &b);
	histogram_summarize(&a, &l);
	assert_int_equal(m.total, 20000);
	assert_true(m.min == l.min && m.max == l.max);
	assert_true(merged_percentile(&m, 0.5) == l.p50);
	assert_true(merged_percentile(&m, 0.9) == l.p90);
	assert_true(merged_percentile(&m, 0.95) == l.p95);
	assert_true(merged_percentile(&m, 0.99) == l.p99);
	assert_true(merged_percentile(&m, 0.999) == l.p999);
	assert_true(merged_percentile(&m, 0.9999) == l.p9999);
	assert_memory_equal(m.counts, a.buckets, sizeof(m.counts));
}

struct values {
	bool flag;
	int number, percent;
	uint64_t size, block;
	double ratio;
	const char *text, *lines;
	int word;
	unsigned flags;
};

static bool
is_even(const void *settings)
{
	const struct values *v = settings;

	return v->number % 2 == 0;
}

static const struct option table[] = {
	{"flag", OPTION_BOOL(struct values, flag), "off", ""},
	{"some-number", OPTION_INT(struct values, number), "8", "", .least = -8, .fits = is_even,
	 .turn = 1, .wrong = "odd or low: %s %s"},
	{"percent", OPTION_INT(struct values, percent), "7", "", .least = 1, .most = 100},
	{"size", OPTION_SIZE(struct values, size), "64K", "", .multiple = 8},
	{"block", OPTION_BYTES(struct values, block), "1", "", .least = 1, .most = 1 << 30,
	 .wrong = "%.0sblock %s"},
	{"ratio", OPTION_DOUBLE(struct values, ratio), "1.5", "", .wrong = "%.0sratio %s"},
	{"text", OPTION_STRING(struct values, text), NULL, ""},
	{"lines", OPTION_LINES(struct values, lines), "", ""},
	{"word", OPTION_WORD(struct values, word), NULL, "one {of,these, three}", .for_run = true},
	{"flags", OPTION_FLAGS(struct values, flags), "", "some {of, these,three}",
	 .wrong = "%.0sflag %s"},
	{.name = NULL},
};

static struct options *
fresh(struct values *v)
{
	struct options *o = options_new();

	options_add(o, table, v);
	return o;
}

static void
options_have_defaults(void **state)
{
	struct values v;
	struct options *o = fresh(&v);

	(void)state;
	assert_false(v.flag);
	assert_int_equal(v.number, 8);
	assert_int_equal(v.size, 65536);
	assert_float_equal(v.ratio, 1.5, 0);
	assert_string_equal(v.text, "");
	assert_int_equal(v.word, -1);
	assert_int_equal(v.flags, 0);
	options_free(o);
}

static void
options_are_read_as_sysbench_does(void **state)
{
	static const char *const settings[] = {
		"--some_number=8", "--some-number=9",	"--flag",
		"--size=3g",	   "--lines=a",		"--lines=b",
		"--text=a b",	   "--flags=three,,of", "--word=three"};
	struct values v;
	struct options *o = fresh(&v);

	(void)state;
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		assert_int_equal(options_set(o, settings[i]), 0);
	assert_int_equal(v.number, 9);
	assert_true(v.flag);
	assert_int_equal(v.size, UINT64_C(3) << 30);
	assert_string_equal(v.lines, "a\nb");
	assert_string_equal(v.text, "a b");
	assert_int_equal(v.flags, 5);
	assert_int_equal(v.word, 2);
	assert_int_equal(options_set(o, "--some-number"), 0);
	assert_int_equal(v.number, 0);
	assert_int_equal(options_set(o, "--flag=false"), 0);
	assert_false(v.flag);
	assert_int_equal(options_set(o, "--size=3x"), 0);
	assert_int_equal(v.size, 0);
	options_free(o);
}

static void
options_refuse_nonsense(void **state)
{
	static const char *const bad[] = {
		"--nosuch", "--flag=maybe",   "--some-number=1x", "--some-number=99999999999",
		"--size=",  "--size=x",	      "--size=-1",	  "--ratio=1.5.5",
		"--ratio=", "--some-numbe=1", "--some-numbers=1", "--=1",
		"--",
	};
	struct values v;
	struct options *o = fresh(&v);

	(void)state;
	log_open(stderr, LOG_FATAL);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(options_set(o, bad[i]), -1);
	assert_int_equal(v.number, 8);
	assert_int_equal(v.size, 65536);
	options_free(o);
}

/* Each with what is said of it; NULL: it is allowed. */
static void
options_are_checked_by_their_rows(void **state)
{
	static const struct {
		const char *argument, *said;
	} cases[] = {
		{"--percent=0", "Invalid value of percent: 0."},
		{"--percent=1", NULL},
		{"--percent=100", NULL},
		{"--percent=101", "Invalid value of percent: 101."},
		{"--some-number=-8", NULL},
		{"--some-number=-10", "odd or low: some-number -10"},
		{"--some-number=7", "odd or low: some-number 7"},
		{"--size=24", NULL},
		{"--size=20", "Invalid value of size: 20."},
		{"--block=1G", NULL},
		{"--block=1025M", "block 1074790400"},
		{"--block=x", "block 0"},
		{"--ratio=0", NULL},
		{"--ratio=-1", "ratio -1.000000"},
		{"--ratio=nan", "ratio nan"},
		{"--word=thre", "Invalid value of word: thre."},
		{"--word=", "Missing required argument: --word\n"},
		{"--flags=of,tree,three", "flag tree"},
	};
	struct values v;
	struct options *o;
	struct outcome outcome;

	(void)state;
	log_open(stderr, LOG_FATAL);
	log_outcome(&outcome);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		o = fresh(&v);
		outcome = (struct outcome){0};
		assert_int_equal(options_set(o, "--word=of"), 0);
		assert_int_equal(options_set(o, cases[i].argument), 0);
		assert_int_equal(options_check(o, &v, true) == 0, !cases[i].said);
		assert_string_equal(outcome.error, cases[i].said ? cases[i].said : "");
		options_free(o);
	}
	log_outcome(NULL);
}

/* By turns, then in the order of the rows; of what is for a run alone nothing is said otherwise. */
static void
one_of_several_wrong_options_is_named(void **state)
{
	struct values v, others;
	struct options *o = fresh(&v);
	struct outcome outcome = {0};

	(void)state;
	options_add(o, table, &others);
	log_open(stderr, LOG_FATAL);
	assert_int_equal(options_check(o, &v, false), 0);
	assert_int_equal(options_check(o, &v, true), OPTIONS_MISSING);
	log_outcome(&outcome);
	assert_int_equal(options_set(o, "--some-number=7"), 0);
	assert_int_equal(options_set(o, "--ratio=-1"), 0);
	assert_int_equal(options_set(o, "--block=0"), 0);
	assert_int_equal(options_check(o, &v, false), -1);
	assert_string_equal(outcome.error, "block 0");
	log_outcome(NULL);
	assert_int_equal(options_check(o, &others, false), 0);
	options_free(o);
}

static void
json_is_escaped(void **state)
{
	char *text = NULL;
	size_t size;
	struct json json = {.out = open_memstream(&text, &size)};

	(void)state;
	json_object(&json, NULL);
	json_string(&json, "a\"b", "x\ty\\\xff\xc3\xa9\xc0\x80");
	json_array(&json, "n");
	json_uint(&json, NULL, UINT64_MAX);
	json_int(&json, NULL, -1);
	json_double(&json, NULL, NAN);
	json_double(&json, NULL, 0.5);
	json_end(&json, ']');
	/* The last that need an escape and the first that do not; a surrogate, and what is before
	 * it. */
	json_string(&json, "e", "\x1f \x7f\xed\x9f\xbf\xed\xa0\x80");
	json_string(&json, "absent", NULL);
	json_object(&json, "o");
	json_end(&json, '}');
	json_bool(&json, "t", true);
	json_end(&json, '}');
	fclose(json.out);
	assert_string_equal(
		text,
		"{\"a\\\"b\":\"x\\u0009y\\\\\\ufffd\xc3\xa9\\ufffd\\ufffd\","
		"\"n\":[18446744073709551615,-1,0.5],"
		"\"e\":\"\\u001f \x7f\xed\x9f\xbf\\ufffd\\ufffd\\ufffd\",\"o\":{},\"t\":true}");
	free(text);
}

static void
random_repeats_and_stays_below(void **state)
{
	struct random a, b, c;
	uint64_t value;

	(void)state;
	random_seed(&a, 42, 0);
	random_seed(&b, 42, 0);
	random_seed(&c, 42, 1);
	assert_true(random_next(&a) == random_next(&b));
	assert_true(random_next(&a) != random_next(&c));
	for (int i = 0; i < 100000; i++) {
		value = random_below(&a, 10);
		assert_true(value < 10);
	}
}

/* FIPS 180-4's published examples. */
static void
sha256_of_known_texts(void **state)
{
	static const unsigned char abc[4] = {0xba, 0x78, 0x16, 0xbf};
	static const unsigned char million[4] = {0xcd, 0xc7, 0x6e, 0x5c};
	struct sha256 hash;
	unsigned char digest[32];

	(void)state;
	sha256_init(&hash);
	sha256_update(&hash, "abc", 3);
	sha256_final(&hash, digest);
	assert_memory_equal(digest, abc, 4);
	sha256_init(&hash);
	for (int i = 0; i < 1000000; i++)
		sha256_update(&hash, "a", 1);
	sha256_final(&hash, digest);
	assert_memory_equal(digest, million, 4);
}

static void
words_are_split_as_a_shell_does(void **state)
{
	static const struct {
		const char *line, *words;
		int count;
	} cases[] = {
		{"", "", 0},
		{"  # nothing", "", 0},
		{" a\tb  c \r\n", "a|b|c", 3},
		{"a 'b  c' \"d \\\" \\\\ \\n\" e\\ f", "a|b  c|d \" \\ \\n|e f", 4},
		{"a'b'\"c\"d '' \"\"", "abcd||", 3},
		{"a '#' b#c", "a|#|b", 3},
		{"a 'b", "", -2},
		{"a \"b", "", -2},
		{"1 2 3 4 5 6", "", -1},
		{"a\\", "a\\", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[64], joined[64] = "", *words[5];
		int count;

		strcpy(line, cases[i].line);
		count = words_split(line, words, 5);
		assert_int_equal(count, cases[i].count);
		for (int n = 0; n < count; n++) {
			strcat(joined, n ? "|" : "");
			strcat(joined, words[n]);
		}
		assert_string_equal(joined, cases[i].words);
	}
}

static void
joined_words_are_split_alike(void **state)
{
	char *words[] = {"plain", "two words", "", "it's", "#", "a\\b", "\"q\""};
	char *again[8], *text = words_join(words, 7);

	(void)state;
	assert_int_equal(words_split(text, again, 8), 7);
	for (int i = 0; i < 7; i++)
		assert_string_equal(again[i], words[i]);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(histogram_error_is_bounded),
		cmocka_unit_test(histogram_buckets_fit),
		cmocka_unit_test(histogram_summary_of_known_values),
		cmocka_unit_test(histogram_of_nothing),
		cmocka_unit_test(histogram_prints_as_sysbench),
		cmocka_unit_test(histogram_merges_from_json),
		cmocka_unit_test(options_have_defaults),
		cmocka_unit_test(options_are_read_as_sysbench_does),
		cmocka_unit_test(options_refuse_nonsense),
		cmocka_unit_test(options_are_checked_by_their_rows),
		cmocka_unit_test(one_of_several_wrong_options_is_named),
		cmocka_unit_test(json_is_escaped),
		cmocka_unit_test(random_repeats_and_stays_below),
		cmocka_unit_test(sha256_of_known_texts),
		cmocka_unit_test(words_are_split_as_a_shell_does),
		cmocka_unit_test(joined_words_are_split_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
