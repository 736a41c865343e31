import { build, rebuild } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "./buildpack.ts";

const plan = { greeter: [{ greeting: "Good morning" }] };

test("the program prints the greeting in the plan", async () => {
  const { layers, log } = await build(buildpack, { plan });
  expect(log).toEqual(["Installing greet (no cached layer)"]);
  expect(layers["greeter/bin/greet"]).toBe("#!/bin/sh\necho 'Good morning,' \"$@\"\n");
});

test("a quote in the greeting is literal", async () => {
  const { layers } = await build(buildpack, { plan: { greeter: [{ greeting: "'; exit 1 #" }] } });
  expect(layers["greeter/bin/greet"]).toBe(`#!/bin/sh\necho ''\\''; exit 1 #,' "$@"\n`);
});

test("the previous image's layer is reused", async () => {
  expect((await rebuild(buildpack, await build(buildpack, { plan }))).log).toEqual([]);
});
