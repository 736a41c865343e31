import { expect, test } from "vitest";
import { hasExtensions } from "./order-toml.ts";
import type { SandboxFiles } from "./sandbox-files.ts";

const holding = (text: string | undefined): SandboxFiles => ({
  find: async () => undefined,
  list: async () => [],
  readText: async () => text,
});
const order = `[[order]]\n[[order.group]]\nid = "a"\nversion = "1"\n`;

test.for([
  ["no order", undefined, false],
  ["buildpacks", order, false],
  ["an empty order of extensions", `${order}[[order-extensions]]\n`, false],
  ["extensions", `${order}[[order-extensions]]\n[[order-extensions.group]]\nid = "e"\nversion = "1"\n`, true],
] as const)("a builder with %s", async ([, text, expected]) => {
  expect(await hasExtensions(holding(text))).toBe(expected);
});
