# The configuration of one container (OCI's runtime specification), as Docker's would be, but without a filter of system calls,
# which comes from an engine. The arguments are init's.

["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID",
 "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE"] as $capabilities
| def bind($target; $source): {destination: $target, type: "bind", source: $source, options: ["rbind", "rw"]};
{
	ociVersion: "1.0.2",
	hostname: "samebits",
	root: {path: $root, readonly: false},
	process: {
		$terminal,
		user: {uid: 0, gid: 0},
		args: (["/init"] + $ARGS.positional),
		cwd: "/",
		env: ["PATH=/bin:/sbin:/usr/bin:/usr/sbin", "TERM=\($term)", "SAMEBITS_RUN=\($run)", "SAMEBITS_ENVIRONMENT=\($environment)",
			"SAMEBITS_ITERATION=\($iteration)", "SAMEBITS_ROOTFS=\($rootfs)", "SAMEBITS_PEER=\($peer)"],
		capabilities: {bounding: $capabilities, effective: $capabilities, permitted: $capabilities}
	},
	mounts: [
		{destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"]},
		{destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"]},
		{destination: "/dev/pts", type: "devpts", source: "devpts",
		 options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
		{destination: "/dev/shm", type: "tmpfs", source: "shm", options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
		{destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"]},
		{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "noexec", "nodev", "relatime", "ro"]},
		bind("/scratch"; $scratch), bind("/results"; $results)
	],
	linux: {
		resources: {devices: [{allow: false, access: "rwm"}], cpu: {cpus: $cpus}, memory: {limit: $memory, swap: $memory}},
		namespaces: ((["pid", "ipc", "uts", "mount"] | map({type: .})) + [{type: "network"} + if $namespace == "" then {} else {path: $namespace} end]),
		maskedPaths: ["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
			"/proc/sched_debug", "/proc/scsi", "/sys/firmware"],
		readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
	}
}
