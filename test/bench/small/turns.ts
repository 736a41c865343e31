import { spawnSync } from "node:child_process";

/** A program that the benchmark starts many times. Its input and output are `/dev/null`, as is file descriptor 3 for exec.d. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The exit codes that count as a run. */
  readonly exitCodes: readonly number[];
}

/** The duration and memory of the runs of programs, in milliseconds and megabytes. */
export interface Cost {
  /** Median from the start of the first program to the end of the last one. */
  readonly wall: number;
  /** Median of the processor time. The load of the machine affects it less than the wall time. */
  readonly processor: number;
  /** The largest resident memory that one of them had. */
  readonly peak: number;
}

/**
 * Starts programs in turns. Starting from Python takes a third of a millisecond (`vfork`), from Node.js two or more. The
 * peak of the memory is read when the program is about to end: the kernel's count for child processes includes the memory of
 * the parent, which is larger than the programs that are measured.
 */
const measuring = `
import ctypes, fcntl, json, os, statistics, sys, time

given = json.load(sys.stdin)
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
# numbers that no program uses: a descriptor that is copied to itself would be closed
null = fcntl.fcntl(os.open("/dev/null", os.O_RDWR), fcntl.F_DUPFD_CLOEXEC, 10)
errors = fcntl.fcntl(os.memfd_create("stderr"), fcntl.F_DUPFD_CLOEXEC, 10)
descriptors = ((null, 0), (null, 1), (errors, 2), (null, 3))

def ended(program, status):
    code = os.waitstatus_to_exitcode(status)
    if code not in program["exitCodes"]:
        size = os.fstat(errors).st_size
        text = os.pread(errors, 4096, max(0, size - 4096)).decode(errors="replace")
        sys.exit(f"{program['file']} exited {code}: {text}")

def command(program):
    os.chdir(program["cwd"])
    return program["file"], [program["file"], *program["args"]], program["env"]

def run(programs):
    begun = time.perf_counter()
    left = {}
    for program in programs:
        actions = [(os.POSIX_SPAWN_DUP2, descriptor, to) for descriptor, to in descriptors]
        left[os.posix_spawn(*command(program), file_actions=actions)] = program
    processor = 0
    while left:
        pid, status, usage = os.wait4(-1, 0)
        ended(left.pop(pid), status)
        processor += usage.ru_utime + usage.ru_stime
    return (time.perf_counter() - begun) * 1e3, processor * 1e3

TRACEME, CONTINUE, SETOPTIONS, TRACE_EXIT, EXIT_EVENT = 0, 7, 0x4200, 0x40, 6

def peak(program):
    file, args, env = command(program)
    pid = os.fork()
    if pid == 0:
        for descriptor, to in descriptors:
            os.dup2(descriptor, to)
        libc.ptrace(TRACEME, 0, None, None)
        os.execve(file, args, env)
    _, status = os.waitpid(pid, 0)
    libc.ptrace(SETOPTIONS, pid, None, TRACE_EXIT)
    kilobytes, signal = 0, 0
    while True:
        libc.ptrace(CONTINUE, pid, None, signal)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSTOPPED(status):
            break
        # not passed on: the stop at the exit, and the trap when a program starts another one in its place
        signal = 0 if os.WSTOPSIG(status) == 5 else os.WSTOPSIG(status)
        if status >> 16 == EXIT_EVENT:
            lines = open(f"/proc/{pid}/status").read().splitlines()
            kilobytes = int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])
    ended(program, status)
    return kilobytes * 1024 / 1e6

def groups(own):
    times = [run(group) for group in own]
    return sum(wall for wall, _ in times), sum(processor for _, processor in times)

times = [[] for _ in given["orders"]]
for turn in range(given["runs"] + 3):  # the first three fill the page cache
    for order, own in zip(given["orders"], times):
        own.append(groups(order))
print(json.dumps([
    {
        "wall": statistics.median(wall for wall, _ in own[3:]),
        "processor": statistics.median(processor for _, processor in own[3:]),
        "peak": max(peak(program) for group in order for program in group),
    }
    for order, own in zip(given["orders"], times)
]))
`;

/** Runs each program so many times, in turns, so that a busy moment affects all of them. */
export function costsOf<Name extends string>(
  runs: number,
  programs: Readonly<Record<Name, Program>>,
): Readonly<Record<Name, Cost>> {
  const names = Object.keys(programs) as Name[];
  const costs = measured(
    runs,
    names.map((name) => [[programs[name]]]),
  );
  return Object.fromEntries(names.map((name, index) => [name, costs[index]])) as Record<Name, Cost>;
}

/** Runs all programs of a group at once, one group after the other, so many times. */
export function costOfGroups(runs: number, groups: readonly (readonly Program[])[]): Cost {
  const [cost] = measured(runs, [groups]);
  if (cost === undefined) throw new Error("nothing was measured");
  return cost;
}

function measured(runs: number, orders: readonly (readonly (readonly Program[])[])[]): readonly Cost[] {
  const input = JSON.stringify({ runs, orders });
  const { status, stdout, stderr } = spawnSync("python3", ["-c", measuring], { input, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.trim());
  return JSON.parse(stdout) as readonly Cost[];
}
