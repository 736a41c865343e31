# How many processes of the app fit into the container.
import os

MEBIBYTE = 1024**2
DEEPEST = 32

# What a process of a web app is thought to need; apps that start WEB_CONCURRENCY processes can be told otherwise.
WEB_MEMORY = 256

# More do not answer more requests: https://gunicorn.org/design/#how-many-workers
MOST_PROCESSES = 12


def text_at(path):
    """The beginning of a file; empty if it cannot be read. Never waits, as reading a pipe would: these files are the container's."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        return os.read(file, 65536).decode("utf-8", "replace").strip()
    except OSError:
        return ""
    finally:
        os.close(file)


def positive(text):
    """A whole number above 0. "max", -1 and what is no number are no limit."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 20
    return int(text) or None if is_number else None


def groups_of(text):
    """Paths of control groups by controller, that of version 2 by "": the lines `0::/a/b` and `5:cpu,memory:/a/b`."""
    groups = {}
    for line in text.splitlines():
        parts = line.split(":", 2)
        if len(parts) == 3 and parts[2].startswith("/"):
            for controller in parts[1].split(","):
                groups[controller] = parts[2]
    return groups


def above(path):
    """A group and those above it, of which each may have the smaller limit, such as that of a Kubernetes pod. Inside of a container the group
    itself is mounted, whatever its path is outside: the mount always counts."""
    parts = [part for part in path.split("/") if part not in ("", ".", "..")][:DEEPEST]
    return ["/".join(["", *parts[:count]]) for count in range(len(parts) + 1)]


def share(quota, period):
    time, of = positive(quota), positive(period)
    return time / of if time and of else None


def smallest(numbers):
    return min((number for number in numbers if number is not None), default=None)


def limits(root):
    """Bytes, and processors, that the control groups of version 2 and 1 permit; None: as many as there are."""
    groups = groups_of(text_at(f"{root}/proc/self/cgroup"))
    mount = f"{root}/sys/fs/cgroup"
    unified = [mount + group for group in above(groups.get("", "/"))]
    memory = [f"{mount}/memory{group}" for group in above(groups.get("memory", "/"))]
    cpu = [f"{mount}/cpu{group}" for group in above(groups.get("cpu", "/"))]
    return (
        smallest(
            [positive(text_at(f"{group}/memory.max")) for group in unified]
            + [positive(text_at(f"{group}/memory.limit_in_bytes")) for group in memory]
        ),
        smallest(
            [share(*(text_at(f"{group}/cpu.max").split() + ["", ""])[:2]) for group in unified]
            + [share(text_at(f"{group}/cpu.cfs_quota_us"), text_at(f"{group}/cpu.cfs_period_us")) for group in cpu]
        ),
    )


def variables(env, memory, processors, total, present):
    """What a container of that size sets, but for what the user has set. Version 1 knows no "max": a limit above the machine's memory is none."""
    available = max(1, min(memory or total, total) // MEBIBYTE)
    per_process = positive(env.get("WEB_MEMORY", "")) or WEB_MEMORY
    usable = min(-(-processors // 1) if processors else present, present)  # rounded up
    count = min(available // per_process, 2 * int(usable) + 1, MOST_PROCESSES)
    all_of_them = {
        "MEMORY_AVAILABLE": available,
        "WEB_MEMORY": per_process,
        "WEB_CONCURRENCY": max(1, count),
    }
    return {name: value for name, value in all_of_them.items() if not env.get(name)}


def of_container(env, root):
    memory, processors = limits(root)
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return variables(env, memory, processors, total, len(os.sched_getaffinity(0)))
