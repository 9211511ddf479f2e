/*
 * A plugin for QEMU's TCG that counts the guest's instructions, in total and by block of code, and
 * prints the counts when QEMU ends. QEMU's header is not packaged everywhere, so the few functions
 * of its interface, version 1 (QEMU's docs/devel/tcg-plugins), are declared here.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct qemu_plugin_tb;
struct qemu_info;
enum { PLUGIN_ADD_U64 = 0 };
enum { PLUGIN_VERSION = 1, MOST_BLOCKS = 1 << 18 };

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
					   void (*translated)(uint64_t, struct qemu_plugin_tb *));
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, int operation,
					      void *counter, uint64_t number);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*ended)(uint64_t, void *), void *data);
void qemu_plugin_outs(const char *text);

int qemu_plugin_version = PLUGIN_VERSION;
int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char *argv[]);

/* One virtual CPU, so there are no locks. A block that is translated again is counted
 * separately. */
static struct block {
	uint64_t address, instructions;
} blocks[MOST_BLOCKS];
static size_t used;

static void
translated(uint64_t id, struct qemu_plugin_tb *block)
{
	struct block *b = &blocks[used];

	(void)id;
	/* The last block counts everything that found no room. */
	if (used < MOST_BLOCKS - 1)
		used++;
	b->address = qemu_plugin_tb_vaddr(block);
	qemu_plugin_register_vcpu_tb_exec_inline(block, PLUGIN_ADD_U64, &b->instructions,
						 qemu_plugin_tb_n_insns(block));
}

static void
ended(uint64_t id, void *data)
{
	uint64_t all = 0;
	char text[80];

	(void)id;
	(void)data;
	for (size_t i = 0; i < MOST_BLOCKS; i++) {
		all += blocks[i].instructions;
		if (!blocks[i].instructions)
			continue;
		snprintf(text, sizeof(text), "block %016" PRIx64 " %" PRIu64 "\n",
			 blocks[i].address, blocks[i].instructions);
		qemu_plugin_outs(text);
	}
	snprintf(text, sizeof(text), "instructions %" PRIu64 " blocks %zu\n", all, used);
	qemu_plugin_outs(text);
}

int
qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char *argv[])
{
	(void)info;
	(void)argc;
	(void)argv;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, ended, NULL);
	return 0;
}
