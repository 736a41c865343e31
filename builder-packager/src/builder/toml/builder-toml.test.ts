import { describe, expect, test } from "vitest";
import { CnbError } from "../../errors.ts";
import { parseBuilderToml } from "./builder-toml.ts";

const minimal = `[build]
image = "oci:build"
[[run.images]]
image = "oci:run"
[[order]]
[[order.group]]
id = "a/b"
`;

function problemsOf(text: string | Uint8Array): string {
  try {
    parseBuilderToml(text, "builder.toml");
  } catch (error) {
    if (error instanceof CnbError && error.code === "BUILDER_CONFIG_INVALID") return error.message;
    throw error;
  }
  return "none";
}

describe("a builder.toml", () => {
  test("is read with every key", () => {
    const text = `description = "All of it"
[[buildpacks]]
id = "a/b"
version = "1.0.0"
uri = "../ab.cnb"
[[buildpacks]]
image = "example.test/c"
[[extensions]]
uri = "oci:ext"
[[order]]
  [[order.group]]
  id = "a/b"
  version = "1.0.0"
  optional = true
[[order]]
group = [{ id = "c", exec-env = ["test"] }]
[[order-extensions]]
group = [{ id = "e", version = "2.0.0" }]
[stack]
id = "my.stack"
build-image = "example.test/build:1"
run-image = "example.test/run:1"
run-image-mirrors = ["mirror.test/run:1"]
[lifecycle]
version = "0.20.0"
[[run.images]]
image = "example.test/run:1"
mirrors = ["mirror.test/run:1"]
[build]
image = "example.test/build:1"
[[build.env]]
name = "JAVA_OPTS"
value = "-Xmx1g"
suffix = "append"
delim = " "
[[targets]]
os = "linux"
arch = "arm64"
variant = "v8"
[[targets.distros]]
name = "debian"
version = "12"
[[system.pre.buildpacks]]
id = "s"
version = "1.0.0"
[[verify]]
images = ["example.com/*"]
keys = ["a.pub"]
[[verify.identities]]
certificate-identity = "release@example.com"
certificate-oidc-issuer = "https://accounts.example.com"
trusted-root = "root.json"
`;
    expect(parseBuilderToml(text, "builder.toml")).toEqual({
      description: "All of it",
      buildpacks: [{ id: "a/b", version: "1.0.0", uri: "../ab.cnb" }, { uri: "docker://example.test/c" }],
      extensions: [{ uri: "oci:ext" }],
      order: [
        { group: [{ id: "a/b", version: "1.0.0", optional: true }] },
        { group: [{ id: "c", "exec-env": ["test"] }] },
      ],
      orderExtensions: [{ group: [{ id: "e", version: "2.0.0" }] }],
      system: { pre: [{ id: "s", version: "1.0.0" }], post: [] },
      stackId: "my.stack",
      lifecycle: { version: "0.20.0" },
      buildImage: "example.test/build:1",
      buildEnv: [{ name: "JAVA_OPTS", value: "-Xmx1g", suffix: "append", delim: " " }],
      runImages: [{ image: "example.test/run:1", mirrors: ["mirror.test/run:1"] }],
      targets: [{ os: "linux", architecture: "arm64", variant: "v8", distros: [{ name: "debian", version: "12" }] }],
      verify: [
        {
          images: ["example.com/*"],
          keys: ["a.pub"],
          identities: [
            { identity: "release@example.com", issuer: "https://accounts.example.com", trustedRoot: "root.json" },
          ],
        },
      ],
      warnings: [],
    });
  });

  test("is accepted with the older table [stack] alone", () => {
    const text = `[stack]\nid = "s"\nbuild-image = "b"\nrun-image = "r"\nrun-image-mirrors = ["m"]\n`;
    expect(parseBuilderToml(text, "builder.toml")).toMatchObject({
      stackId: "s",
      buildImage: "b",
      runImages: [{ image: "r", mirrors: ["m"] }],
      warnings: ["The order is empty: the builder detects nothing."],
    });
  });

  test.for<[string, string, string]>([
    ["an unknown key", 'descripton = "x"\n', "builder.toml:1:1: descripton: unknown key; did you mean description?"],
    [
      "an unknown key in a nested table",
      '[[build.env]]\nname = "A"\nvalue = ""\ndelimiter = ":"\n',
      "builder.toml:11:1: build.env[0].delimiter: unknown key; the known keys are name, value, suffix, delim, exec-env",
    ],
    ["a value of the wrong type", "description = 1\n", "builder.toml:1:1: description: expected a string, got 1"],
    [
      "both lifecycle.version and lifecycle.uri",
      '[lifecycle]\nuri = "x"\nversion = "1.0.0"\n',
      "builder.toml:10:1: lifecycle.version: cannot be given together with lifecycle.uri",
    ],
    [
      "a buildpack without uri",
      '[[buildpacks]]\nid = "a"\n',
      "builder.toml:8:3: buildpacks[0].uri: is missing; set it to a directory, a .cnb file, oci:DIR or an image name",
    ],
    [
      "a buildpack from a buildpack registry",
      '[[buildpacks]]\nuri = "urn:cnb:registry:a/b"\n',
      "builder.toml:9:1: buildpacks[0].uri: refers to a buildpack registry, which cnb does not query; use the image of the buildpack",
    ],
    [
      "a buildpack from another builder",
      '[[buildpacks]]\nuri = "from=builder:a/b"\n',
      "builder.toml:9:1: buildpacks[0].uri: refers to the buildpacks of an existing builder, but a new builder has none",
    ],
    [
      "a malformed lifecycle version",
      '[lifecycle]\nversion = "next"\n',
      'builder.toml:9:1: lifecycle.version: "next" is not a version of the form X.Y.Z',
    ],
    [
      "a lifecycle URI with an unsupported scheme",
      '[lifecycle]\nuri = "ftp://x/y"\n',
      "builder.toml:9:1: lifecycle.uri: begins with ftp://, but must be a path, file://, https:// or docker://",
    ],
    [
      "a buildpack URI with an unsupported scheme",
      '[[buildpacks]]\nuri = "git+ssh://x/y"\n',
      "builder.toml:9:1: buildpacks[0].uri: begins with git+ssh://, but must be a path, file://, https:// or docker://",
    ],
    [
      "an unsupported operating system as target",
      '[[targets]]\nos = "windows"\narch = "amd64"\n',
      'builder.toml:9:1: targets[0].os: "windows" is not supported; use "linux"',
    ],
    [
      "a repeated target",
      '[[targets]]\nos = "linux"\narch = "amd64"\n[[targets]]\nos = "linux"\narch = "amd64"\n',
      "builder.toml:11:3: targets[1]: repeats the platform linux/amd64; a builder has one image for each platform",
    ],
    [
      "a second run image without a name",
      '[[run.images]]\nimage = ""\n',
      "builder.toml:9:1: run.images[1].image: is empty",
    ],
    [
      "a variable with suffix append and no delim",
      '[[build.env]]\nname = "A"\nvalue = ""\nsuffix = "append"\n',
      "builder.toml:8:9: build.env[0].delim: is missing; append needs the delimiter between the values",
    ],
    [
      "a variable name with a path",
      '[[build.env]]\nname = "../A"\nvalue = ""\n',
      'builder.toml:9:1: build.env[0].name: "../A" is not the name of an environment variable',
    ],
    [
      "a malformed buildpack ID",
      '[[order]]\ngroup = [{ id = "a b" }]\n',
      'builder.toml:9:12: order[1].group[0].id: "a b" is not a buildpack id',
    ],
    [
      "a malformed buildpack version",
      '[[order]]\ngroup = [{ id = "a", version = "../1" }]\n',
      'builder.toml:9:22: order[1].group[0].version: "../1" is not a version',
    ],
    [
      "a stack.run-image that differs from run.images",
      '[stack]\nrun-image = "r"\n',
      'builder.toml:9:1: stack.run-image: differs from run.images[0].image, "oci:run"',
    ],
    [
      "a stack.build-image that differs from build.image",
      '[stack]\nbuild-image = "r"\n',
      'builder.toml:9:1: stack.build-image: differs from build.image, "oci:build"',
    ],
  ])("with %s reports the error and its position", ([, addition, problem]) => {
    const text = addition.startsWith("desc") ? addition + minimal : minimal + addition;
    expect(problemsOf(text)).toBe(`builder.toml has 1 problem\n  ${problem}`);
  });

  test("with several problems reports all of them in file order", () => {
    expect(problemsOf(`descripton = "x"\nconstructor = 1\n[[order]]\n[[order.group]]\nversion = 2\n`)).toBe(
      [
        "builder.toml has 4 problems",
        "  builder.toml:1:1: descripton: unknown key; did you mean description?",
        "  builder.toml:2:1: constructor: unknown key; the known keys are description, buildpacks, extensions, order, order-extensions, stack, lifecycle, run, build, targets, system, verify",
        "  builder.toml:4:9: order[0].group[0].id: is missing",
        "  builder.toml:5:1: order[0].group[0].version: expected a string, got 2",
      ].join("\n"),
    );
  });

  test.for<[string, string | Uint8Array, string]>([
    ["not TOML", "[build]\nimage = x\n", "builder.toml:2:9 is not valid TOML: invalid value"],
    [
      "not UTF-8",
      Buffer.from('description = "caf\xe9"\n', "latin1"),
      "builder.toml:1:19 is not valid TOML: its bytes are not UTF-8",
    ],
  ])("that is %s reports the position of the error", ([, text, message]) => expect(problemsOf(text)).toBe(message));

  test("with very many mistakes reports only the first ones", () => {
    const count = 200_000;
    const text = Array.from({ length: count }, (_, index) => `k${index} = ${index}\n`).join("");
    const known =
      "description, buildpacks, extensions, order, order-extensions, stack, lifecycle, run, build, targets, system, verify";
    expect(problemsOf(text).split("\n")).toEqual([
      "builder.toml has 200002 problems",
      "  builder.toml: build.image: is missing; set it to the image that buildpacks run in",
      "  builder.toml: run.images: is missing; set it to the image that apps run in",
      ...Array.from(
        { length: 18 },
        (_, index) => `  builder.toml:${index + 1}:1: k${index}: unknown key; the known keys are ${known}`,
      ),
      "  … and 199982 more",
    ]);
  });

  test("with an extremely long key shows only the start of the key", () => {
    const line = `  builder.toml:8:1: order[0].group[0].${"k".repeat(1_000_000)}`;
    const problems = problemsOf(`${minimal}${"k".repeat(1_000_000)} = 1\n`);
    expect(problems).toBe(`builder.toml has 1 problem\n${line.slice(0, 500)}…`);
  });

  test("without images reports which images it needs", () => {
    expect(problemsOf(`[[order]]\ngroup = [{ id = "a" }]\n`)).toBe(
      [
        "builder.toml has 2 problems",
        "  builder.toml: build.image: is missing; set it to the image that buildpacks run in",
        "  builder.toml: run.images: is missing; set it to the image that apps run in",
      ].join("\n"),
    );
  });
});
