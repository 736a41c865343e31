import { expect, test } from "vitest";
import type { SandboxFiles } from "../rootfs/sandbox-files.ts";
import { readExtensionOrder, readOrder, readSystem, withSystemBuildpacks } from "./order-toml.ts";

const holding = (text: string | undefined): SandboxFiles => ({
  find: async () => undefined,
  stat: async () => undefined,
  lstat: async () => undefined,
  list: async () => [],
  readText: async () => text,
  readBytesAsText: async () => text,
});
const order = `[[order]]\n[[order.group]]\nid = "a"\nversion = "1"\n`;

test.for([
  ["empty for a missing order.toml", undefined, []],
  ["empty for an order.toml with buildpacks only", order, []],
  ["empty for an order.toml with an empty order of extensions", `${order}[[order-extensions]]\n`, []],
  [
    "the order that order.toml states",
    `${order}[[order-extensions]]\n[[order-extensions.group]]\nid = "e"\nversion = "1"\n`,
    [[{ id: "e", version: "1", optional: false }]],
  ],
] as const)("the order of extensions is %s", async ([, text, expected]) => {
  expect(await readExtensionOrder(holding(text))).toEqual(expected);
});

const system = `[[system.pre.buildpacks]]\nid = "s"\nversion = "1"\n[[system.post.buildpacks]]\nid = "a"\nversion = "2"\n`;

test("system buildpacks are added around each group that lacks them, from Platform API 0.15 on", async () => {
  const groups = await readOrder(holding(order));
  const s = { id: "s", version: "1" };
  expect(groups).toEqual([[{ id: "a", version: "1", optional: false }]]);
  expect(withSystemBuildpacks(groups, await readSystem(holding(system), "0.15"))).toEqual([[s, ...(groups[0] ?? [])]]);
  expect(withSystemBuildpacks(groups, await readSystem(holding(system), "0.14"))).toEqual(groups);
  expect(withSystemBuildpacks(groups, await readSystem(holding(undefined), "0.15"))).toEqual(groups);
});
