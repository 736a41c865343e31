import { describe, expect, test } from "vitest";
import type { Layer } from "../oci/image.ts";
import { parseBuilderToml } from "./builder-toml.ts";
import type { BuilderModule } from "./module.ts";
import { resolveOrder } from "./order.ts";

const module = (id: string, version: string, order?: BuilderModule["facts"]["order"]): BuilderModule => ({
  ...{ kind: "buildpack", id, version, description: {}, layer: {} as Layer },
  facts: { api: "0.10", ...(order && { order }) },
});

const resolve = (text: string, modules: readonly BuilderModule[]) =>
  resolveOrder(parseBuilderToml(`[build]\nimage = "b"\n[[run.images]]\nimage = "r"\n${text}`, "builder.toml"), modules);

describe("an order", () => {
  test("gets the only version there is; optional members stay optional", () => {
    const text = `[[order]]\ngroup = [{ id = "a" }, { id = "b", version = "2.0.0", optional = true }]\n[[system.post.buildpacks]]\nid = "a"\n`;
    expect(resolve(text, [module("a", "1.0.0"), module("b", "1.0.0"), module("b", "2.0.0")])).toEqual({
      order: [
        {
          group: [
            { id: "a", version: "1.0.0" },
            { id: "b", version: "2.0.0", optional: true },
          ],
        },
      ],
      orderExtensions: [],
      system: { pre: [], post: [{ id: "a", version: "1.0.0" }] },
      problems: [],
    });
  });

  test.for<[string, string, readonly BuilderModule[], string]>([
    [
      "an unknown buildpack",
      `[[order]]\ngroup = [{ id = "x" }]`,
      [module("a", "1.0.0")],
      "order[0]: x is not in the builder (it has a)",
    ],
    [
      "no buildpacks at all",
      `[[order]]\ngroup = [{ id = "x" }]`,
      [],
      "order[0]: x is not in the builder (it has none)",
    ],
    [
      "an unknown version",
      `[[order]]\ngroup = [{ id = "a", version = "2.0.0" }]`,
      [module("a", "1.0.0")],
      "order[0]: a@2.0.0 is not in the builder (it has 1.0.0)",
    ],
    [
      "two versions",
      `[[order]]\ngroup = [{ id = "a" }]`,
      [module("a", "1.0.0"), module("a", "2.0.0")],
      "order[0]: a needs a version, for the builder has 1.0.0 and 2.0.0",
    ],
    [
      "an incomplete composite",
      "",
      [module("c", "1.0.0", [{ group: [{ id: "a", version: "1.0.0" }] }])],
      "order[0] of c@1.0.0: a is not in the builder (it has c)",
    ],
    [
      "an extension of that name only",
      `[[order]]\ngroup = [{ id = "a" }]`,
      [{ ...module("a", "1.0.0"), kind: "extension" }],
      "order[0]: a is not in the builder (it has none)",
    ],
  ])("with %s is refused", ([, text, modules, problem]) => {
    expect(resolve(text, modules).problems).toEqual([problem]);
  });
});
