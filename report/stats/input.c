#include "input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "read.h"

const char *
family_name(enum family family)
{
	static const char *const names[] = {"primary", "cpu", "cost", "other", "none"};

	return names[family];
}

struct row {
	const char *experiment, *metric, *unit, *environment;
	bool more_is_better;
	enum family family;
	double iteration, sequence, value, steal;
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

static enum family
read_family(const struct item *item)
{
	static const enum family families[] = {PRIMARY, CPU, COST, OTHER, NONE};
	const char *family = read_text(item, "family");

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (strcmp(family, family_name(families[i])) == 0)
			return families[i];
	refuse("%s[%zu].family is none of primary, cpu, cost, other and none", item->list,
	       item->index);
}

static void
read_row(struct row *row, const struct item *item)
{
	row->experiment = read_text(item, "experiment");
	row->metric = read_text(item, "metric");
	row->unit = read_text(item, "unit");
	row->environment = read_text(item, "environment");
	row->more_is_better = read_better(item);
	row->family = read_family(item);
	row->iteration = read_number(item, "iteration");
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

/* Sorts the rows of a group together, in the order of their measurement. */
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
	if (strcmp(a->unit, b->unit) != 0 || a->more_is_better != b->more_is_better ||
	    a->family != b->family)
		refuse("rows[%zu] and rows[%zu] give %s of %s in different units, senses or "
		       "families",
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
				.family = row->family,
				.place = row->place,
				.values = numbers,
				.sequence = numbers + total,
				.iteration = numbers + 2 * total,
				.sorted = numbers + 3 * total,
				.steal = NAN};
	return group;
}

static void
add_row(struct group *group, const struct row *row)
{
	group->values[group->n] = group->sorted[group->n] = row->value;
	group->iteration[group->n] = row->iteration;
	group->sequence[group->n++] = row->sequence;
	group->steal = fmax(group->steal, row->steal);
	if (row->place < group->place)
		group->place = row->place;
}

/* Makes the groups, in the order in which the rows first name them. */
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
		refuse("%s is not a number from %g to %g", name, least, most);
	return number;
}

static void
read_settings(struct settings *settings, json_t *root)
{
	json_t *paired = json_object_get(root, "paired");

	if (paired != NULL && !json_is_boolean(paired))
		refuse("paired is neither true nor false");
	settings->alpha = setting(root, "alpha", 0.05, 1e-6, 0.5);
	settings->margin = setting(root, "margin", 0.03, 0, 1e6);
	settings->looks = setting(root, "looks", 1, 1, 1e6);
	settings->paired = json_is_true(paired);
}

/* A block has only one value of each environment. */
static void
check_blocks(const struct group *group)
{
	for (size_t i = 0; i < group->n; i++)
		for (size_t j = 0; j < i; j++)
			if (group->iteration[i] == group->iteration[j])
				refuse("%s of %s in %s is twice in iteration %g, and paired is "
				       "true",
				       group->metric, group->experiment, group->environment,
				       group->iteration[i]);
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
				.numbers = room(4 * count, sizeof(*input->numbers))};
	for (size_t i = 0; i < count; i++) {
		item = read_item(list, "rows", i);
		read_row(&rows[i], &item);
	}
	make_groups(input, rows, count);
	free(rows);
	read_pairs(input, read_list(root, "pairs"));
	read_settings(&input->settings, root);
	for (size_t i = 0; input->settings.paired && i < input->group_count; i++)
		check_blocks(&input->groups[i]);
}

void
input_free(struct input *input)
{
	free(input->groups);
	free(input->pairs);
	free(input->numbers);
}
