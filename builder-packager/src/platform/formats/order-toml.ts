import type { Group, Order } from "libcnb/lifecycle-rules";
import * as v from "valibot";
import { CnbError } from "../../errors.ts";
import { anyCaseObject } from "../../schema.ts";
import { isSystemError } from "../../system-error.ts";
import type { SandboxFiles } from "../rootfs/sandbox-files.ts";
import { minorOf } from "./descriptor.ts";
import { decodeToml } from "./toml.ts";

const element = anyCaseObject({
  id: v.string(),
  version: v.optional(v.string(), ""),
  optional: v.optional(v.boolean(), false),
});
const order = v.optional(v.array(anyCaseObject({ group: v.optional(v.array(element), []) })), []);
const orderSchema = anyCaseObject({ order });
const extensionsSchema = anyCaseObject({ "order-extensions": order });

const system = anyCaseObject({
  buildpacks: v.optional(v.array(anyCaseObject({ id: v.string(), version: v.optional(v.string(), "") })), []),
});
const none = { buildpacks: [] };
const systemSchema = anyCaseObject({
  system: v.optional(anyCaseObject({ pre: v.optional(system, none), post: v.optional(system, none) }), {
    pre: none,
    post: none,
  }),
});

/** The system buildpacks, which are added before and after each group. */
interface SystemBuildpacks {
  readonly pre: Group;
  readonly post: Group;
}

/**
 * Runs a function that reads a builder's files. Errors such as an invalid file or a cyclic order
 * are converted to BUILDER_INVALID, because the builder's author must correct them.
 */
export async function ofBuilder<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof CnbError || isSystemError(cause)) throw cause;
    throw new CnbError("BUILDER_INVALID", `the ${what} of the builder is not valid`, {
      cause,
      hint: "Use another builder with --builder, or report this to the builder's author.",
    });
  }
}

/** Reads the builder's order, without its system buildpacks. */
export async function readOrder(files: SandboxFiles): Promise<Order> {
  return ofBuilder("order", async () => {
    const text = await files.readText("/cnb/order.toml");
    if (text === undefined)
      throw new CnbError("BUILDER_INVALID", "the builder has no /cnb/order.toml", {
        hint: "Use an image created by cnb builder create or pack builder create.",
      });
    return decodeToml(orderSchema, text, "/cnb/order.toml").order.map(({ group }) => group);
  });
}

/** Reads the builder's system buildpacks, which exist since Platform API 0.15. */
export async function readSystem(files: SandboxFiles, platformApi: string): Promise<SystemBuildpacks> {
  return ofBuilder("list of system buildpacks", async () => {
    const text = minorOf(platformApi) >= 15 ? await files.readText("/cnb/system.toml") : undefined;
    const { pre, post } = decodeToml(systemSchema, text ?? "", "/cnb/system.toml").system;
    return { pre: pre.buildpacks, post: post.buildpacks };
  });
}

/** Reads the order of the builder's image extensions; empty if the builder has none. */
export async function readExtensionOrder(files: SandboxFiles): Promise<Order> {
  return ofBuilder("order of extensions", async () => {
    const text = (await files.readText("/cnb/order.toml")) ?? "";
    const groups = decodeToml(extensionsSchema, text, "/cnb/order.toml")["order-extensions"].map(({ group }) => group);
    return groups.some((group) => group.length > 0) ? groups : [];
  });
}

/**
 * Adds system buildpacks before and after each group. A system buildpack whose id is already in the
 * group is not added to it.
 */
export function withSystemBuildpacks(groups: Order, { pre, post }: SystemBuildpacks): Order {
  return groups.map((group) => {
    const missing = (element: Group[number]) => !group.some(({ id }) => id === element.id);
    return [...pre.filter(missing), ...group, ...post.filter(missing)];
  });
}
