import { parseToml } from "libcnb/spec";
import { describe, expect, test } from "vitest";
import { python } from "../project/test-read.ts";
import { addressOf, lockedPackages } from "./locked.ts";
import { lockOf } from "./lockfile.ts";
import { rootsOf } from "./workspace.ts";

/** A package of an index, as uv writes it down. */
const indexed = (name: string, version: string, marker?: string): string => `[[package]]
name = "${name}"
version = "${version}"
source = { registry = "https://index.test/simple" }${marker === undefined ? "" : `\nresolution-markers = ["${marker}"]`}`;

const lock = lockOf(
  parseToml(
    `version = 1
requires-python = ">=3.10"

[manifest]
members = ["web", "lib", "other"]

[[package]]
name = "web"
version = "1.0.0"
source = { virtual = "packages/web" }
dependencies = [
    { name = "lib" },
    { name = "colorama", marker = "sys_platform == 'win32'" },
    { name = "numpy", version = "1.0.0", source = { registry = "https://index.test/simple" }, marker = "python_full_version < '3.11'" },
    { name = "numpy", version = "2.0.0", source = { registry = "https://index.test/simple" }, marker = "python_full_version >= '3.11'" },
]

[package.optional-dependencies]
prod = [{ name = "server", extra = ["fast"] }]

[package.dev-dependencies]
dev = [{ name = "tests" }, { name = "tools" }]
docs = [{ name = "tools" }]

[[package]]
name = "lib"
version = "0.1.0"
source = { editable = "packages/lib" }
dependencies = [{ name = "vendored" }, { name = "forked" }]

[[package]]
name = "other"
version = "0.1.0"
source = { editable = "packages/other" }
dependencies = [{ name = "tests" }]

${indexed("colorama", "0.4.6")}

${indexed("numpy", "1.0.0", "python_full_version < '3.11'")}

${indexed("numpy", "2.0.0", "python_full_version >= '3.11'")}
sdist = { url = "https://files.test/numpy-2.0.0.tar.gz", hash = "sha256:aa" }
wheels = [
    { url = "https://files.test/numpy-2.0.0-py3-none-any%2Bcpu.whl#part", hash = "sha256:bb" },
    { path = "wheels/numpy-2.0.0-cp312-none-any.whl" },
]

[[package]]
name = "server"
version = "3.0"
source = { git = "https://t0ken@git.test/server.git?tag=v3#c0ffee" }

[package.optional-dependencies]
fast = [{ name = "loop" }]

[[package]]
name = "loop"
version = "1"
source = { url = "https://user:s3cret@files.test/loop-1.tar.gz" }
dependencies = [{ name = "server" }]

[[package]]
name = "vendored"
version = "1"
source = { directory = "vendored" }

${indexed("forked", "1", "sys_platform == 'win32'")}

${indexed("forked", "2", "sys_platform != 'win32'")}

${indexed("tests", "1")}

${indexed("tools", "1")}
`,
    "uv.lock",
  ),
);

/** `name version scope` of the packages of a member. */
async function packagesOf(dir: string, groups: readonly string[] = [], extras: readonly string[] = []) {
  const roots = rootsOf(lock, "", dir);
  const found = await lockedPackages({ lock, roots, selection: { groups, extras }, values: python.markers });
  return found.map(({ name, version, scope, role }) => [name, version, scope, role].filter(Boolean).join(" ")).sort();
}

describe("packages of a uv.lock", () => {
  const web = [
    "forked 2 runtime",
    "lib 0.1.0 runtime workspace",
    "numpy 2.0.0 runtime",
    "vendored 1 runtime",
    "web 1.0.0 runtime app",
  ];
  test.each([
    [
      "are the packages of the requested workspace member, with packages of dependency groups for development",
      "packages/web",
      [],
      [],
      [...web, "tests 1 development", "tools 1 development"],
    ],
    [
      "are for launch if they belong to a requested group",
      "packages/web",
      ["docs"],
      [],
      [...web, "tests 1 development", "tools 1 runtime"],
    ],
    [
      "are for launch if they belong to a requested extra",
      "packages/web",
      [],
      ["prod"],
      [...web, "loop 1 runtime", "server 3.0 runtime", "tests 1 development", "tools 1 development"],
    ],
    [
      "depend on the requested workspace member",
      "packages/other",
      [],
      [],
      ["other 0.1.0 runtime app", "tests 1 runtime"],
    ],
    [
      "are the packages of all workspace members if the workspace's root is not a project",
      "",
      [],
      [],
      [
        ...web.slice(0, 3),
        "lib 0.1.0 runtime workspace",
        "other 0.1.0 runtime workspace",
        "tests 1 runtime",
        "tools 1 development",
        "vendored 1 runtime",
        "web 1.0.0 runtime workspace",
      ].filter((each, index, all) => all.indexOf(each) === index),
    ],
  ] as const)("%s", async (_, dir, groups, extras, expected) => {
    expect(await packagesOf(dir, groups, extras)).toEqual([...expected].sort());
  });

  test("have digests, file names, and the dependencies for this machine", async () => {
    const roots = rootsOf(lock, "", "packages/web");
    const found = await lockedPackages({ lock, roots, selection: { groups: [], extras: [] }, values: python.markers });
    expect(found.find(({ name }) => name === "numpy")).toEqual({
      name: "numpy",
      version: "2.0.0",
      files: [
        { name: "numpy-2.0.0.tar.gz", hash: "sha256:aa" },
        { name: "numpy-2.0.0-py3-none-any+cpu.whl", hash: "sha256:bb" },
      ],
      scope: "runtime",
      dependencies: [],
    });
    expect(found.find(({ name }) => name === "web")?.dependencies).toEqual(["lib", "numpy", "tests", "tools"]);
    const selection = { groups: [], extras: ["prod"] };
    const [web] = await lockedPackages({ lock, roots, selection, values: python.markers });
    expect(web?.dependencies).toEqual(["lib", "numpy", "server[fast]", "tests", "tools"]);
  });
});

test.each([
  ["registry", "https://index.test/simple", undefined],
  ["git", "https://t0ken@git.test/server.git?tag=v3#c0ffee", "git+https://git.test/server.git@c0ffee"],
  ["git", "ssh://git@git.test/server.git", "git+ssh://git.test/server.git"],
  ["url", "https://user:s3cret@files.test/loop-1.tar.gz", "https://files.test/loop-1.tar.gz"],
  ["directory", "vendored", "vendored"],
] as const)(
  "the source of a locked package is reported without credentials, here for the kind %s with the address %j",
  (kind, address, reported) => {
    expect(addressOf({ kind, address })).toBe(reported);
  },
);

test("invalid entries of uv.lock are ignored", () => {
  expect(lockOf({ package: [{ name: 1 }, "text"], manifest: [], version: 2 })).toEqual({
    version: 2,
    requiresPython: undefined,
    members: [],
    groups: {},
    packages: [
      {
        name: "",
        version: undefined,
        source: { kind: "unknown", address: "" },
        dependencies: [],
        extras: {},
        groups: {},
        markers: [],
        files: [],
      },
    ],
  });
});

test("packages are read from a uv.lock with 150 000 dependencies", async () => {
  const dependencies = Array.from({ length: 150_000 }, (_, index) => ({ name: `a${index}` }));
  const web = { name: "web", source: { virtual: "." }, dependencies: [{ name: "b" }] };
  const large = lockOf({ version: 1, package: [web, { name: "b", source: { registry: "x" }, dependencies }] });
  const search = { lock: large, roots: rootsOf(large, "", ""), selection: { groups: [], extras: [] }, values: {} };
  expect((await lockedPackages(search)).map(({ name }) => name)).toEqual(["web", "b"]);
});
