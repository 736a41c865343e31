// @needs processes
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProgramLayer, programLayer } from "./test-program.ts";

const able = { "lib/libjdwp.so": "", "lib/libmanagement_agent.so": "", "lib/jfr/default.jfc": "" };
const able8 = { "lib/amd64/libjdwp.so": "", "lib/management/jmxremote.access": "", "lib/jfr/default.jfc": "" };

/** What a build knows of some Javas: by their files. */
const javas = { 17: [17, able], 11: [11, able], 8: [8, able8], reduced: [21, { "lib/modules": "" }] } as const;
type Java = keyof typeof javas;

let dir: string;
const layers = new Map<string, ProgramLayer>();
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "java-options-"));
  for (const [name, [feature, files]] of Object.entries(javas)) {
    await writeFiles(join(dir, name), files);
    layers.set(name, await programLayer({ runtime: join(dir, name), feature }));
  }
});
afterAll(async () => {
  for (const layer of layers.values()) await layer[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

type Env = Readonly<Record<string, string>>;

/** What is said in a container of 1 GiB, unless its files say something else. */
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
      "of a machine",
      { [`${group}/memory.max`]: "max\n", "proc/meminfo": "MemTotal:       24683116 kB\nMemFree: 1 kB\n" },
      ofMachine(80),
    ],
    [
      "of a small machine",
      { [`${group}/memory.max`]: "max\n", "proc/meminfo": "MemTotal:    2000000 kB\n" },
      ofMachine(75),
    ],
    ["of what says nothing", { [`${group}/memory.max`]: "lots", "proc/meminfo": "MemTotal: much" }, ofMachine(80)],
    ["of 2 GiB", { [`${group}/memory.max`]: `${2048 * mebibyte}` }, ofLimit(2048, 75)],
    ["of 1 GiB", { [`${group}/memory.max`]: `${1024 * mebibyte}\n` }, ofLimit(1024, 70)],
    ["of 512 MiB", { [`${group}/memory.max`]: `${512 * mebibyte}\n` }, ofLimit(512, 60)],
    ["of 128 MiB", { [`${group}/memory.max`]: `${128 * mebibyte}\n` }, ofLimit(128, 50)],
    [
      "of version 1",
      { [`${group}/memory.max`]: "max", [`${group}/memory/memory.limit_in_bytes`]: `${512 * mebibyte}` },
      ofLimit(512, 60),
    ],
    [
      "of version 1 without a limit",
      {
        [`${group}/memory.max`]: "max",
        [`${group}/memory/memory.limit_in_bytes`]: "9223372036854771712",
      },
      ofMachine(80),
    ],
    [
      "of a group above, such as that of a pod",
      {
        "proc/self/cgroup": "0::/pod/app\n",
        [`${group}/memory.max`]: "max",
        [`${group}/pod/memory.max`]: `${256 * mebibyte}`,
        [`${group}/pod/app/memory.max`]: `${900 * mebibyte}`,
      },
      ofLimit(256, 50),
    ],
    [
      "of a group of version 1",
      {
        "proc/self/cgroup": "9:name=systemd:/x\n5:cpu,memory:/docker/x\n0::/../..\n",
        [`${group}/memory.max`]: "",
        [`${group}/memory/docker/x/memory.limit_in_bytes`]: `${500 * mebibyte}`,
      },
      ofLimit(500, 60),
    ],
  ])("is a share of the container's memory: %s", async ([, files, option]) => {
    expect(await said({}, { files })).toEqual([`${option} ${exits}`]);
  });

  test("is a share of the process's own limit", async () => {
    const shell = ["sh", "-c", 'ulimit -d 262144 && exec sh "$@"', "sh"];
    const { options } = (await layers.get("17")?.start({ shell, files: { [`${group}/memory.max`]: "max\n" } })) ?? {};
    expect(options).toBe(`${ofLimit(256, 50)} ${exits}`);
  });

  test("without a container limit is the user's percentage, even on a small machine", async () => {
    const files = { [`${group}/memory.max`]: "max\n", "proc/meminfo": "MemTotal: 24683116 kB\n" };
    expect(await said({ BPL_JVM_HEAP_PERCENT: "85" }, { files })).toEqual([
      `-XX:MaxRAMPercentage=85.0 -XX:MinRAMPercentage=85.0 ${exits}`,
    ]);
  });

  test.for<[string, Env, ...(readonly (string | undefined)[])]>([
    ["more of it", { BPL_JVM_HEAP_PERCENT: "85" }, `${ofLimit(1024, 85)} ${exits}`],
    ["as Java likes", { BPL_JVM_HEAP_PERCENT: "0" }, exits],
    [
      "nonsense",
      { BPL_JVM_HEAP_PERCENT: "most" },
      usual,
      "BPL_JVM_HEAP_PERCENT is left out of account: a whole number from 0 to 100 is expected",
    ],
    ["room for others", { BPL_JVM_HEAD_ROOM: "010" }, `${ofLimit(1024, 63)} ${exits}`],
    [
      "more room than there is",
      { BPL_JVM_HEAD_ROOM: "200" },
      usual,
      "BPL_JVM_HEAD_ROOM is left out of account: a whole number from 0 to 99 is expected",
    ],
    ["what Java cannot see", { BPL_JVM_TOTAL_MEMORY: "512M" }, `-Xmx314572k ${exits}`],
    ["what Java cannot see, in bytes", { BPL_JVM_TOTAL_MEMORY: "4294967296" }, `-Xmx3355443k ${exits}`],
    [
      "what Java cannot see, in other words",
      { BPL_JVM_TOTAL_MEMORY: "4GiB", BPL_JVM_HEAP_PERCENT: "50" },
      `-Xmx2097152k ${exits}`,
    ],
    [
      "no size",
      { BPL_JVM_TOTAL_MEMORY: "big" },
      usual,
      "BPL_JVM_TOTAL_MEMORY is left out of account: a size such as 512M is expected",
    ],
    [
      "more than anybody has",
      { BPL_JVM_TOTAL_MEMORY: "999999999999T" },
      usual,
      "BPL_JVM_TOTAL_MEMORY is left out of account: a size such as 512M is expected",
    ],
    ["of one's own", { JAVA_TOOL_OPTIONS: "-Xmx300m" }, `${exits} -Xmx300m`],
    [
      "of one's own, quoted",
      { JAVA_TOOL_OPTIONS: '-Da=b\n"-XX:MaxHeapSize=1g"' },
      `${exits} -Da=b\n"-XX:MaxHeapSize=1g"`,
    ],
    ["of one's own, elsewhere", { JDK_JAVA_OPTIONS: "-XX:MaxRAMPercentage=20" }, exits],
    ["of one's own, for the start command", { JAVA_OPTS: "-server -Xmx1g" }, exits],
    ["of another kind", { JAVA_TOOL_OPTIONS: "-Dx=-Xmx" }, `${usual} -Dx=-Xmx`],
  ])("can be %s", async ([, env, ...expected]) => expect(await said(env)).toEqual(expected));
});

describe("the memory calculator", () => {
  const calculated = (env: Env) => ({ BPL_JVM_MEMORY_CALCULATOR: "true", BPI_JVM_CLASS_COUNT: "40000", ...env });
  const parts = "-XX:MaxDirectMemorySize=10240k -XX:MaxMetaspaceSize=92968k";

  test.for<[string, Env, ...(readonly string[])]>([
    [
      "of a usual container",
      {},
      `-Xmx443607k ${parts} -XX:ReservedCodeCacheSize=245760k -Xss1024k ${exits}`,
      `Calculated for Java: -Xmx443607k ${parts} -XX:ReservedCodeCacheSize=245760k -Xss1024k (1024 MB, 250 threads, 14000 classes, 0 % free)`,
    ],
    [
      "with other numbers",
      { BPL_JVM_THREAD_COUNT: "50", BPL_JVM_LOADED_CLASS_COUNT: "10000", BPL_JVM_HEAD_ROOM: "5" },
      `-Xmx618634k -XX:MaxDirectMemorySize=10240k -XX:MaxMetaspaceSize=70312k -XX:ReservedCodeCacheSize=245760k -Xss1024k ${exits}`,
      "Calculated for Java: -Xmx618634k -XX:MaxDirectMemorySize=10240k -XX:MaxMetaspaceSize=70312k -XX:ReservedCodeCacheSize=245760k -Xss1024k (1024 MB, 50 threads, 10000 classes, 5 % free)",
    ],
    [
      "with options of the user",
      {
        JAVA_TOOL_OPTIONS:
          "-Xss512k -XX:ReservedCodeCacheSize=100m -XX:MaxMetaspaceSize=50m -XX:MaxDirectMemorySize=1m",
      },
      `-Xmx765952k ${exits} -Xss512k -XX:ReservedCodeCacheSize=100m -XX:MaxMetaspaceSize=50m -XX:MaxDirectMemorySize=1m`,
      "Calculated for Java: -Xmx765952k (1024 MB, 250 threads, 14000 classes, 0 % free)",
    ],
    [
      "with a heap of the user",
      { JAVA_TOOL_OPTIONS: "-Xmx100m" },
      `${parts} -XX:ReservedCodeCacheSize=245760k -Xss1024k ${exits} -Xmx100m`,
      `Calculated for Java: ${parts} -XX:ReservedCodeCacheSize=245760k -Xss1024k (1024 MB, 250 threads, 14000 classes, 0 % free)`,
    ],
    [
      "of a small container",
      { BPL_JVM_TOTAL_MEMORY: "512M" },
      `-Xmx329943k ${parts} -XX:ReservedCodeCacheSize=65536k -Xss512k ${exits}`,
      "The container is small: Java gets less for code and stacks, and is thought to have 50 threads",
      `Calculated for Java: -Xmx329943k ${parts} -XX:ReservedCodeCacheSize=65536k -Xss512k (512 MB, 50 threads, 14000 classes, 0 % free)`,
    ],
    [
      "of one that is too small for it",
      { BPL_JVM_TOTAL_MEMORY: "64M" },
      `-Xmx32768k ${exits}`,
      "The memory calculator finds no room in 64 MB, beside 0 % that stay free, for 10 MB of direct memory, 90 MB for 14000 classes, 64 MB of code and 25 MB for 50 threads: the heap gets a share of the container. Give the container more memory, or BPL_JVM_THREAD_COUNT and BPL_JVM_LOADED_CLASS_COUNT.",
    ],
  ])("%s", async ([, env, ...expected]) => expect(await said(calculated(env))).toEqual(expected));

  test("without a known container size", async () => {
    expect(await said(calculated({}), { files: { [`${group}/memory.max`]: "max" } })).toEqual([
      `-XX:MaxRAMPercentage=80.0 ${exits}`,
      "The memory of the container is not known: BPL_JVM_TOTAL_MEMORY tells it to the calculator",
    ]);
  });
});

describe("an option enables", () => {
  const jdwp = "-agentlib:jdwp=transport=dt_socket,server=y";
  const jmx = (port: number) =>
    ["port", "rmi.port"].map((name) => `-Dcom.sun.management.jmxremote.${name}=${port}`).join(" ");
  const open = "-Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false";
  const nmt = (level: string) =>
    `-XX:+UnlockDiagnosticVMOptions -XX:NativeMemoryTracking=${level} -XX:+PrintNMTStatistics`;

  test.for<[string, Env, Java, ...(readonly (string | undefined)[])]>([
    ["a debugger", { BPL_DEBUG_ENABLED: "true" }, 17, `${usual} ${jdwp},suspend=n,address=*:8000`],
    [
      "a debugger of Java 8",
      { BPL_DEBUG_ENABLED: "1", BPL_DEBUG_PORT: "9000", BPL_DEBUG_SUSPEND: "true" },
      8,
      `${usual8} ${jdwp},suspend=y,address=9000`,
    ],
    [
      "a debugger with a port that there is not",
      { BPL_DEBUG_ENABLED: "T", BPL_DEBUG_PORT: "99999" },
      17,
      `${usual} ${jdwp},suspend=n,address=*:8000`,
      "BPL_DEBUG_PORT is left out of account: a whole number from 1 to 65535 is expected",
    ],
    [
      "the user's debugger",
      { BPL_DEBUG_ENABLED: "true", JAVA_TOOL_OPTIONS: "-agentlib:jdwp=x" },
      17,
      `${usual} -agentlib:jdwp=x`,
    ],
    ["no debugger", { BPL_DEBUG_ENABLED: "false" }, 17, usual],
    [
      "what is neither true nor false",
      { BPL_DEBUG_ENABLED: "maybe" },
      17,
      usual,
      "BPL_DEBUG_ENABLED is taken as false: true or false is expected",
    ],
    ["JMX", { BPL_JMX_ENABLED: "true" }, 17, `${usual} -Djava.rmi.server.hostname=127.0.0.1 ${jmx(5000)} ${open}`],
    [
      "JMX of Java 8",
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
      "the flight recorder, otherwise",
      { BPL_JFR_ENABLED: "true", BPL_JFR_ARGS: 'filename=/my "files"/x' },
      17,
      `${usual} "-XX:StartFlightRecording=filename=/my "'"'"files"'"'"/x"`,
    ],
    ["an account of native memory", { BPL_JAVA_NMT_ENABLED: "true" }, 17, `${usual} ${nmt("summary")}`],
    ["an exact one", { BPL_JAVA_NMT_ENABLED: "true", BPL_JAVA_NMT_LEVEL: "detail" }, 17, `${usual} ${nmt("detail")}`],
    [
      "one that is not known",
      { BPL_JAVA_NMT_ENABLED: "true", BPL_JAVA_NMT_LEVEL: "all" },
      17,
      `${usual} ${nmt("summary")}`,
      "BPL_JAVA_NMT_LEVEL is left out of account: summary or detail is expected",
    ],
    [
      "a dump of the heap",
      { BPL_HEAP_DUMP_PATH: "CONTAINER/a b/x.hprof" },
      17,
      `${usual} -XX:+HeapDumpOnOutOfMemoryError "-XX:HeapDumpPath=CONTAINER/a b/x.hprof"`,
    ],
    [
      "what a reduced Java cannot do",
      { BPL_DEBUG_ENABLED: "true", BPL_JMX_ENABLED: "true", BPL_JFR_ENABLED: "true" },
      "reduced",
      usual,
      "BPL_DEBUG_ENABLED is left out of account: this Java has no agent for debuggers (jdk.jdwp.agent)",
      "BPL_JMX_ENABLED is left out of account: this Java has no management agent (jdk.management.agent)",
      "BPL_JFR_ENABLED is left out of account: this Java has no flight recorder (jdk.jfr)",
    ],
  ])("%s", async ([, env, java, ...expected]) => expect(await said(env, { java })).toEqual(expected));

  test("a heap dump in a directory, named by the time", async () => {
    const [options, ...printed] = await said({ BPL_HEAP_DUMP_PATH: "CONTAINER/dumps/" });
    expect(options).toMatch(/ "-XX:HeapDumpPath=CONTAINER\/dumps\/java_\d{8}T\d{6}Z\.hprof"$/);
    expect(printed).toEqual([]);
  });

  test("a heap dump without an existing directory", async () => {
    const [, ...printed] = await said({ BPL_HEAP_DUMP_PATH: "/proc/none/x.hprof" });
    expect(printed).toEqual(["BPL_HEAP_DUMP_PATH: nothing can be written to /proc/none"]);
  });
});

describe("security properties", () => {
  const resolver = (address: string) => ({
    "etc/resolv.conf": `# x\nsearch y\nnameserver\t${address}\nnameserver 169.254.1.1\n`,
  });
  const local = `${usual} "-Djava.security.properties=LAYER/programs/local-resolver.properties"`;

  test.for<[string, FileMap, Env, ...(readonly (string | undefined)[])]>([
    ["of a resolver elsewhere", resolver("10.0.0.2"), {}, usual],
    ["of one that counts here alone", resolver("169.254.20.10"), {}, local],
    ["of one that counts here alone, of version 6", resolver("fe80::1%eth0"), {}, local],
    [
      "of the user",
      { "my.properties": "a=b" },
      { JAVA_SECURITY_PROPERTIES: "CONTAINER/my.properties" },
      `${usual} "-Djava.security.properties=CONTAINER/my.properties"`,
    ],
    [
      "that are not there",
      {},
      { JAVA_SECURITY_PROPERTIES: "CONTAINER/my.properties" },
      usual,
      "JAVA_SECURITY_PROPERTIES is left out of account: there is no file CONTAINER/my.properties",
    ],
    [
      "of an option",
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
    ["of a new Java are its own concern", 17, cpu, {}, usual],
    [
      "of an old one are rounded up",
      11,
      { [`${group}/cpu.max`]: "50000 100000\n" },
      {},
      `${usual} -XX:ActiveProcessorCount=1`,
    ],
    [
      "of version 1 as well",
      11,
      { [`${group}/cpu/cpu.cfs_quota_us`]: "10000\n", [`${group}/cpu/cpu.cfs_period_us`]: "100000\n" },
      {},
      `${usual} -XX:ActiveProcessorCount=1`,
    ],
    [
      "of the user stay",
      11,
      cpu,
      { JAVA_TOOL_OPTIONS: "-XX:ActiveProcessorCount=7" },
      `${usual} -XX:ActiveProcessorCount=7`,
    ],
  ])("%s", async ([, java, files, env, expected]) => expect(await said(env, { java, files })).toEqual([expected]));
});

describe("an out-of-memory error", () => {
  test.for(["-XX:-ExitOnOutOfMemoryError", "-XX:+CrashOnOutOfMemoryError", '"-XX:OnOutOfMemoryError=kill %p"'])(
    "has the consequence the user configured: %s",
    async (option) => expect(await said({ JAVA_TOOL_OPTIONS: option })).toEqual([`-Xmx734003k ${option}`]),
  );
});

describe("the user's JVM options", () => {
  test("are unchanged if they are not UTF-8", async () => {
    const shell = ["sh", "-c", `JAVA_TOOL_OPTIONS=$(printf '\\377'); export JAVA_TOOL_OPTIONS; exec sh "$@"`, "sh"];
    expect(await layers.get("17")?.start({ shell })).toMatchObject({
      options: undefined,
      printed: ["WARNING: JAVA_TOOL_OPTIONS is not valid UTF-8, and stays alone: Java is not told of its container"],
      code: 0,
    });
  });

  test("can exceed the length that Java 8 reads", async () => {
    const long = `-Dx=${"y".repeat(1000)}`;
    expect(await said({ JAVA_TOOL_OPTIONS: long }, { java: 8 })).toEqual([
      `${usual8} ${long}`,
      "JAVA_TOOL_OPTIONS has 1071 bytes, and Java 8 reads it only up to 1023: give options in the start command",
    ]);
  });
});

test("the app starts even if the output is not read or programs are missing", async () => {
  const layer = layers.get("17");
  expect(await layer?.start({ shell: ["sh", "-c", 'exec 3>&-; exec sh "$@"', "sh"] })).toMatchObject({
    code: 0,
    options: undefined,
  });
  expect(await layer?.start({ env: { PATH: "/none" }, shell: ["/bin/sh"] })).toMatchObject({ code: 0, printed: [] });
  expect((await readdir(layer?.dir ?? "")).includes("truststore")).toBe(true);
});
