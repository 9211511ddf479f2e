#include "input.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "read.h"

struct row {
	const char *experiment, *metric, *unit, *environment;
	bool more_is_better, principal;
	double sequence, value, steal;
	size_t place;
};

static bool
read_better(const struct item *item)
{
	const char *better = read_text(item, "better");

	if (strcmp(better, "more") != 0 && strcmp(better, "less") != 0)
		refuse("%s[%zu].better is neither more nor less", item->list, item->index);
	return better[0] == 'm';
}

static void
read_row(struct row *row, const struct item *item)
{
	row->experiment = read_text(item, "experiment");
	row->metric = read_text(item, "metric");
	row->unit = read_text(item, "unit");
	row->environment = read_text(item, "environment");
	row->more_is_better = read_better(item);
	row->principal = json_is_true(json_object_get(item->object, "principal"));
	row->sequence = read_number(item, "sequence");
	row->value = read_number(item, "value");
	row->steal = read_optional(item, "steal", NAN);
	row->place = item->index;
}

static int
same_figure(const struct row *a, const struct row *b)
{
	int order = strcmp(a->experiment, b->experiment);

	return order ? order : strcmp(a->metric, b->metric);
}

/* Rows of a group come together, in the order of their measurement. */
static int
by_group(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	int order = same_figure(a, b);

	if (order == 0)
		order = strcmp(a->environment, b->environment);
	return order ? order : (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static int
by_place(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	return (a->place > b->place) - (a->place < b->place);
}

static void
check_neighbours(const struct row *a, const struct row *b)
{
	if (same_figure(a, b) != 0)
		return;
	if (strcmp(a->unit, b->unit) != 0 || a->more_is_better != b->more_is_better)
		refuse("rows[%zu] and rows[%zu] give %s of %s in different units or senses",
		       a->place, b->place, a->metric, a->experiment);
	if (by_group(a, b) == 0)
		refuse("rows[%zu] and rows[%zu] are both %s of %s in %s at the same place of the "
		       "sequence",
		       a->place, b->place, a->metric, a->experiment, a->environment);
}

static struct group *
open_group(struct input *input, const struct row *row, double *numbers, size_t total)
{
	struct group *group = &input->groups[input->group_count++];

	*group = (struct group){.experiment = row->experiment,
				.metric = row->metric,
				.unit = row->unit,
				.environment = row->environment,
				.more_is_better = row->more_is_better,
				.place = row->place,
				.values = numbers,
				.sequence = numbers + total,
				.sorted = numbers + 2 * total,
				.steal = NAN};
	return group;
}

static void
add_row(struct group *group, const struct row *row)
{
	group->values[group->n] = group->sorted[group->n] = row->value;
	group->sequence[group->n++] = row->sequence;
	group->steal = fmax(group->steal, row->steal);
	group->principal |= row->principal;
	if (row->place < group->place)
		group->place = row->place;
}

/* The groups are in the order in which the rows first name them. */
static void
make_groups(struct input *input, struct row *rows, size_t count)
{
	struct group *group = NULL;

	qsort(rows, count, sizeof(*rows), by_group);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			check_neighbours(&rows[i - 1], &rows[i]);
		if (i == 0 || same_figure(&rows[i - 1], &rows[i]) != 0 ||
		    strcmp(rows[i - 1].environment, rows[i].environment) != 0)
			group = open_group(input, &rows[i], &input->numbers[i], count);
		add_row(group, &rows[i]);
	}
	for (size_t i = 0; i < input->group_count; i++)
		gsl_sort(input->groups[i].sorted, 1, input->groups[i].n);
	qsort(input->groups, input->group_count, sizeof(*input->groups), by_place);
}

static void
read_pairs(struct input *input, json_t *list)
{
	struct pair *pair;

	input->pair_count = json_array_size(list);
	input->pairs = room(input->pair_count, sizeof(*input->pairs));
	for (size_t i = 0; i < input->pair_count; i++) {
		pair = &input->pairs[i];
		if (json_unpack(json_array_get(list, i), "[ss!]", &pair->a, &pair->b) != 0)
			refuse("pairs[%zu] is not two names", i);
		if (strcmp(pair->a, pair->b) == 0)
			refuse("pairs[%zu] compares %s with itself", i, pair->a);
	}
}

static double
setting(json_t *root, const char *name, double otherwise, double least, double most)
{
	json_t *value = json_object_get(root, name);
	double number = value == NULL ? otherwise : json_number_value(value);

	if ((value != NULL && !json_is_number(value)) || number < least || number > most)
		refuse("%s is no number from %g to %g", name, least, most);
	return number;
}

static void
read_settings(struct settings *settings, json_t *root)
{
	settings->seed = (unsigned long)setting(root, "seed", 1, 0, UINT32_MAX);
	settings->resamples = (size_t)setting(root, "resamples", 10000, 1, 1e7);
	settings->alpha = setting(root, "alpha", 0.05, 1e-6, 0.5);
	settings->practical = setting(root, "practical", 0.02, 0, 1e6);
}

void
input_read(struct input *input, json_t *root)
{
	json_t *list = read_list(root, "rows");
	size_t count = json_array_size(list);
	struct row *rows = room(count, sizeof(*rows));
	struct item item;

	if (list == NULL)
		refuse("no rows in the input");
	*input = (struct input){.groups = room(count, sizeof(*input->groups)),
				.numbers = room(3 * count, sizeof(*input->numbers))};
	for (size_t i = 0; i < count; i++) {
		item = read_item(list, "rows", i);
		read_row(&rows[i], &item);
	}
	make_groups(input, rows, count);
	free(rows);
	read_pairs(input, read_list(root, "pairs"));
	read_settings(&input->settings, root);
}

void
input_free(struct input *input)
{
	free(input->groups);
	free(input->pairs);
	free(input->numbers);
}
