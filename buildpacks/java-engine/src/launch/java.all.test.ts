import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@libcnb/app-kit/start/test-process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installedJdk, installedJre } from "../../../../test/support/java/archives.ts";
import { compiledLaunchHelper } from "../../../../test/support/java/launch-helper.ts";
import { running } from "../trust/test-certificates.ts";
import { ended, type HelperLayer, helperLayer } from "./test-program.ts";

const versions = [11, 17, 21, 25] as const;
type Version = (typeof versions)[number];

let dir: string;
const javas = new Map<Version, { readonly java: string; readonly layer: HelperLayer }>();
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "java-launch-"));
  const jdk = await installedJdk("11");
  await running(join(jdk, "bin/javac"), ["-d", dir, join(import.meta.dirname, "test-java/Probe.java")]);
  for (const version of versions) {
    const runtime = await installedJre(`${version}`);
    const layer = await helperLayer({ runtime, feature: version });
    await mkdir(join(layer.dir, "exec.d"));
    await cp(await compiledLaunchHelper(), join(layer.dir, "exec.d/00-java"));
    javas.set(version, { java: join(runtime, "bin/java"), layer });
  }
}, 300_000);
afterAll(async () => {
  for (const { layer } of javas.values()) await layer[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

type Env = Readonly<Record<string, string>>;

/** A Java with what the program of a container says of it. */
async function started(version: Version, env: Env, files = {}) {
  const { java, layer } = javas.get(version) ?? expect.fail();
  const { options = "", printed, root } = await layer.start({ env, files });
  const own = { PATH: process.env["PATH"], JAVA_TOOL_OPTIONS: options.replaceAll("CONTAINER", root) };
  return { java, printed, root, env: own, command: [java, "-cp", dir, "Probe"] };
}

/** The output of a probe, and its end. */
async function probe(version: Version, env: Env, args: readonly string[], files = {}) {
  const { command, root, ...container } = await started(version, env, files);
  const { code, stdout, stderr } = await ended([...command, ...args], container.env);
  return { code, lines: stdout.split("\n").slice(0, -1), stderr, root };
}

describe.each(versions)("Java %s", (version) => {
  test("accepts all options that the launch helper sets in a container", async () => {
    const on = ["DEBUG", "JMX", "JFR", "JAVA_NMT"].map((name) => [`BPL_${name}_ENABLED`, "true"]);
    const ports = { BPL_DEBUG_PORT: `${await freePort()}`, BPL_JMX_PORT: `${await freePort()}` };
    const others = {
      BPL_JVM_MEMORY_CALCULATOR: "true",
      BPL_JVM_TOTAL_MEMORY: "1G",
      BPL_HEAP_DUMP_PATH: 'CONTAINER/my "d\'umps"',
    };
    const files = { "etc/resolv.conf": "nameserver 169.254.20.10\n" };
    const { code, lines, root } = await probe(
      version,
      { ...Object.fromEntries(on), ...ports, ...others, TMPDIR: "CONTAINER/tmp" },
      ["arguments"],
      files,
    );
    expect(code).toBe(0);
    expect(
      lines.filter((line) => line.startsWith("-XX:HeapDumpPath=")).map((line) => line.replace(/java_.*/, "")),
    ).toEqual([`-XX:HeapDumpPath=${root}/my "d'umps"/`]);
    expect(lines.join("\n")).toMatch(/-Xmx\d+k\n/);
    expect(await readdir(join(root, "tmp"))).toContain("recording.jfr");
  });

  test("ends on an out-of-memory error and leaves a heap dump", async () => {
    const { code, root } = await probe(
      version,
      { BPL_HEAP_DUMP_PATH: "CONTAINER/dumps", JAVA_TOOL_OPTIONS: "-Xmx32m" },
      ["exhaust"],
    );
    expect(code).toBe(3);
    expect(await readdir(join(root, "dumps"))).toEqual([expect.stringMatching(/^java_\d{8}T\d{6}Z\.hprof$/)]);
  });

  test("disables the DNS cache if the container's resolver caches, and respects the user's security properties", async () => {
    const files = {
      "etc/resolv.conf": "nameserver 169.254.20.10\n",
      "my.properties": "mine=yes\nnetworkaddress.cache.negative.ttl=3\n",
    };
    const env = { JAVA_SECURITY_PROPERTIES: "CONTAINER/my.properties" };
    const property = async (name: string) => (await probe(version, env, ["security", name], files)).lines;
    expect(await property("networkaddress.cache.ttl")).toEqual(["0"]);
    expect(await property("networkaddress.cache.negative.ttl")).toEqual(["3"]);
    expect(await property("mine")).toEqual(["yes"]);
  });

  test("prints its native memory usage with BPL_JAVA_NMT_ENABLED=true", async () => {
    const { stdout } = await launched(version, ["env", "BPL_JAVA_NMT_ENABLED=true"]);
    expect(stdout).toContain("Native Memory Tracking:");
  });

  test("supports debugging, JMX and shutdown hooks", async () => {
    const [debug, jmx] = [await freePort(), await freePort()];
    const env = {
      BPL_DEBUG_ENABLED: "true",
      BPL_DEBUG_PORT: `${debug}`,
      BPL_JMX_ENABLED: "true",
      BPL_JMX_PORT: `${jmx}`,
    };
    const { command, env: own } = await started(version, env);
    const [file = "", ...args] = command;
    const child = spawn(file, [...args, "wait"], { env: own, stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.on("data", (data) => (text += data));
    const exit = new Promise((resolve) => child.on("exit", resolve));
    await expect.poll(() => text, { timeout: 60_000 }).toContain("ready\n");
    expect(await handshake(debug)).toBe("JDWP-Handshake");
    expect((await probe(17, {}, ["manage", `${jmx}`])).lines).toEqual([`${version}`]);
    child.kill("SIGTERM");
    expect(await exit).toBe(143);
    expect(text).toMatch(/goodbye\n$/);
  });

  // podman's own limits are higher than what may be allowed here
  const limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"];

  test.for<[memory: string, Env, heap: [number, number]]>([
    ["192m", {}, [85, 100]],
    ["512m", {}, [280, 310]],
    ["1g", {}, [680, 720]],
    ["1g", { BPL_JVM_HEAP_PERCENT: "25" }, [240, 260]],
    ["1g", { BPL_JVM_MEMORY_CALCULATOR: "true" }, [370, 600]],
    ["512m", { BPL_JVM_MEMORY_CALCULATOR: "true" }, [250, 400]],
    ["96m", { BPL_JVM_MEMORY_CALCULATOR: "true" }, [40, 50]],
    ["512m", { JAVA_TOOL_OPTIONS: "-Xmx64m" }, [60, 64]],
  ])(
    "in a container of %s with the environment %j has a heap in the range %j MB",
    async ([memory, env, [least, most]]) => {
      const variables = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
      const size = ["--memory", memory, "--cpus", "1"];
      const podman = ["podman", "run", "--rm", "--network=none", ...limits, ...size, ...variables, "--rootfs", "/:O"];
      const { stdout, stderr } = await launched(version, podman);
      const [heap, processors] = stdout.split(" ").map(Number);
      expect(processors, stderr).toBe(1);
      expect(heap).toBeGreaterThanOrEqual(least);
      expect(heap).toBeLessThanOrEqual(most);
    },
  );
});

/** Does what the launcher does: runs the program, and has Java take its own place. */
const launcher = `"$1" 3>"$4"
JAVA_TOOL_OPTIONS=$(sed -n 's/^JAVA_TOOL_OPTIONS = "\\(.*\\)"$/\\1/p' "$4" | sed 's/\\\\"/"/g')
export JAVA_TOOL_OPTIONS
exec env $(sed -n 's/^\\(NMT_[A-Z]*_[0-9]*\\) = "\\(.*\\)"$/\\1=\\2/p' "$4") "$2" -cp "$3" Probe memory`;

/** The memory sizes that Java reports when it is started by a command. */
async function launched(version: Version, by: readonly string[]) {
  const { java, layer } = javas.get(version) ?? expect.fail();
  const args = [join(layer.dir, "exec.d/00-java"), java, dir, join(layer.dir, "said")];
  return ended([...by, "sh", "-c", launcher, "sh", ...args], process.env);
}

/** The handshake of a debugger and Java. */
const handshake = (port: number) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("JDWP-Handshake"));
    socket.on("error", reject);
    socket.once("data", (data) => {
      resolve(data.toString("latin1"));
      socket.destroy();
    });
  });
