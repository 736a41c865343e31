import { describe, expect, test } from "vitest";
import { execD } from "../testing/exec-d.ts";
import { defineExecD } from "./definition.ts";

const limits = defineExecD("limits", ({ limits: { memory, cpus } }) => ({
  MEMORY: memory === undefined ? undefined : String(memory),
  CPUS: cpus === undefined ? undefined : String(cpus),
}));

test.for<[string, Record<string, string>, Record<string, string>]>([
  ["as unlimited without a cgroup", {}, {}],
  [
    "from a cgroup of version 2",
    { "memory.max": "536870912\n", "cpu.max": "50000 100000\n" },
    { MEMORY: "536870912", CPUS: "0.5" },
  ],
  ["from a cgroup of version 2 without limits", { "memory.max": "max\n", "cpu.max": "max 100000\n" }, {}],
  [
    "from a cgroup of version 1",
    {
      "memory/memory.limit_in_bytes": "1048576\n",
      "cpu/cpu.cfs_quota_us": "200000\n",
      "cpu/cpu.cfs_period_us": "100000\n",
    },
    { MEMORY: "1048576", CPUS: "2" },
  ],
  [
    "from a cgroup of version 1 without limits",
    { "memory/memory.limit_in_bytes": "9223372036854771712\n", "cpu/cpu.cfs_quota_us": "-1\n" },
    {},
  ],
])("an exec.d program reads the container's limits %s", async ([, files, variables]) => {
  const given = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/sys/fs/cgroup/${path}`, text]));
  expect((await execD(limits, { files: given })).variables).toEqual(variables);
});

describe("the test kit", () => {
  test("runs an exec.d program on an environment and files in memory", async () => {
    const config = defineExecD("config", async ({ env, app, layer, processType, readText, writeText, log }) => {
      const text = readText("app.conf.template")?.replaceAll("$PORT", env.PORT ?? "8080") ?? "";
      writeText("/tmp/app.conf", text);
      log(`written: ${readText("/tmp/app.conf")}`);
      return { CONFIG: "/tmp/app.conf", TYPE: processType, DIRS: `${app.dir} ${layer.path}`, NONE: readText("none") };
    });
    const files = { "/workspace/app.conf.template": "listen $PORT" };
    expect(await execD(config, { env: { PORT: "80" }, files, processType: "web" })).toEqual({
      variables: { CONFIG: "/tmp/app.conf", TYPE: "web", DIRS: "/workspace /layers/test_buildpack/layer" },
      env: { PORT: "80", CONFIG: "/tmp/app.conf", TYPE: "web", DIRS: "/workspace /layers/test_buildpack/layer" },
      written: { "/tmp/app.conf": "listen 80" },
      log: ["written: listen 80"],
    });
  });

  test("rethrows the error that an exec.d program throws", async () => {
    const broken = defineExecD("broken", () => {
      throw new RangeError("no memory");
    });
    await expect(execD(broken)).rejects.toThrow(new RangeError("no memory"));
  });
});

test.for<[string, unknown, string]>([
  ["contains a number", { PORT: 8080 }, "the value of PORT is not a string"],
  ["contains a NUL character", { A: "a\0b" }, "the value of A contains a NUL character"],
  ["contains an invalid variable name", { "a b": "" }, '"a b" is not a name of an environment variable'],
  ["is not an object", "PORT=1", "it is not an object"],
])("the result of an exec.d program is refused if it %s", async ([, result, cause]) => {
  const program = defineExecD("port", () => result as Record<string, string>);
  await expect(execD(program)).rejects.toThrow(
    expect.objectContaining({
      code: "EXEC_D_INVALID",
      message: "the result of the exec.d program port is not valid",
      cause,
    }),
  );
});

test.for(["", "1", "a/b", "ü"])("defineExecD refuses the name %j", (name) => {
  expect(() => defineExecD(name, () => ({}))).toThrow(
    `${JSON.stringify(name)} cannot be the name of an exec.d program`,
  );
});
