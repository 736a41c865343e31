// @needs processes
import { execFileSync } from "node:child_process";
import { access, constants, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HelperLayer, helperLayer } from "./test-program.ts";

const able = { "lib/libjdwp.so": "", "lib/libmanagement_agent.so": "", "lib/jfr/default.jfc": "" };
const able8 = { "lib/amd64/libjdwp.so": "", "lib/management/jmxremote.access": "", "lib/jfr/default.jfc": "" };

/** The facts of a build about some Java installations, from their files. */
const javas = { 17: [17, able], 11: [11, able], 8: [8, able8], reduced: [21, { "lib/modules": "" }] } as const;
type Java = keyof typeof javas;

let dir: string;
const layers = new Map<string, HelperLayer>();
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "java-options-"));
  for (const [name, [feature, files]] of Object.entries(javas)) {
    await writeFiles(join(dir, name), files);
    layers.set(name, await helperLayer({ runtime: join(dir, name), feature }));
  }
});
afterAll(async () => {
  for (const layer of layers.values()) await layer[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

type Env = Readonly<Record<string, string>>;

/** The output in a container of 1 GiB, unless its files set another size. */
async function said(env: Env, { files = {}, java = 17 }: { readonly files?: FileMap; readonly java?: Java } = {}) {
  const limit = { [`${group}/memory.max`]: "1073741824\n", [`${group}/cpu.max`]: "100000 100000\n" };
  const layer = layers.get(String(java));
  const { options, printed } = (await layer?.start({ env, files: { ...limit, ...files } })) ?? {
    options: "",
    printed: [],
  };
  const own = options?.replaceAll(layer?.dir ?? "", "LAYER");
  return [own, ...printed.map((line) => line.replace("WARNING: ", ""))];
}

const group = "sys/fs/cgroup";
const mebibyte = 1024 ** 2;
const exits = "-XX:+ExitOnOutOfMemoryError";
/** 70 % of 1 GiB. */
const usual = `-Xmx734003k ${exits}`;
const usual8 = `${usual} -XX:ActiveProcessorCount=1`;

describe("the heap size", () => {
  const ofMachine = (percent: number) => `-XX:MaxRAMPercentage=${percent}.0`;
  const ofLimit = (mebibytes: number, percent: number) => `-Xmx${Math.floor((mebibytes * 1024 * percent) / 100)}k`;

  test.for<[string, FileMap, option: string]>([
    [
      "the machine's memory without a container limit",
      { [`${group}/memory.max`]: "max\n", "proc/meminfo": "MemTotal:       24683116 kB\nMemFree: 1 kB\n" },
      ofMachine(80),
    ],
    [
      "a small machine's memory without a container limit",
      { [`${group}/memory.max`]: "max\n", "proc/meminfo": "MemTotal:    2000000 kB\n" },
      ofMachine(75),
    ],
    [
      "the machine's memory if all limits are unreadable",
      { [`${group}/memory.max`]: "lots", "proc/meminfo": "MemTotal: much" },
      ofMachine(80),
    ],
    ["a container limit of 2 GiB", { [`${group}/memory.max`]: `${2048 * mebibyte}` }, ofLimit(2048, 75)],
    ["a container limit of 1 GiB", { [`${group}/memory.max`]: `${1024 * mebibyte}\n` }, ofLimit(1024, 70)],
    ["a container limit of 512 MiB", { [`${group}/memory.max`]: `${512 * mebibyte}\n` }, ofLimit(512, 60)],
    ["a container limit of 128 MiB", { [`${group}/memory.max`]: `${128 * mebibyte}\n` }, ofLimit(128, 50)],
    [
      "the limit of cgroup v1",
      { [`${group}/memory.max`]: "max", [`${group}/memory/memory.limit_in_bytes`]: `${512 * mebibyte}` },
      ofLimit(512, 60),
    ],
    [
      "the machine's memory if cgroup v1 has no limit",
      {
        [`${group}/memory.max`]: "max",
        [`${group}/memory/memory.limit_in_bytes`]: "9223372036854771712",
      },
      ofMachine(80),
    ],
    [
      "the limit of a parent cgroup, such as that of a pod",
      {
        "proc/self/cgroup": "0::/pod/app\n",
        [`${group}/memory.max`]: "max",
        [`${group}/pod/memory.max`]: `${256 * mebibyte}`,
        [`${group}/pod/app/memory.max`]: `${900 * mebibyte}`,
      },
      ofLimit(256, 50),
    ],
    [
      "the limit of a named cgroup v1",
      {
        "proc/self/cgroup": "9:name=systemd:/x\n5:cpu,memory:/docker/x\n0::/../..\n",
        [`${group}/memory.max`]: "",
        [`${group}/memory/docker/x/memory.limit_in_bytes`]: `${500 * mebibyte}`,
      },
      ofLimit(500, 60),
    ],
  ])("is a share of %s", async ([, files, option]) => {
    expect(await said({}, { files })).toEqual([`${option} ${exits}`]);
  });

  test("is a share of the process's own memory limit", async () => {
    const text =
      "Limit                     Soft Limit           Hard Limit           Units     \nMax data size             268435456            unlimited            bytes     \n";
    const files = { [`${group}/memory.max`]: "max\n", "proc/self/limits": text };
    expect(await said({}, { files })).toEqual([`${ofLimit(256, 50)} ${exits}`]);
  });

  test("without a container limit is the user's percentage, even on a small machine", async () => {
    const files = { [`${group}/memory.max`]: "max\n", "proc/meminfo": "MemTotal: 24683116 kB\n" };
    expect(await said({ BPL_JVM_HEAP_PERCENT: "85" }, { files })).toEqual([
      `-XX:MaxRAMPercentage=85.0 -XX:MinRAMPercentage=85.0 ${exits}`,
    ]);
  });

  test.for<[string, Env, ...(readonly (string | undefined)[])]>([
    ["is the percentage in BPL_JVM_HEAP_PERCENT", { BPL_JVM_HEAP_PERCENT: "85" }, `${ofLimit(1024, 85)} ${exits}`],
    ["is chosen by Java with BPL_JVM_HEAP_PERCENT=0", { BPL_JVM_HEAP_PERCENT: "0" }, exits],
    [
      "ignores a malformed BPL_JVM_HEAP_PERCENT",
      { BPL_JVM_HEAP_PERCENT: "most" },
      usual,
      "BPL_JVM_HEAP_PERCENT is ignored: a whole number from 0 to 100 is expected",
    ],
    ["leaves the share in BPL_JVM_HEAD_ROOM free", { BPL_JVM_HEAD_ROOM: "010" }, `${ofLimit(1024, 63)} ${exits}`],
    [
      "ignores a BPL_JVM_HEAD_ROOM above 99",
      { BPL_JVM_HEAD_ROOM: "200" },
      usual,
      "BPL_JVM_HEAD_ROOM is ignored: a whole number from 0 to 99 is expected",
    ],
    ["is a share of BPL_JVM_TOTAL_MEMORY", { BPL_JVM_TOTAL_MEMORY: "512M" }, `-Xmx314572k ${exits}`],
    ["is a share of BPL_JVM_TOTAL_MEMORY in bytes", { BPL_JVM_TOTAL_MEMORY: "4294967296" }, `-Xmx3355443k ${exits}`],
    [
      "is the percentage of BPL_JVM_TOTAL_MEMORY in GiB",
      { BPL_JVM_TOTAL_MEMORY: "4GiB", BPL_JVM_HEAP_PERCENT: "50" },
      `-Xmx2097152k ${exits}`,
    ],
    [
      "ignores a malformed BPL_JVM_TOTAL_MEMORY",
      { BPL_JVM_TOTAL_MEMORY: "big" },
      usual,
      "BPL_JVM_TOTAL_MEMORY is ignored: a size such as 512M is expected",
    ],
    [
      "ignores a BPL_JVM_TOTAL_MEMORY that is too large",
      { BPL_JVM_TOTAL_MEMORY: "999999999999T" },
      usual,
      "BPL_JVM_TOTAL_MEMORY is ignored: a size such as 512M is expected",
    ],
    ["is the user's -Xmx in JAVA_TOOL_OPTIONS", { JAVA_TOOL_OPTIONS: "-Xmx300m" }, `${exits} -Xmx300m`],
    [
      "is the user's quoted -XX:MaxHeapSize in JAVA_TOOL_OPTIONS",
      { JAVA_TOOL_OPTIONS: '-Da=b\n"-XX:MaxHeapSize=1g"' },
      `${exits} -Da=b\n"-XX:MaxHeapSize=1g"`,
    ],
    ["is that of the user's options in JDK_JAVA_OPTIONS", { JDK_JAVA_OPTIONS: "-XX:MaxRAMPercentage=20" }, exits],
    ["is that of the user's options in JAVA_OPTS", { JAVA_OPTS: "-server -Xmx1g" }, exits],
    ["ignores -Xmx inside another option", { JAVA_TOOL_OPTIONS: "-Dx=-Xmx" }, `${usual} -Dx=-Xmx`],
  ])("%s", async ([, env, ...expected]) => expect(await said(env)).toEqual(expected));
});

describe("the memory calculator", () => {
  const calculated = (env: Env) => ({ BPL_JVM_MEMORY_CALCULATOR: "true", BPI_JVM_CLASS_COUNT: "40000", ...env });
  const parts = "-XX:MaxDirectMemorySize=10240k -XX:MaxMetaspaceSize=92968k";

  test.for<[string, Env, ...(readonly string[])]>([
    [
      "calculates all memory areas of a usual container",
      {},
      `-Xmx443607k ${parts} -XX:ReservedCodeCacheSize=245760k -Xss1024k ${exits}`,
      `Calculated for Java: -Xmx443607k ${parts} -XX:ReservedCodeCacheSize=245760k -Xss1024k (1024 MB, 250 threads, 14000 classes, 0 % free)`,
    ],
    [
      "uses the user's numbers of threads and classes and the head room",
      { BPL_JVM_THREAD_COUNT: "50", BPL_JVM_LOADED_CLASS_COUNT: "10000", BPL_JVM_HEAD_ROOM: "5" },
      `-Xmx618634k -XX:MaxDirectMemorySize=10240k -XX:MaxMetaspaceSize=70312k -XX:ReservedCodeCacheSize=245760k -Xss1024k ${exits}`,
      "Calculated for Java: -Xmx618634k -XX:MaxDirectMemorySize=10240k -XX:MaxMetaspaceSize=70312k -XX:ReservedCodeCacheSize=245760k -Xss1024k (1024 MB, 50 threads, 10000 classes, 5 % free)",
    ],
    [
      "respects memory areas in the user's options",
      {
        JAVA_TOOL_OPTIONS:
          "-Xss512k -XX:ReservedCodeCacheSize=100m -XX:MaxMetaspaceSize=50m -XX:MaxDirectMemorySize=1m",
      },
      `-Xmx765952k ${exits} -Xss512k -XX:ReservedCodeCacheSize=100m -XX:MaxMetaspaceSize=50m -XX:MaxDirectMemorySize=1m`,
      "Calculated for Java: -Xmx765952k (1024 MB, 250 threads, 14000 classes, 0 % free)",
    ],
    [
      "respects the heap in the user's options",
      { JAVA_TOOL_OPTIONS: "-Xmx100m" },
      `${parts} -XX:ReservedCodeCacheSize=245760k -Xss1024k ${exits} -Xmx100m`,
      `Calculated for Java: ${parts} -XX:ReservedCodeCacheSize=245760k -Xss1024k (1024 MB, 250 threads, 14000 classes, 0 % free)`,
    ],
    [
      "reduces code cache and stacks for a small container",
      { BPL_JVM_TOTAL_MEMORY: "512M" },
      `-Xmx329943k ${parts} -XX:ReservedCodeCacheSize=65536k -Xss512k ${exits}`,
      "The container has little memory: the memory calculator reserves less for code and stacks, and assumes 50 threads",
      `Calculated for Java: -Xmx329943k ${parts} -XX:ReservedCodeCacheSize=65536k -Xss512k (512 MB, 50 threads, 14000 classes, 0 % free)`,
    ],
    [
      "warns if the container is too small",
      { BPL_JVM_TOTAL_MEMORY: "64M" },
      `-Xmx32768k ${exits}`,
      "The memory calculator cannot fit the heap into 64 MB: 0 % stay free, and Java needs 10 MB of direct memory, 90 MB for 14000 classes, 64 MB of code and 25 MB for 50 threads. The heap gets a share of the container instead. Give the container more memory, or set BPL_JVM_THREAD_COUNT and BPL_JVM_LOADED_CLASS_COUNT to lower values.",
    ],
  ])("%s", async ([, env, ...expected]) => expect(await said(calculated(env))).toEqual(expected));

  test("warns if the container's size is unknown", async () => {
    expect(await said(calculated({}), { files: { [`${group}/memory.max`]: "max" } })).toEqual([
      `-XX:MaxRAMPercentage=80.0 ${exits}`,
      "The memory limit of the container is unknown: set BPL_JVM_TOTAL_MEMORY for the memory calculator",
    ]);
  });
});

describe("the launch helper of java-engine enables", () => {
  const jdwp = "-agentlib:jdwp=transport=dt_socket,server=y";
  const jmx = (port: number) =>
    ["port", "rmi.port"].map((name) => `-Dcom.sun.management.jmxremote.${name}=${port}`).join(" ");
  const open = "-Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false";
  const nmt = (level: string) =>
    `-XX:+UnlockDiagnosticVMOptions -XX:NativeMemoryTracking=${level} -XX:+PrintNMTStatistics`;

  test.for<[string, Env, Java, ...(readonly (string | undefined)[])]>([
    ["a debugger", { BPL_DEBUG_ENABLED: "true" }, 17, `${usual} ${jdwp},suspend=n,address=*:8000`],
    [
      "a debugger for Java 8",
      { BPL_DEBUG_ENABLED: "1", BPL_DEBUG_PORT: "9000", BPL_DEBUG_SUSPEND: "true" },
      8,
      `${usual8} ${jdwp},suspend=y,address=9000`,
    ],
    [
      "a debugger on the default port if BPL_DEBUG_PORT is invalid",
      { BPL_DEBUG_ENABLED: "T", BPL_DEBUG_PORT: "99999" },
      17,
      `${usual} ${jdwp},suspend=n,address=*:8000`,
      "BPL_DEBUG_PORT is ignored: a whole number from 1 to 65535 is expected",
    ],
    [
      "no second debugger if JAVA_TOOL_OPTIONS enables a debugger",
      { BPL_DEBUG_ENABLED: "true", JAVA_TOOL_OPTIONS: "-agentlib:jdwp=x" },
      17,
      `${usual} -agentlib:jdwp=x`,
    ],
    ["no debugger with BPL_DEBUG_ENABLED=false", { BPL_DEBUG_ENABLED: "false" }, 17, usual],
    [
      "no debugger if BPL_DEBUG_ENABLED is neither true nor false",
      { BPL_DEBUG_ENABLED: "maybe" },
      17,
      usual,
      "BPL_DEBUG_ENABLED is treated as false: true or false is expected",
    ],
    ["JMX", { BPL_JMX_ENABLED: "true" }, 17, `${usual} -Djava.rmi.server.hostname=127.0.0.1 ${jmx(5000)} ${open}`],
    [
      "JMX for Java 8",
      { BPL_JMX_ENABLED: "true", BPL_JMX_PORT: "5001" },
      8,
      `${usual8} -Djava.rmi.server.hostname=127.0.0.1 ${jmx(5001)} ${open}`,
    ],
    [
      "the flight recorder",
      { BPL_JFR_ENABLED: "true" },
      17,
      `${usual} "-XX:StartFlightRecording=dumponexit=true,filename=CONTAINER/tmp/recording.jfr"`,
    ],
    [
      "the flight recorder with the user's arguments",
      { BPL_JFR_ENABLED: "true", BPL_JFR_ARGS: 'filename=/my "files"/x' },
      17,
      `${usual} "-XX:StartFlightRecording=filename=/my "'"'"files"'"'"/x"`,
    ],
    ["native memory tracking", { BPL_JAVA_NMT_ENABLED: "true" }, 17, `${usual} ${nmt("summary")}`],
    [
      "native memory tracking with details",
      { BPL_JAVA_NMT_ENABLED: "true", BPL_JAVA_NMT_LEVEL: "detail" },
      17,
      `${usual} ${nmt("detail")}`,
    ],
    [
      "native memory tracking with a summary if BPL_JAVA_NMT_LEVEL is invalid",
      { BPL_JAVA_NMT_ENABLED: "true", BPL_JAVA_NMT_LEVEL: "all" },
      17,
      `${usual} ${nmt("summary")}`,
      "BPL_JAVA_NMT_LEVEL is ignored: summary or detail is expected",
    ],
    [
      "a heap dump in a file",
      { BPL_HEAP_DUMP_PATH: "CONTAINER/a b/x.hprof" },
      17,
      `${usual} -XX:+HeapDumpOnOutOfMemoryError "-XX:HeapDumpPath=CONTAINER/a b/x.hprof"`,
    ],
    [
      "no debugger, JMX or flight recorder for a reduced Java without these modules",
      { BPL_DEBUG_ENABLED: "true", BPL_JMX_ENABLED: "true", BPL_JFR_ENABLED: "true" },
      "reduced",
      usual,
      "BPL_DEBUG_ENABLED is ignored: this Java has no agent for debuggers (jdk.jdwp.agent)",
      "BPL_JMX_ENABLED is ignored: this Java has no management agent (jdk.management.agent)",
      "BPL_JFR_ENABLED is ignored: this Java has no flight recorder (jdk.jfr)",
    ],
  ])("%s", async ([, env, java, ...expected]) => expect(await said(env, { java })).toEqual(expected));

  test("a heap dump in a directory, named by the time", async () => {
    const [options, ...printed] = await said({ BPL_HEAP_DUMP_PATH: "CONTAINER/dumps/" });
    expect(options).toMatch(/ "-XX:HeapDumpPath=CONTAINER\/dumps\/java_\d{8}T\d{6}Z\.hprof"$/);
    expect(printed).toEqual([]);
  });

  test.for<[string, string, string]>([
    ["in the working directory", "x.hprof", "."],
    ["in the root directory", "/x.hprof", "/"],
  ])("a heap dump %s, with a warning if the container's user cannot write there", async ([, path, dir]) => {
    const option = `-XX:+HeapDumpOnOutOfMemoryError "-XX:HeapDumpPath=${path}"`;
    const isWritable = await access(dir, constants.W_OK).then(
      () => true,
      () => false,
    );
    const warnings = isWritable ? [] : [`BPL_HEAP_DUMP_PATH: ${dir} is not writable`];
    expect(await said({ BPL_HEAP_DUMP_PATH: path })).toEqual([`${usual} ${option}`, ...warnings]);
  });

  test("a heap dump with a warning if its directory cannot be created", async () => {
    const [, ...printed] = await said({ BPL_HEAP_DUMP_PATH: "/proc/none/x.hprof" });
    expect(printed).toEqual(["BPL_HEAP_DUMP_PATH: /proc/none is not writable"]);
  });
});

describe("security properties", () => {
  const resolver = (address: string) => ({
    "etc/resolv.conf": `# x\nsearch y\nnameserver\t${address}\nnameserver 169.254.1.1\n`,
  });
  const local = `${usual} "-Djava.security.properties=LAYER/local-resolver.properties"`;

  test.for<[string, FileMap, Env, ...(readonly (string | undefined)[])]>([
    ["are unchanged for a remote DNS resolver", resolver("10.0.0.2"), {}, usual],
    ["disable the DNS cache for a link-local resolver", resolver("169.254.20.10"), {}, local],
    ["disable the DNS cache for a link-local IPv6 resolver", resolver("fe80::1%eth0"), {}, local],
    [
      "are those of the file that the user names in JAVA_SECURITY_PROPERTIES",
      { "my.properties": "a=b" },
      { JAVA_SECURITY_PROPERTIES: "CONTAINER/my.properties" },
      `${usual} "-Djava.security.properties=CONTAINER/my.properties"`,
    ],
    [
      "are unchanged if the file in JAVA_SECURITY_PROPERTIES is missing",
      {},
      { JAVA_SECURITY_PROPERTIES: "CONTAINER/my.properties" },
      usual,
      "JAVA_SECURITY_PROPERTIES is ignored: there is no file CONTAINER/my.properties",
    ],
    [
      "are the user's in JAVA_TOOL_OPTIONS",
      resolver("169.254.20.10"),
      { JAVA_TOOL_OPTIONS: "-Djava.security.properties=x" },
      `${usual} -Djava.security.properties=x`,
    ],
  ])("%s", async ([, files, env, ...expected]) => expect(await said(env, { files })).toEqual(expected));

  test("of several sources are merged", async () => {
    const files = { ...resolver("169.254.20.10"), "my.properties": "a=b" };
    const [options] = await said({ JAVA_SECURITY_PROPERTIES: "CONTAINER/my.properties" }, { files });
    expect(options).toMatch(/-Djava\.security\.properties=CONTAINER\/tmp\/java-\w+\/security\.properties"$/);
  });
});

describe("the number of processors", () => {
  const cpu = { [`${group}/cpu.max`]: "150000 100000\n" };
  test.for<[string, Java, FileMap, Env, string]>([
    ["is detected by a newer Java itself", 17, cpu, {}, usual],
    [
      "is rounded up for an older Java",
      11,
      { [`${group}/cpu.max`]: "50000 100000\n" },
      {},
      `${usual} -XX:ActiveProcessorCount=1`,
    ],
    [
      "is read from cgroup v1 for an older Java",
      11,
      { [`${group}/cpu/cpu.cfs_quota_us`]: "10000\n", [`${group}/cpu/cpu.cfs_period_us`]: "100000\n" },
      {},
      `${usual} -XX:ActiveProcessorCount=1`,
    ],
    [
      "is the user's in JAVA_TOOL_OPTIONS",
      11,
      cpu,
      { JAVA_TOOL_OPTIONS: "-XX:ActiveProcessorCount=7" },
      `${usual} -XX:ActiveProcessorCount=7`,
    ],
  ])("%s", async ([, java, files, env, expected]) => expect(await said(env, { java, files })).toEqual([expected]));
});

describe("an out-of-memory error", () => {
  test.for(["-XX:-ExitOnOutOfMemoryError", "-XX:+CrashOnOutOfMemoryError", '"-XX:OnOutOfMemoryError=kill %p"'])(
    "has the consequence that the user configured in JAVA_TOOL_OPTIONS by %j",
    async (option) => expect(await said({ JAVA_TOOL_OPTIONS: option })).toEqual([`-Xmx734003k ${option}`]),
  );
});

test("Java before 17 gets the level of native memory tracking in the environment variable NMT_LEVEL_PID, where PID is its process ID", async () => {
  const env = { BPL_JAVA_NMT_ENABLED: "true", BPL_JAVA_NMT_LEVEL: "detail" };
  const variablesOf = async (java: Java) => (await layers.get(String(java))?.start({ env }))?.variables;
  expect(await variablesOf(11)).toMatchObject({ NMT_LEVEL_7: "detail" });
  expect(Object.keys((await variablesOf(17)) ?? {})).toEqual(["JAVA_TOOL_OPTIONS"]);
});

describe("a container with hostile files", () => {
  const names = ["proc/meminfo", "proc/self/cgroup", "proc/self/limits", "proc/self/status", "etc/resolv.conf"];
  const groups = ["memory.max", "cpu.max", "memory/memory.limit_in_bytes", "cpu/cpu.cfs_quota_us"];
  const paths = [...names, ...groups.map((name) => `${group}/${name}`)];
  const all = (file: string) => Object.fromEntries(paths.map((path) => [path, file]));
  const bindings = "platform/bindings/company";
  beforeAll(() => execFileSync("mkfifo", [join(dir, "pipe")]));

  test.for<[string, () => FileMap]>([
    ["named pipes", () => ({ ...all(`-> ${join(dir, "pipe")}`), [`${bindings}/type`]: `-> ${join(dir, "pipe")}` })],
    ["endless devices", () => all("-> /dev/zero")],
    ["cyclic links", () => Object.fromEntries(paths.map((path) => [path, `-> ${path.split("/").at(-1)}`]))],
    ["directories", () => Object.fromEntries(paths.map((path) => [`${path}/x`, ""]))],
    ["megabytes of digits", () => all("1".repeat(5_000_000))],
    ["many lines", () => all("0::/a/b\n".repeat(100_000))],
    ["bytes that are not UTF-8", () => Object.fromEntries(paths.map((path) => [path, Buffer.alloc(9, 0xff)]))],
    [
      "a pipe and a device in a binding",
      () => ({
        ...all("x"),
        [`${bindings}/type`]: "ca-certificates",
        [`${bindings}/a.pem`]: `-> ${join(dir, "pipe")}`,
        [`${bindings}/b.pem`]: "-> /dev/zero",
      }),
    ],
  ])("such as %s gets the options of a container without limits", async ([, files]) => {
    const { options, printed } = (await layers.get("17")?.start({ files: files() })) ?? {};
    expect([options, printed]).toEqual([`-XX:MaxRAMPercentage=80.0 ${exits}`, []]);
  });
});

describe("the user's JVM options", () => {
  const invalid = { JAVA_TOOL_OPTIONS: "-Dx=\ufffd" };

  test.for<[string, FileMap]>([
    ["", { "proc/self/environ": Buffer.from("A=b\0JAVA_TOOL_OPTIONS=-Dx=\xff\0", "latin1") }],
    [" and /proc is missing", {}],
  ])("are unchanged if they are not valid UTF-8%s", async ([, files]) => {
    expect(await said(invalid, { files })).toEqual([
      undefined,
      "JAVA_TOOL_OPTIONS is not valid UTF-8 and stays unchanged: Java gets no options for the container",
    ]);
  });

  test("can contain U+FFFD", async () => {
    const files = { "proc/self/environ": "JAVA_TOOL_OPTIONS=-Dx=\ufffd\0A=b\0" };
    expect(await said(invalid, { files })).toEqual([`${usual} -Dx=\ufffd`]);
  });

  test("cause a warning if they exceed the length that Java 8 reads", async () => {
    const long = `-Dx=${"y".repeat(1000)}`;
    expect(await said({ JAVA_TOOL_OPTIONS: long }, { java: 8 })).toEqual([
      `${usual8} ${long}`,
      "JAVA_TOOL_OPTIONS has 1071 bytes, but Java 8 ignores it above 1023 bytes: move options to the start command",
    ]);
  });
});
