/*
 * A plugin for QEMU's TCG that counts the guest's instructions, and says so when QEMU ends. QEMU's
 * header is not packaged everywhere, so the few functions of its interface, version 1 (QEMU's
 * docs/devel/tcg-plugins), are declared here.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct qemu_plugin_tb;
struct qemu_info;
enum { PLUGIN_ADD_U64 = 0 };
enum { PLUGIN_VERSION = 1 };

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
					   void (*translated)(uint64_t, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, int operation,
					      void *counter, uint64_t number);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*ended)(uint64_t, void *), void *data);
void qemu_plugin_outs(const char *text);

int qemu_plugin_version = PLUGIN_VERSION;
int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char *argv[]);

static uint64_t instructions, blocks;

static void
translated(uint64_t id, struct qemu_plugin_tb *block)
{
	(void)id;
	blocks++;
	qemu_plugin_register_vcpu_tb_exec_inline(block, PLUGIN_ADD_U64, &instructions,
						 qemu_plugin_tb_n_insns(block));
}

static void
ended(uint64_t id, void *data)
{
	char text[80];

	(void)id;
	(void)data;
	snprintf(text, sizeof(text), "instructions %" PRIu64 " blocks %" PRIu64 "\n", instructions,
		 blocks);
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
