"""What documents contain about their environments besides metrics: {label: {fact: (value, shown)}}, or None where unknown.
The value decides whether two environments differ; what is shown is short enough to print."""
import re

from report.common import at, distinct, median, percent, plain
from report.metrics import kind


def fact(value, shown=None):
    if value is None:
        return None
    return value, plain(value) if shown is None else shown


def size(value):
    return None if value is None else fact(value, f"{value // 1048576:.0f} MiB")


def number(value, unit: str, decimals: int):
    return None if value is None else fact(value, f"{value:.{decimals}f}{unit}")


def share(value):
    return None if value is None else fact(value, percent(value))


def yes(value):
    return None if value is None else fact("yes" if value else "no")


def cpu_scheduler(kernel):
    """Linux 6.6 replaced CFS by EEVDF."""
    parts = [int(part) for part in re.findall(r"[0-9]{1,9}", kernel or "")]
    return fact("EEVDF" if parts >= [6, 6] else "CFS") if len(parts) > 1 else None


def flags(own, every: frozenset):
    """Which of all flags seen anywhere this one lacks."""
    if own is None:
        return None
    lacking = sorted(every - set(own.split()))
    return fact("lacks " + " ".join(lacking) if lacking else "all", f"{len(own.split())} flags")


def chosen(values, names: list, sign: str, none=None):
    """Only those parts of an object that differ somewhere."""
    if values is None:
        return None
    if not names:
        return fact(none)
    parts = [f"{name}{sign}{plain(values[name]) if name in values else 'null'}" for name in names]
    return fact("; ".join(parts), "; ".join(part[:60] for part in parts))


def own_steal(document: dict):
    """Steal as a kernel counts it for its own processors; a guest gets it from KVM, and it includes other work of the host, also QEMU's."""
    known = [e for e in document["experiments"] if at(e, "cpu", "steal_s") is not None and e.get("total_time_s")]
    return sum(e["cpu"]["steal_s"] for e in known) / sum(e["total_time_s"] for e in known) if known else None


def waited(documents: list):
    """The share of the wanted processor time that went to others. Threads of one experiment wait for each other, too: at most the
    time that the processors had left in the experiment is counted."""
    used = lost = 0.0
    for document in documents:
        processors = len(document.get("host", {}).get("cpus") or [0])
        for experiment in document["experiments"]:
            cpu = experiment.get("host_cpu", {})
            if "waited_s" not in cpu or "used_s" not in cpu:
                continue
            left = max(experiment.get("total_time_s", float("inf")) * processors - cpu["used_s"], 0)
            used += cpu["used_s"]
            lost += min(cpu["waited_s"], left)
    return lost / (used + lost) if used + lost > 0 else None


def flat(parameters):
    """{module: {parameter: value}} -> {module.parameter: value}"""
    return None if parameters is None else {f"{part}.{name}": value for part, values in parameters.items() for name, value in values.items()}


def built(options):
    """An option that is built in or a module: both run the same."""
    return None if options is None else {name: "y" if value == "m" else value for name, value in options.items()}


class Context:
    """What only all documents together show: which flags, mitigations, parameters and options are not the same everywhere."""

    def __init__(self, documents: list, concerns: dict):
        host = [document.get("host", {}) for document in documents]
        inside = [document["platform"] for document in documents]
        self.concerns = concerns
        self.flags = frozenset(flag for text in {at(p, "cpu", "flags") or "" for p in inside} for flag in text.split())
        self.mitigations = self.differing([p.get("mitigations") for p in inside], everywhere=True)
        self.host_mitigations = self.differing([h.get("mitigations") for h in host])
        self.kvm = self.differing([flat(h.get("kvm_parameters")) for h in host])
        self.options = set(self.differing([built(h.get("kernel_options")) for h in host], everywhere=True))

    @staticmethod
    def differing(seen: list, everywhere: bool = False) -> list:
        """Names with more than one value; kernels of different versions have different names."""
        seen = [values for values in seen if values is not None]
        return [name for name in sorted(seen[0] if seen else {})
                if len({plain(values.get(name)) for values in seen}) > 1 and (not everywhere or all(name in values for values in seen))]


def options(values, names: list, context: Context):
    if values is None:
        return None
    return fact(" ".join(f"{name}={built(values)[name]}" for name in names if name in context.options) or "as all others")


def facts_of(document: dict, context: Context) -> dict:
    host, inside, where = document.get("host", {}), document["platform"], kind(document)
    virtual = inside.get("virtualization")
    memory = [inside.get("memory_bytes"), at(inside, "limits", "memory_bytes"),
              host.get("memory_bytes") if host.get("memory_limit") == "cgroup" else None]
    seccomp = at(inside, "limits", "seccomp") or "not in this kernel"
    processes = inside.get("processes")
    mounted = at(inside, "filesystem", "options")
    huge = host.get("guest_huge_pages_bytes")
    accelerator, engine = host.get("accelerator"), host.get("engine")
    guest_steal = share(own_steal(document)) if accelerator else fact(0, "no guest") if "host" in document else None
    identity = document["identity"]
    return {
        "build": fact(identity.get("rootfs"), plain(identity.get("rootfs"))[:19]),
        "programs": fact(identity.get("programs", "none"), plain(identity.get("programs", "none"))[:19]),
        "accelerator": fact(accelerator or (None if where == "guest" else "none")),
        "virtual machine": None if virtual is None else fact(virtual.get("hypervisor", "yes") if virtual.get("hypervisor_bit") else "no"),
        "processor model": fact(at(inside, "cpu", "model")),
        "processor flags": flags(at(inside, "cpu", "flags"), context.flags),
        "processors": fact(at(inside, "cpu", "count")),
        "pinned to": fact(",".join(map(plain, host["cpus"])) if "cpus" in host else None),
        "memory": size(min((size for size in memory if size), default=None)),
        "memory limit": fact(host.get("memory_limit")),
        "kernel": fact(inside.get("kernel")),
        "cpu scheduler": cpu_scheduler(inside.get("kernel")),
        "preemption": fact(inside.get("preemption")),
        "tick hz": fact(inside.get("tick_hz")),
        "mitigations": chosen(inside.get("mitigations"), context.mitigations, ": "),
        "host's mitigations": chosen(host.get("mitigations"), context.host_mitigations, "=", "as all others"),
        "kvm's parameters": chosen(flat(host.get("kvm_parameters")), context.kvm, "=", "as all others"),
        "clock source": fact(inside.get("clocksource")),
        "host's clock source": fact(host.get("clocksource")),
        "clock cost": number(inside.get("clock_read_ns"), " ns", 1),
        "huge pages": fact(inside.get("huge_pages")),
        "guest's huge pages": share(min(huge / host["memory_bytes"], 1) if huge is not None and host.get("memory_bytes") else None),
        "merged pages": fact(host.get("ksm")),
        "other hyperthreads": fact(host.get("smt_siblings")),
        "dirty limit": size(at(inside, "dirty", "limit_bytes")),
        "dirty background limit": size(at(inside, "dirty", "background_bytes")),
        "dirty expiry": number(at(inside, "dirty", "expire_ms"), " ms", 0),
        "dirty interval": number(at(inside, "dirty", "writeback_ms"), " ms", 0),
        "emulator": fact(host.get("emulator")),
        "governor": fact(inside.get("governor") or host.get("governor")),
        "frequency": number(at(host, "frequency_mhz", "median"), " MHz", 0),
        "file system": fact(at(inside, "filesystem", "type")),
        "mount options": fact(",".join(sorted(set(mounted.split(",")))) if mounted is not None else None),
        "io scheduler": fact(at(inside, "filesystem", "io_scheduler")),
        "disk cache": fact(host.get("disk_cache") if where == "guest" else "the kernel's own" if "filesystem" in inside else None),
        "scratch": fact(host.get("scratch_filesystem")),
        "caches dropped": yes(host.get("caches_dropped")),
        "seccomp": fact(seccomp if "limits" in inside else None),
        "open files": fact(at(inside, "limits", "open_files")),
        "user processes": None if processes is None else fact(processes, "init and bench only" if processes <= 2 else f"{processes - 1} others"),
        "first process": fact(inside.get("first_process")),
        "other work": share(host.get("others_busy")),
        "steal": share(host.get("steal", None if accelerator else own_steal(document))),
        "guest's steal": guest_steal,
        "machine": fact(host.get("machine")),
        "engine": fact(engine),
        "runtime": fact(host.get("runtime", "the engine's own") if engine else None),
        "qemu version": fact(at(host, "versions", "qemu")),
        "engine version": fact(at(host, "versions", engine) if engine else None),
        "host kernel": fact(host.get("kernel")),
        "host processor": fact(host.get("cpu_model")),
        "host memory": size(inside.get("memory_bytes") if where == "host" else None),
    } | {f"kernel options: {concern}": options(host.get("kernel_options"), names, context) for concern, names in context.concerns.items()}


def together(values: list):
    """Joins the values of documents with one label: numbers by their median, others as a list."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    if all(isinstance(value[0], (int, float)) and not isinstance(value[0], bool) for value in known):
        middle = median([value[0] for value in known])
        return min(known, key=lambda value: abs(value[0] - middle))
    seen = distinct((plain(value), shown) for value, shown in known)
    return (" or ".join(value for value, _ in seen), " or ".join(shown for _, shown in seen)) if len(seen) > 1 else known[0]


def facts_by_label(documents: list, concerns: dict) -> dict:
    context = Context(documents, concerns)
    labels: dict = {}
    for document in documents:
        labels.setdefault(document["label"], []).append(facts_of(document, context))
    return {label: {name: together([one[name] for one in each]) for name in each[0]} for label, each in labels.items()}
