import { build, execD, rebuild } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "./buildpack.ts";
import memory from "./exec.d/memory.ts";

const plan = { greeter: [{ greeting: "Good morning" }] };

test("the installed greet program prints the greeting in the build plan", async () => {
  const { layers, log } = await build(buildpack, { plan });
  expect(log).toEqual(["Installing greet (no cached layer)"]);
  expect(layers["greeter/bin/greet"]).toContain("\necho 'Good morning,' \"$@\"");
});

test("a quote in the greeting is escaped in the greet program", async () => {
  const { layers } = await build(buildpack, { plan: { greeter: [{ greeting: "'; exit 1 #" }] } });
  expect(layers["greeter/bin/greet"]).toContain(`\necho ''\\''; exit 1 #,' "$@"`);
});

test("the exec.d program sets GREETER_MEMORY to the container's memory in MiB", async () => {
  const files = { "/sys/fs/cgroup/memory.max": "268435456\n" };
  expect((await execD(memory, { files })).variables).toEqual({ GREETER_MEMORY: "256" });
  expect((await execD(memory)).variables).toEqual({});
});

test("a rebuild reuses the layer of the previous image", async () => {
  expect((await rebuild(buildpack, await build(buildpack, { plan }))).log).toEqual([]);
});
