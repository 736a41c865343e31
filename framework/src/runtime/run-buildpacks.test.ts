// @needs processes
import { describe, expect, test } from "vitest";
import {
  type Calling,
  callExecutable,
  descriptor,
  executableOf,
  type Outcome,
} from "../../../test/support/conformance/executable.ts";
import type { Tree } from "../host/files/tree.ts";

const layer = `cachedLayer("tool", { build: true, launch: true, metadata: s.table({ version: s.string }) })`;
const executable = executableOf(
  `{
  async detect({ app, platform }) {
    if (await app.exists("throw")) throw new UserError("BROKEN", "the app is broken", { hint: "Mend it." });
    if (await app.exists("bug")) return app.bug();
    const modules = process.moduleLoadList?.join("\\n"); // before process.stdout, which loads the network stack
    if (await app.exists("modules")) process.stdout.write(modules);
    return (await app.exists("package.json")) ? pass({ provides: [dependency("tool")] }) : fail("no package.json");
  },
  async build({ layers, run, log, env, store }) {
    log.step("building");
    await layers.provide(${layer}, {
      metadata: { version: "1" },
      create: ({ path }) => run("sh", ["-c", 'mkdir "$0/bin" && printf "#!/bin/sh\\necho tool" > "$0/bin/tool" && chmod +x "$0/bin/tool"', path]),
      env: () => ({ shared: { TOOL: defaultTo("1") } }),
      sbom: () => [cycloneDx([{ name: "tool", version: "1" }])],
    });
    await run("sh", ["-c", "tool; echo $TOOL; umask"]);
    return { processes: { web: { command: ["tool"], default: true } }, store: { builds: (store?.builds ?? 0) + 1 } };
  },
}`,
  "cachedLayer, cycloneDx, defaultTo, dependency, fail, pass, s, UserError",
);

const call = (phase: string, files: Tree, calling: Calling = {}) => callExecutable(executable, phase, files, calling);

describe("bin/detect", () => {
  test.for<[string, Tree, Omit<Outcome, "layers">]>([
    [
      "exits with 0 and writes its plan",
      { "app/package.json": "{}" },
      { status: 0, stdout: "", stderr: "", plan: `[[provides]]\nname = "tool"\n` },
    ],
    ["exits with 100 and logs the reason", {}, { status: 100, stdout: "  no package.json\n", stderr: "", plan: "" }],
    [
      "exits with 1 for a mistake of the user",
      { "app/throw": "" },
      {
        status: 1,
        stdout: "",
        stderr: "ERROR: the app is broken (BROKEN)\n  in detect of test/x@1.0.0\nHINT: Mend it.\n",
        plan: "",
      },
    ],
    [
      "exits with 254 for an unsupported Buildpack API, even in an unreadable buildpack.toml",
      { "bp/buildpack.toml": `api = "0.99"\nbuildpack = 1\n` },
      {
        status: 254,
        stdout: "",
        stderr: `ERROR: <root>/bp/buildpack.toml declares Buildpack API "0.99", which this framework does not implement (API_UNSUPPORTED)
HINT: Set api to one of "0.10", "0.11", "0.12".
`,
        plan: "",
      },
    ],
    [
      "exits with 255 for a buildpack that the executable does not contain",
      { "bp/buildpack.toml": descriptor.replace("test/x", "constructor") },
      {
        status: 255,
        stdout: "",
        stderr: `ERROR: this executable does not contain the buildpack "constructor" (BUILDPACK_UNKNOWN)
  caused by: it contains test/x
  in detect of constructor@1.0.0
HINT: Package the buildpack again.
`,
        plan: "",
      },
    ],
    [
      "exits with 1 for a malformed buildpack.toml",
      { "bp/buildpack.toml": "api = \n" },
      {
        status: 1,
        stdout: "",
        stderr: `ERROR: <root>/bp/buildpack.toml:1:7 is not valid TOML: invalid value (TOML_INVALID)
HINT: Correct line 1 of <root>/bp/buildpack.toml.
`,
        plan: "",
      },
    ],
  ])("%s", async ([, files, expected]) => {
    const { layers, ...outcome } = await call("detect", files);
    expect(outcome).toEqual(expected);
    expect(layers).toEqual({ "": "" });
  });

  test("exits with 1 and a stack for a bug", async () => {
    const { status, stderr } = await call("detect", { "app/bug": "" });
    expect([status, stderr.split("\n", 1)]).toEqual([1, ["ERROR: unexpected TypeError: app.bug is not a function"]]);
  });

  test("does not load modules that only build needs, such as http and tls", async () => {
    const { stdout } = await call("detect", { "app/modules": "", "app/package.json": "" }, { engine: "node" });
    const costly = ["http", "https", "tls", "zlib", "child_process", "crypto"].map((name) => `NativeModule ${name}`);
    expect(stdout.split("\n").filter((name) => costly.includes(name))).toEqual([]);
  });
});

describe("bin/build", () => {
  test("provides layers, runs tools with them, and writes the files that the lifecycle reads", async () => {
    const outcome = await call("build", {
      "layers/store.toml": "[metadata]\nbuilds = 1.0\n",
      "layers/launch.toml": "stale",
      "layers/old.toml": "",
    });
    expect(outcome).toEqual({
      status: 0,
      stdout:
        "building\n  $ sh -c 'mkdir \"$0/bin\" && printf \"#!/bin/sh …\n  $ sh -c 'tool; echo $TOOL; umask'\n    tool\n    1\n    0022\n",
      stderr: "",
      plan: "",
      layers: {
        "launch.toml": `[[processes]]\ntype = "web"\ncommand = [ "tool" ]\ndefault = true\n`,
        "store.toml": "[metadata]\nbuilds = 2\n",
        "tool.toml": `[types]\nbuild = true\nlaunch = true\ncache = true\n\n[metadata]\nversion = "1"\n`,
        "tool.sbom.cdx.json": expect.stringContaining(`"bom-ref": "tool@1"`),
        "tool/bin/tool": "#!/bin/sh\necho tool",
        "tool/env/TOOL.default": "1",
      },
    });
  });

  test.for(["bp/buildpack.toml", "plan.toml", "layers/store.toml"])("exits with 1 if %s is not UTF-8", async (file) => {
    const { status, stderr } = await call("build", { [file]: Buffer.from("# caf\xe9\n", "latin1") });
    expect([status, stderr.split("\n", 1)]).toEqual([
      1,
      [`ERROR: <root>/${file}:1:6 is not valid TOML: its bytes are not UTF-8 (TOML_INVALID)`],
    ]);
  });

  test("exits with 1 if an SBOM's format is not declared", async () => {
    const { status, stderr, layers } = await call("build", {
      "bp/buildpack.toml": descriptor.replace(/sbom-formats.*/, ""),
    });
    expect([status, stderr.split("\n")[0], layers["tool.toml"]]).toEqual([
      1,
      "ERROR: the buildpack writes an SBOM of the format application/vnd.cyclonedx+json, which its buildpack.toml does not declare (SBOM_FORMAT_UNDECLARED)",
      undefined,
    ]);
  });

  test("exits with 1 and lists all missing inputs if it is not started by a lifecycle", async () => {
    const { status, stderr } = await call("build", {}, { env: { CNB_LAYERS_DIR: "", CNB_TARGET_OS: "" } });
    expect([status, stderr.split("\n")[0]]).toEqual([
      1,
      "ERROR: the environment variables CNB_TARGET_OS, CNB_LAYERS_DIR are not set (INPUT_MISSING)",
    ]);
  });
});

test("an executable with an unknown name exits with 255", async () => {
  const { status, stderr } = await call("analyze", {});
  expect([status, stderr.split("\n")[0]]).toEqual([255, `ERROR: "node" is not a phase of a buildpack (PHASE_UNKNOWN)`]);
});
