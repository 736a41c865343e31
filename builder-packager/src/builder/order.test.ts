import { describe, expect, test } from "vitest";
import type { Layer } from "../oci/model/image.ts";
import type { BuilderModule } from "./modules/module.ts";
import { resolveOrder } from "./order.ts";
import { parseBuilderToml } from "./toml/builder-toml.ts";

const module = (id: string, version: string, order?: BuilderModule["facts"]["order"]): BuilderModule => ({
  kind: "buildpack",
  id,
  version,
  description: {},
  layer: {} as Layer,
  facts: { api: "0.10", ...(order && { order }) },
});

const resolve = (text: string, modules: readonly BuilderModule[]) =>
  resolveOrder(parseBuilderToml(`[build]\nimage = "b"\n[[run.images]]\nimage = "r"\n${text}`, "builder.toml"), modules);

describe("an order in builder.toml", () => {
  test("is completed with the only available version, and optional members remain optional", () => {
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
      "members although the builder has no buildpacks",
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
      "a buildpack without version that exists in two versions",
      `[[order]]\ngroup = [{ id = "a" }]`,
      [module("a", "1.0.0"), module("a", "2.0.0")],
      "order[0]: a needs a version, because the builder has 1.0.0 and 2.0.0",
    ],
    [
      "a composite buildpack whose member is missing",
      "",
      [module("c", "1.0.0", [{ group: [{ id: "a", version: "1.0.0" }] }])],
      "order[0] of c@1.0.0: a is not in the builder (it has c)",
    ],
    [
      "the ID of an extension instead of a buildpack",
      `[[order]]\ngroup = [{ id = "a" }]`,
      [{ ...module("a", "1.0.0"), kind: "extension" }],
      "order[0]: a is not in the builder (it has none)",
    ],
    [
      "a composite buildpack whose member has no version",
      "",
      [module("a", "1.0.0"), module("c", "1.0.0", [{ group: [{ id: "a" }] }])],
      "order[0] of c@1.0.0: a has no version, but members of composite buildpacks must have one",
    ],
    [
      "a composite buildpack that is its own member",
      "",
      [module("a", "1.0.0", [{ group: [{ id: "a", version: "1.0.0" }] }])],
      "a@1.0.0 is a member of itself: a@1.0.0 → a@1.0.0",
    ],
    [
      "a composite buildpack in an indirect cycle",
      "",
      [
        module("a", "1.0.0", [{ group: [{ id: "c", version: "2.0.0" }] }]),
        module("b", "1.0.0", [{ group: [{ id: "c", version: "1.0.0" }] }]),
        module("c", "1.0.0", [{ group: [{ id: "b", version: "1.0.0" }] }]),
        module("c", "2.0.0", [{ group: [{ id: "b", version: "1.0.0" }] }]),
      ],
      "b@1.0.0 is a member of itself: b@1.0.0 → c@1.0.0 → b@1.0.0",
    ],
  ])("with %s is refused", ([, text, modules, problem]) => {
    expect(resolve(text, modules).problems).toEqual([problem]);
  });

  test("accepts composites that share members", () => {
    const version = "1.0.0";
    const composite = (id: string, ...ids: readonly string[]) =>
      module(id, version, [{ group: ids.map((each) => ({ id: each, version })) }]);
    const modules = [
      module("a", version),
      composite("b", "a", "a"),
      composite("c", "b", "a"),
      composite("d", "c", "b"),
    ];
    expect(resolve("", modules).problems).toEqual([]);
  });
});
