// @needs busybox, bwrap, cnb-tester, docker, dockerd, podman, root
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDocker } from "../../../test/support/service.ts";
import type { SandboxBackend, SandboxSpec } from "./spec.ts";
import { type Account, accounts, drive, makeFixture, type Report, specFor, startDriver } from "./testing/fixture.ts";

const allTests = process.env.LIBCNB_TEST_ALL !== undefined;
const isRare = (backend: SandboxBackend, uid: number): boolean =>
  process.getuid?.() === 0 && ((backend === "docker" && uid !== 0) || (backend === "podman" && uid === 0));

/** Each backend as each user that may use it. bubblewrap and unshare-user work for root too, by giving up being root. */
const rows = accounts().flatMap((as) =>
  (["bubblewrap", "unshare-root", "unshare-user", "docker", "podman"] as const)
    .filter((backend) => as.uid === 0 || backend !== "unshare-root")
    // A Docker daemon is root's: only root can start one for the test.
    .filter((backend) => process.getuid?.() === 0 || backend !== "docker")
    // A container takes long to start: with each user that may use it only in the long run of tests.
    .filter((backend) => allTests || !isRare(backend, as.uid))
    .map((backend): [string, SandboxBackend, Account] => [`${backend} as ${as.name}`, backend, as]),
);
const isEngine = (backend: SandboxBackend): boolean => backend === "docker" || backend === "podman";

let docker: Awaited<ReturnType<typeof startDocker>> | undefined;
beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  docker = await startDocker();
  const socket = docker.host.replace("unix://", "");
  chmodSync(dirname(socket), 0o711);
  chmodSync(socket, 0o666); // as for members of the group docker
  process.env.DOCKER_HOST = docker.host;
}, 60_000);
afterAll(async () => {
  delete process.env.DOCKER_HOST;
  await docker?.stop();
});

test("the conformance suite of sandboxes runs on every backend, as root and as an ordinary user, and CI requires all of them", () => {
  const ordinary = (name: string) => [`bubblewrap as ${name}`, `unshare-user as ${name}`, `podman as ${name}`];
  const [bubblewrap = "", unshare = "", podman = ""] = ordinary("cnb-tester");
  const all = [
    "bubblewrap as root",
    "unshare-root as root",
    "unshare-user as root",
    "docker as root",
    ...(allTests ? ["podman as root"] : []),
    bubblewrap,
    unshare,
    ...(allTests ? ["docker as cnb-tester"] : []),
    podman,
  ];
  const isRoot = process.getuid?.() === 0 || process.env.CI !== undefined;
  expect(rows.map(([title]) => title)).toEqual(isRoot ? all : ordinary("the invoking user"));
});

// Debian's podman 4.3 loses the output of a short program now and then, which nothing around it can mend:
// https://github.com/containers/podman/issues/11446
const retries = (backend: SandboxBackend): number => (backend === "podman" ? 2 : 0);

for (const [title, backend, as] of rows)
  describe(`in a sandbox (${title}),`, { retry: retries(backend) }, () => {
    let fixture: ReturnType<typeof makeFixture>;
    beforeAll(() => {
      fixture = makeFixture(as);
    });
    afterAll(() => fixture.remove());

    const run = (script: string, more: Partial<SandboxSpec> = {}, cwd = "/"): Promise<Report> =>
      drive(as, backend, specFor(fixture.rootfs, script, more), cwd);
    const said = (stdout: string, exitCode = 0): Report => ({ exitCode, stdout, stderr: "", bytes: stdout.length });
    const mount = (readonly: boolean) => ({ source: join(fixture.dir, "data"), target: "/layers/deep", readonly });

    // Whoever may use root's engine is as good as root there, but the files are the caller's.
    const uid = backend === "docker" && as.uid !== 0 ? as.uid : 1000;

    test("the command runs as the requested user", async () => {
      expect(await run("id -u; id -g")).toEqual(said(`${uid}\n${uid}\n`));
    });

    test("root's supplementary groups are dropped, and an ordinary user's groups give no extra access", async () => {
      const own = isEngine(backend) ? `Groups:\t${uid} \n` : "Groups:\t \n";
      const groups = process.getuid?.() === 0 ? own : expect.stringMatching(/^Groups:\t(1000 |65534 )*\n$/);
      expect(await run("grep Groups /proc/self/status")).toMatchObject({ exitCode: 0, stdout: groups });
    });

    test.for([[1000], [0]])("user ID %i has no useful capability and can gain none", async ([uid = 0]) => {
      const sets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];
      const capabilities = await run("grep -E 'Cap|NoNewPrivs' /proc/self/status", { uid, gid: uid });
      expect(capabilities).toEqual(
        said(`${sets.map((set) => `${set}:\t0000000000000000\n`).join("")}NoNewPrivs:\t1\n`),
      );
    });

    test("the root file system is read-only", async () => {
      expect(await run("touch /new")).toMatchObject({ exitCode: 1, stderr: "touch: /new: Read-only file system\n" });
    });

    // An engine reads the two from two pipes of its own.
    if (!isEngine(backend))
      test("merged output keeps the order of lines on stdout and stderr", async () => {
        const lines = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? `o${index}` : `e${index}`));
        const script = lines.map((line) => `echo ${line}${line.startsWith("e") ? " >&2" : ""}`).join("\n");
        const report = await drive(as, backend, specFor(fixture.rootfs, script, {}), "/", "--merged");
        expect(report).toEqual(said(`${lines.join("\n")}\n`));
      });

    test("the root file system can be writable on request", async () => {
      const owner = as.uid === 0 ? 0o777 : 0o755;
      chmodSync(join(fixture.rootfs, "workspace"), owner);
      expect(await run("echo x >/workspace/new; cat /workspace/new", { rootfsWritable: true })).toEqual(said("x\n"));
    });

    test("a mount is visible at its path even if the image lacks the directory", async () => {
      writeFileSync(join(fixture.dir, "data/file"), "from outside\n");
      expect(await run("cat /layers/deep/file", { mounts: [mount(true)] })).toEqual(said("from outside\n"));
    });

    test("a writable mount can be written, a read-only mount cannot", async () => {
      expect(await run("echo in >/layers/deep/written", { mounts: [mount(false)] })).toEqual(said(""));
      expect(readFileSync(join(fixture.dir, "data/written"), "utf8")).toBe("in\n");
      const refused = await run("touch /layers/deep/no", { mounts: [mount(true)] });
      expect(refused).toMatchObject({ exitCode: 1, stderr: "touch: /layers/deep/no: Read-only file system\n" });
    });

    test("a mount can cover /tmp, which is otherwise empty and writable", async () => {
      writeFileSync(join(fixture.dir, "data/mine"), "");
      expect(await run("ls -A /tmp; touch /tmp/x && ls /tmp")).toEqual(said("x\n"));
      const covered = await run("test -e /tmp/mine", { mounts: [{ ...mount(true), target: "/tmp" }] });
      expect(covered).toEqual(said(""));
    });

    test("mounts below /tmp are visible at their paths", async () => {
      mkdirSync(join(fixture.dir, "data/below"), { recursive: true });
      writeFileSync(join(fixture.dir, "data/it's"), "a file\n");
      const mounts = [
        { ...mount(true), target: "/tmp/a b/c" },
        { ...mount(true), target: "/tmp/a b/c/below" },
        { source: join(fixture.dir, "data/it's"), target: "/tmp/it's", readonly: true },
        { source: join(fixture.dir, "data/it's"), target: "/tmp/d/e", readonly: true },
      ];
      const script = `cat /tmp/it\\'s /tmp/d/e '/tmp/a b/c/below/it'\\''s'; touch /tmp/x && ls /tmp`;
      expect(await run(script, { mounts })).toEqual(said("a file\na file\na file\na b\nd\nit's\nx\n"));
    });

    test("the environment contains exactly the given variables", async () => {
      const env = { A: "it's\na $HOME", LD_PRELOAD: "/no.so", PATH: "/bin", "dotted.name": "x y", SHELL_: "", é: "ü" };
      const { stdout = "" } = await drive(as, backend, {
        ...specFor(fixture.rootfs, ""),
        command: ["/bin/cat", "/proc/self/environ"],
        env,
      });
      const expected = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      expect(stdout.split("\0").filter(Boolean).sort()).toEqual(expected.sort());
    });

    test("a command is found through PATH", async () => {
      const spec = { ...specFor(fixture.rootfs, ""), command: ["echo", "a b", "$c"] as const };
      expect(await drive(as, backend, spec)).toEqual(said("a b $c\n"));
    });

    test("working directory, host name and first process IDs are constant", async () => {
      expect(await run("pwd; hostname; test $$ -lt 10")).toEqual(said("/workspace\ncnb\n"));
    });

    test("only an active loopback interface exists if the command gets no network", async () => {
      const { stdout = "" } = await run("ip -o link");
      expect(stdout.split("\n").filter((line) => /LOWER_UP/.test(line))).toEqual([expect.stringContaining("1: lo:")]);
      expect(await run("grep -c : /proc/net/dev")).toEqual(said("1\n"));
    });

    test("the host's interfaces and resolver are available if the command gets the network", async () => {
      const files = await run("cat /proc/net/dev | grep -o '^ *[a-z0-9]*:'; cat /etc/hosts", { network: true });
      const interfaces = readFileSync("/proc/net/dev", "utf8").match(/^ *[a-z0-9]*:/gm) ?? [];
      expect(files.stdout).toBe(`${interfaces.join("\n")}\n${readFileSync("/etc/hosts", "utf8")}`);
    });

    test("the standard device files are usable", async () => {
      expect(
        await run("echo x >/dev/null; head -c 3 /dev/zero | wc -c; echo e >/dev/stderr; ls /dev/fd >/dev/null"),
      ).toEqual({ exitCode: 0, stdout: "3\n", stderr: "e\n", bytes: 2 });
    });

    test.for([0, 1, 100, 125, 255])("the command's exit code %i is returned", async (code) => {
      expect(await run(`exit ${code}`)).toEqual(said("", code));
    });

    test.for<[string, number]>([
      ["TERM", 143],
      ["KILL", 137],
      ["SEGV", 139],
    ])("a command killed by SIG%s is reported with that signal", async ([name, exitCode]) => {
      expect(await run(`kill -${name} $$`)).toEqual({ ...said("", exitCode), signal: `SIG${name}` });
    });

    test("a missing command is an error with a message", async () => {
      const report = await drive(as, backend, { ...specFor(fixture.rootfs, ""), command: ["/no/such"] });
      expect(report).toMatchObject(backend === "bubblewrap" && report.error ? {} : { exitCode: 127 });
      expect(report.error ?? report.stderr).toMatch(/\/no\/such.*No such file or directory/);
    });

    test("large output is complete and stdin is empty", async () => {
      expect(await run("cat; dd if=/dev/zero bs=65536 count=160 2>/dev/null")).toMatchObject({
        exitCode: 0,
        bytes: 160 * 65536,
      });
    });

    // A user's podman has no control group to limit where systemd gave it none: nothing is promised there.
    if (backend !== "podman" || as.uid === 0)
      test("a command cannot exceed its memory limit", async () => {
        const script = "dd if=/dev/zero of=/dev/null bs=268435456 count=1; echo $?";
        const { stdout } = await run(script, { limits: { memoryBytes: 64 * 1024 * 1024 } });
        expect(["1\n", "137\n"]).toContain(stdout);
        expect(await run("echo $?; dd if=/dev/zero of=/dev/null bs=268435456 count=1 2>/dev/null; echo $?")).toEqual(
          said("0\n0\n"),
        );
      });

    test("several sandboxes run concurrently", async () => {
      const spec = specFor(fixture.rootfs, "echo hello");
      expect(await drive(as, backend, spec, "/", "--times", "5")).toEqual(said("hello\n".repeat(5)));
    });

    test("background processes of the command end with the command", async () => {
      const marker = `3${process.pid}${backend.length}${as.uid}`;
      expect(await run(`sleep ${marker} & sleep ${marker} & echo done`)).toEqual(said("done\n"));
      expect(processesWith(marker)).toEqual([]);
    });

    test("no open files and no mounts of the host are inherited", async () => {
      const engines = [
        "/sys",
        "/bin",
        "/etc",
        "/workspace",
        "/layers",
        "/run",
        "/escape",
        "/run/.containerenv",
        // What the engines put there themselves.
        "/run/.cnb-init",
        "/sbin/docker-init",
        "/var/tmp",
      ];
      const own = ["/", "/dev", "/layers/deep", "/proc", "/tmp", ...(isEngine(backend) ? engines : [])];
      const { stdout = "" } = await run("cat /proc/self/mounts", { mounts: [mount(true)] });
      const targets = stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split(" ")[1] ?? "");
      expect(targets.filter((target) => !own.includes(target) && !/^\/(dev|proc|sys|etc)\//.test(target))).toEqual([]);
      const { stdout: files = "" } = await run("ls -l /proc/self/fd | grep -o -- '-> .*'");
      const known = /^-> (\/dev\/null|pipe:.\d+.|\/.*\/cnb-pipes-\w+\/\d .deleted.|\/proc\/\d+\/fd)?$/;
      expect(
        files
          .trimEnd()
          .split("\n")
          .filter((line) => !known.test(line)),
      ).toEqual([]);
    });

    test("killing cnb leaves no process and no mount behind", async () => {
      const marker = `4${process.pid}${backend.length}${as.uid}`;
      const before = readFileSync("/proc/self/mounts", "utf8");
      const spec = specFor(fixture.rootfs, `echo up; sleep ${marker} & sleep ${marker}`, { mounts: [mount(false)] });
      const child = startDriver(as, backend, spec, "/", "--live");
      if (child.stdout) await once(child.stdout, "data");
      expect(processesWith(marker).length).toBeGreaterThan(0);
      child.kill("SIGKILL");
      await once(child, "exit");
      await expect.poll(() => processesWith(marker), { timeout: 15_000 }).toEqual([]);
      // A podman or a Docker that others use meanwhile mounts as it likes.
      if (!isEngine(backend)) expect(readFileSync("/proc/self/mounts", "utf8")).toBe(before);
    });

    test("a sandbox works from an unreadable working directory", async () => {
      const dir = join(fixture.dir, "closed");
      if (!existsSync(dir)) mkdirSync(dir, { mode: 0o711 });
      expect(await run("pwd", {}, dir)).toEqual(said("/workspace\n"));
    });

    test("symbolic links in the image cannot redirect a mount out of the image", async () => {
      const { rootfs, dir } = fixture;
      writeFileSync(join(dir, "data/file"), "from outside\n");
      symlinkSync("../../../escape", join(rootfs, "evil"));
      const mounts = [{ ...mount(true), target: "/evil/mounted" }];
      expect(await run("cat /evil/mounted/file", { mounts })).toEqual(said("from outside\n"));
      expect([join(rootfs, "escape/mounted"), join(rootfs, "../../../escape")].map((path) => existsSync(path))).toEqual(
        [true, false],
      );
    });

    test("a missing mount source is an error that names the source", async () => {
      expect(await run("true", { mounts: [{ source: "/no/such/dir", target: "/x", readonly: true }] })).toEqual({
        error: "SANDBOX_FAILED /no/such/dir cannot be mounted in the sandbox",
      });
    });
  });

/** Processes of this machine that have a word in their command line. */
function processesWith(marker: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(marker))
    .filter((name) => Number(name) !== process.pid && isRunning(name));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function isRunning(pid: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) !== "";
  } catch {
    return false;
  }
}
