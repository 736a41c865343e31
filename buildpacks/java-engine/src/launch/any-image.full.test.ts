// @needs bwrap
// @needs openssl
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseExecDOutput } from "libcnb/spec";
import { type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compiledLaunchHelper } from "../../../../test/support/java/launch-helper.ts";
import { certificatesOfJks, writeJks } from "../trust/jks.ts";
import { binary, companyCertificate, roots } from "../trust/test-certificates.ts";
import { writeLaunchFiles } from "./provide.ts";
import { ended } from "./test-program.ts";

const own = roots.slice(0, 3);
const java = {
  "lib/libjdwp.so": "",
  "lib/libmanagement_agent.so": "",
  "lib/jfr/default.jfc": "",
  "lib/security/cacerts": writeJks(own),
};

let dir: string;
let company: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "java-any-image-"));
  await writeFiles(join(dir, "java"), java);
  for (const [name, feature] of [
    ["new", 17],
    ["old", 11],
  ] as const) {
    await mkdir(join(dir, name, "exec.d"), { recursive: true });
    await writeLaunchFiles(join(dir, name), { runtime: join(dir, "java"), feature });
    await cp(await compiledLaunchHelper(), join(dir, name, "exec.d/00-java"));
  }
  company = await companyCertificate();
}, 120_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Image {
  /** The files of the image, which has no others. */
  readonly files?: FileMap;
  readonly env?: Readonly<Record<string, string>>;
  readonly layer?: "new" | "old";
  /** Options of bwrap. */
  readonly options?: readonly string[];
  /** Commands of a shell outside of the image, which run before the helper. */
  readonly before?: string;
}

/** Starts the compiled helper in an image without a shell, a C library and any other program, as an ordinary user. */
async function started({ files = {}, env = {}, layer = "new", options = [], before = "" }: Image) {
  const rootfs = await mkdtemp(join(dir, "rootfs-"));
  await writeFiles(rootfs, { "layer/": "", "tmp/": "", ...files });
  const user = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--uid", "12345", "--gid", "12345"];
  const mounts = ["--bind", rootfs, "/", "--ro-bind", join(dir, layer), "/layer", ...options];
  const variables = Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]);
  const command = ["bwrap", ...user, ...mounts, "--clearenv", ...variables, "/layer/exec.d/00-java"];
  const script = `exec 3>&1 1>&2; ${before} exec "$@"`;
  const { code, stdout, stderr } = await ended(["/bin/sh", "-c", script, "sh", ...command], process.env);
  return { code, variables: parseExecDOutput(stdout, "java"), printed: stderr.split("\n").slice(0, -1), rootfs };
}

const group = "sys/fs/cgroup";
const exits = "-XX:+ExitOnOutOfMemoryError";
const limited = { [`${group}/memory.max`]: "1073741824\n", [`${group}/cpu.max`]: "50000 100000\n" };
const machine = `-XX:MaxRAMPercentage=80.0 ${exits}`;
const paths = ["proc/meminfo", "proc/self/cgroup", "proc/self/limits", "etc/resolv.conf", `${group}/memory.max`];
const all = (file: string | Buffer) => Object.fromEntries(paths.map((path) => [path, file]));

describe("the compiled launch helper in an image without any other program", () => {
  test.for<[string, Image, Readonly<Record<string, string>>, ...(readonly string[])]>([
    ["reads the container's memory limit", { files: limited }, { JAVA_TOOL_OPTIONS: `-Xmx734003k ${exits}` }],
    [
      "passes the container's limits to an old Java that does not read them",
      { files: limited, layer: "old" },
      { JAVA_TOOL_OPTIONS: `-Xmx734003k ${exits} -XX:ActiveProcessorCount=1` },
    ],
    ["works without /proc, /sys and /etc", {}, { JAVA_TOOL_OPTIONS: machine }],
    ["works with the /proc of a real kernel", { options: ["--proc", "/proc"] }, { JAVA_TOOL_OPTIONS: machine }],
    [
      "reads the process's own memory limit",
      { options: ["--proc", "/proc"], before: "ulimit -d 262144;" },
      { JAVA_TOOL_OPTIONS: `-Xmx131072k ${exits}` },
    ],
    [
      "works with a read-only file system",
      { files: limited, options: ["--remount-ro", "/"] },
      { JAVA_TOOL_OPTIONS: `-Xmx734003k ${exits}` },
    ],
    [
      "ignores system files with megabytes of digits",
      { files: all("1".repeat(5_000_000)) },
      { JAVA_TOOL_OPTIONS: machine },
    ],
    [
      "ignores directories in place of system files",
      { files: Object.fromEntries(paths.map((path) => [`${path}/x`, ""])) },
      { JAVA_TOOL_OPTIONS: machine },
    ],
    [
      "ignores system files whose bytes are not text",
      { files: all(Buffer.alloc(5000, 0xff)) },
      { JAVA_TOOL_OPTIONS: machine },
    ],
    [
      "keeps non-ASCII characters and quotes in the user's options",
      { files: limited, env: { JAVA_TOOL_OPTIONS: '-Da="é€😀\\" -Db=\t\u007f' } },
      { JAVA_TOOL_OPTIONS: `-Xmx734003k ${exits} -Da="é€😀\\" -Db=\t\u007f` },
    ],
    [
      "calculates memory sizes and enables debugging, JMX, recording and heap dumps",
      {
        files: limited,
        env: {
          BPL_JVM_MEMORY_CALCULATOR: "true",
          BPI_JVM_CLASS_COUNT: "40000",
          BPL_DEBUG_ENABLED: "true",
          BPL_JMX_ENABLED: "true",
          BPL_JFR_ENABLED: "true",
          BPL_JAVA_NMT_ENABLED: "true",
          BPL_HEAP_DUMP_PATH: "/tmp/dumps/x.hprof",
        },
      },
      {
        JAVA_TOOL_OPTIONS: `-Xmx443607k -XX:MaxDirectMemorySize=10240k -XX:MaxMetaspaceSize=92968k -XX:ReservedCodeCacheSize=245760k -Xss1024k ${exits} -agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:8000 -Djava.rmi.server.hostname=127.0.0.1 -Dcom.sun.management.jmxremote.port=5000 -Dcom.sun.management.jmxremote.rmi.port=5000 -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false "-XX:StartFlightRecording=dumponexit=true,filename=/tmp/recording.jfr" -XX:+UnlockDiagnosticVMOptions -XX:NativeMemoryTracking=summary -XX:+PrintNMTStatistics -XX:+HeapDumpOnOutOfMemoryError "-XX:HeapDumpPath=/tmp/dumps/x.hprof"`,
      },
      "Calculated for Java: -Xmx443607k -XX:MaxDirectMemorySize=10240k -XX:MaxMetaspaceSize=92968k -XX:ReservedCodeCacheSize=245760k -Xss1024k (1024 MB, 250 threads, 14000 classes, 0 % free)",
    ],
    [
      "warns if the directory for heap dumps is not writable, here below /proc",
      { files: limited, options: ["--proc", "/proc"], env: { BPL_HEAP_DUMP_PATH: "/proc/none/x.hprof" } },
      {
        JAVA_TOOL_OPTIONS: `-Xmx734003k ${exits} -XX:+HeapDumpOnOutOfMemoryError "-XX:HeapDumpPath=/proc/none/x.hprof"`,
      },
      "WARNING: BPL_HEAP_DUMP_PATH: /proc/none is not writable",
    ],
  ])("%s", async ([, image, variables, ...printed]) => {
    const { rootfs, ...result } = await started(image);
    expect(result).toEqual({ code: 0, variables, printed });
  });

  test("leaves JAVA_TOOL_OPTIONS unchanged if it is not UTF-8", async () => {
    const before = `set -- "$@" && JAVA_TOOL_OPTIONS=$(printf '\\377');`;
    const program = 'exec bwrap --bind "$0" / --ro-bind "$1" /layer --proc /proc /layer/exec.d/00-java';
    const rootfs = await mkdtemp(join(dir, "rootfs-"));
    await writeFiles(rootfs, { "layer/": "", "proc/": "" });
    const script = `exec 3>&1 1>&2; ${before} export JAVA_TOOL_OPTIONS; ${program}`;
    const result = await ended(["/bin/sh", "-c", script, rootfs, join(dir, "new")], process.env);
    expect(result).toEqual({
      code: 0,
      stdout: "",
      stderr:
        "WARNING: JAVA_TOOL_OPTIONS is not valid UTF-8 and stays unchanged: Java gets no options for the container\n",
    });
  });

  test("passes the level of native memory tracking to the process that it replaces", async () => {
    const env = { BPL_JAVA_NMT_ENABLED: "true" };
    const { variables } = await started({ layer: "old", files: limited, env });
    expect(Object.entries(variables).filter(([name]) => name !== "JAVA_TOOL_OPTIONS")).toEqual([
      [expect.stringMatching(/^NMT_LEVEL_\d+$/), "summary"],
    ]);
  });

  test.for<[string, FileMap, Readonly<Record<string, string>>]>([
    ["a binding", { "platform/bindings/a/type": "ca-certificates", "platform/bindings/a/ca.pem": "COMPANY" }, {}],
    ["SSL_CERT_FILE", { "own.pem": "COMPANY" }, { SSL_CERT_FILE: "/own.pem" }],
  ])("creates a truststore with the CA certificate of %s", async ([, files, env]) => {
    const texts = Object.entries(files).map(([path, text]) => [path, text === "COMPANY" ? company : text]);
    const { printed, rootfs, variables } = await started({ files: Object.fromEntries(texts), env });
    expect(printed).toEqual([]);
    const [name = ""] = await readdir(join(rootfs, "tmp"));
    expect(variables).toEqual({
      JAVA_TOOL_OPTIONS: `${machine} "-Djavax.net.ssl.trustStore=/tmp/${name}/truststore.jks" -Djavax.net.ssl.trustStorePassword=changeit`,
    });
    const truststore = await readFile(join(rootfs, "tmp", name, "truststore.jks"));
    expect(certificatesOfJks(truststore)).toEqual([...own, binary(company)]);
  });

  test("starts the app if the layer is incomplete", async () => {
    await rm(join(dir, "broken"), { recursive: true, force: true });
    await mkdir(join(dir, "broken/exec.d"), { recursive: true });
    await cp(join(dir, "new/exec.d"), join(dir, "broken/exec.d"), { recursive: true });
    const { code, printed, variables } = await started({ options: ["--ro-bind", join(dir, "broken"), "/layer"] });
    expect([code, variables, printed]).toEqual([
      0,
      {},
      [expect.stringMatching(/^WARNING: Java gets no options for the container: /)],
    ]);
  });
});
