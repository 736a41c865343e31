import { bases, builder, buildpacks, one, order, prepare } from "../../support/hostile/builder.ts";
import { type HostileCase, hostileTests } from "../../support/hostile/tests.ts";

/** Files that `cnb builder create` refuses for what is written in them. */
const hostile: readonly HostileCase[] = [
  {
    ...builder("invalid TOML", "[build]\nimage = oci:build\n"),
    exitCode: 3,
    error: `ERROR: builder.toml:2:9 is not valid TOML: invalid value
HINT: Correct line 2 of builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("bytes that are not UTF-8", Buffer.from(`description = "caf\xe9"\n`, "latin1")),
    exitCode: 3,
    error: `ERROR: builder.toml:1:19 is not valid TOML: its bytes are not UTF-8
HINT: Correct line 1 of builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("a string with a NUL", `description = "a\u0000b"\n`),
    exitCode: 3,
    error: `ERROR: builder.toml:1:17 is not valid TOML: control characters are not allowed in strings
HINT: Correct line 1 of builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("an empty builder.toml", ""),
    exitCode: 3,
    error: `ERROR: builder.toml has 2 problems
  builder.toml: build.image: is missing; set it to the image that buildpacks run in
  builder.toml: run.images: is missing; set it to the image that apps run in
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("a builder.toml larger than 1 MiB", "#".repeat(2 ** 20 + 1)),
    exitCode: 3,
    error: `ERROR: builder.toml is larger than 1 MiB
HINT: Pass the path of a builder.toml with --config.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("arrays nested ten thousand levels deep", `a = ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`),
    exitCode: 3,
    error: `ERROR: builder.toml:1:105 is not valid TOML: it is nested more than 100 levels deep
HINT: Correct line 1 of builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("unknown keys, including __proto__", `buidpacks = 1\n__proto__ = 1\n${bases}`),
    exitCode: 3,
    error: `ERROR: builder.toml has 2 problems
  builder.toml:1:1: buidpacks: unknown key; did you mean buildpacks?
  builder.toml:2:1: __proto__: unknown key; the known keys are description, buildpacks, extensions, order, order-extensions, stack, lifecycle, run, build, targets, system, verify
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("values of the wrong type", `description = 1\norder = {}\n${bases}`),
    exitCode: 3,
    error: `ERROR: builder.toml has 2 problems
  builder.toml:1:1: description: expected a string, got 1
  builder.toml:2:1: order: expected a list, got a table
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("a duplicate key", `description = "a"\ndescription = "b"\n`),
    exitCode: 3,
    error: `ERROR: builder.toml:2:1 is not valid TOML: trying to redefine an already defined table or value
HINT: Correct line 2 of builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("a duplicate table", `[build]\nimage = "oci:build"\n[build]\nimage = "oci:run"\n`),
    exitCode: 3,
    error: `ERROR: builder.toml:3:2 is not valid TOML: trying to redefine an already defined table or value
HINT: Correct line 3 of builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("an order with an empty group", `${bases}[[order]]\ngroup = []\n`),
    exitCode: 3,
    error: `ERROR: builder.toml has 1 problem
  builder.toml:8:1: order[0].group: is empty
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("an order with an unknown buildpack id", bases + buildpacks("one") + order(`id = "test/on"`)),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  order[0]: test/on is not in the builder (it has test/one)
HINT: Correct builder.toml, or the images and buildpacks that it lists.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "an order with an unknown buildpack version",
      bases + buildpacks("one") + order(`${one}, version = "3.0.0"`),
    ),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  order[0]: test/one@3.0.0 is not in the builder (it has 1.0.0)
HINT: Correct builder.toml, or the images and buildpacks that it lists.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder("an order without a version if two are available", bases + buildpacks("one", "one-newer") + order(one)),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  order[0]: test/one needs a version, because the builder has 1.0.0 and 2.0.0
HINT: Correct builder.toml, or the images and buildpacks that it lists.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder("a buildpack id with ../../", bases + buildpacks("one") + order(`id = "../../etc"`)),
    exitCode: 3,
    error: `ERROR: builder.toml has 1 problem
  builder.toml:10:12: order[0].group[0].id: "../../etc" is not a buildpack id
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("a buildpack id with terminal escape sequences", bases + buildpacks("one") + order(`id = "\\u001b[2J"`)),
    exitCode: 3,
    error: `ERROR: builder.toml has 1 problem
  builder.toml:10:12: order[0].group[0].id: "\\u001b[2J" is not a buildpack id
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
];

hostileTests(hostile, prepare);
