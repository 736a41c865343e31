import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  append,
  type Buildpack,
  defaultTo,
  defineBuildpack,
  type EnvModification,
  type LayerEnv,
  override,
  pass,
  prepend,
  temporaryLayer,
} from "libcnb";
import { buildFailure } from "libcnb/testing";
import { afterAll, beforeAll, expect } from "vitest";
import type { Written } from "../support/conformance/framework-executable.ts";
import { row } from "../support/conformance/rows.ts";
import { writing } from "../support/images/written-layers.ts";
import {
  environmentIn,
  type Files,
  type LifecycleBinaries,
  lifecycleBinaries,
} from "../support/lifecycle/lifecycle-binaries.ts";
import { type LifecycleRunner, lifecycleRunner } from "../support/lifecycle/lifecycle-run.ts";
import { type Inputs, officialPlatform } from "../support/lifecycle/official-platform.ts";

let lifecycle: LifecycleBinaries;
let runner: LifecycleRunner;

beforeAll(async () => {
  [lifecycle, runner] = await Promise.all([lifecycleBinaries(), lifecycleRunner()]);
});
afterAll(async () => {
  await lifecycle?.remove();
  await runner?.remove();
});

type Variables = Readonly<Record<string, string>>;

interface LaunchLayer {
  /** Default: build and launch. */
  readonly types?: { readonly build: boolean; readonly launch: boolean };
  readonly env?: LayerEnv;
  readonly directories?: readonly string[];
}

/** A buildpack of the framework with such layers. */
const providing = (given: Readonly<Record<string, LaunchLayer>>): Buildpack =>
  defineBuildpack({
    detect: () => pass(),
    async build({ layers }) {
      for (const [name, { types = { build: true, launch: true }, env = {}, directories = [] }] of Object.entries(
        given,
      )) {
        await layers.provide(temporaryLayer(name, types), {
          env: () => env,
          create: async ({ path }) => {
            for (const directory of directories) await mkdir(join(path, directory));
          },
        });
      }
    },
  });

const command = `command = ["/usr/bin/env", "-0"]`;
const witness: Files = {
  "bin/build": `#!/bin/sh
/usr/bin/env -0 > "$CNB_LAYERS_DIR/seen"
/bin/cp "$CNB_BUILDPACK_DIR/launch.toml" "$CNB_LAYERS_DIR"
`,
  "launch.toml": ["web", "worker"].map((type) => `[[processes]]\ntype = "${type}"\n${command}\n`).join(""),
};

interface Seen {
  /** By a later buildpack. */
  readonly build: Variables;
  /** By processes of the image. */
  readonly web: Variables;
  readonly worker: Variables;
}

/**
 * Some variables that the official builder passes to a later buildpack, and the launcher to the
 * processes of the image.
 */
async function seen(given: Inputs, names: RegExp): Promise<Seen> {
  const platform = await officialPlatform(lifecycle);
  const {
    layers,
    exitCode,
    output,
    export: toImage,
  } = await platform.build({
    ...given,
    buildpacks: { ...given.buildpacks, witness },
  });
  if (exitCode !== 0) throw new Error(output);
  const image = await toImage();
  const [web, worker] = await Promise.all(["web", "worker"].map((type) => image.launch(type)));
  const chosen = (text: unknown) =>
    Object.fromEntries(Object.entries(environmentIn(String(text ?? ""))).filter(([name]) => names.test(name)));
  return { build: chosen(layers["witness/seen"]), web: chosen(web?.output), worker: chosen(worker?.output) };
}

row(
  41,
  "Later buildpacks get the scopes shared and build of a build layer's environment; processes get the scopes shared, launch and their own process type of a launch layer's environment",
  ["lifecycle"],
  async () => {
    const env = (layer: string) => ({
      shared: { [`SHARED_${layer}`]: override("1") },
      build: { [`BUILD_${layer}`]: override("2") },
      launch: { [`LAUNCH_${layer}`]: override("3") },
      process: { web: { [`WEB_${layer}`]: override("4") } },
    });
    const one = providing({
      b: { types: { build: true, launch: false }, env: env("B") },
      l: { types: { build: false, launch: true }, env: env("L") },
      both: { env: env("BOTH") },
      none: { types: { build: false, launch: false }, env: env("NONE") },
    });
    const launch = { SHARED_L: "1", LAUNCH_L: "3", SHARED_BOTH: "1", LAUNCH_BOTH: "3" };
    expect(await seen({ buildpacks: { one } }, /^(SHARED|BUILD|LAUNCH|WEB)_/)).toEqual({
      build: { SHARED_B: "1", BUILD_B: "2", SHARED_BOTH: "1", BUILD_BOTH: "2" },
      web: { ...launch, WEB_L: "4", WEB_BOTH: "4" },
      worker: launch,
    });
  },
);

row(
  42,
  "A variable's value is used literally, without a shell and with every newline; its name contains no dot",
  ["lifecycle", "test kit"],
  async () => {
    const values = {
      EMPTY: "",
      SPACES: " a  b ",
      SHELL: "$HOME `id` \\ \"'",
      LINES: "a\nb\n",
      TEXT: "é €",
      PATHS: ":",
    };
    const shared = Object.fromEntries(Object.entries(values).map(([name, value]) => [`V_${name}`, override(value)]));
    const raw = writing({ "env/V_RAW.override": "raw\n", "env/V_DOTS.b.append": "x", "env/V_OTHER.override.bak": "x" });
    const expected = {
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`V_${name}`, value])),
      V_RAW: "raw\n",
    };
    expect(await seen({ buildpacks: { one: providing({ x: { env: { shared } } }), raw } }, /^V_/)).toEqual({
      build: expected,
      web: expected,
      worker: expected,
    });
    for (const name of ["A.B", "", "A/B", "A=B"]) {
      const { error, exitCode } = await buildFailure(providing({ x: { env: { shared: { [name]: override("1") } } } }));
      expect([name, error, exitCode]).toMatchObject([name, { code: "ENV_INVALID" }, 1]);
    }
  },
);

/** The same modification of a variable that is unset, of one that is empty, and of one that is `base`. */
const modified = (name: string, modification: EnvModification | readonly EnvModification[]) =>
  Object.fromEntries(["UNSET", "EMPTY", "SET"].map((state) => [`${state}_${name}`, modification]));

const base = (names: readonly string[]): Buildpack =>
  providing({
    base: {
      env: {
        shared: Object.fromEntries(
          names.flatMap((name) => [
            [`EMPTY_${name}`, override("")],
            [`SET_${name}`, override("base")],
          ]),
        ),
      },
    },
  });

/** The values of an unset, an empty and a set variable after each of these. */
async function effects(given: Readonly<Record<string, EnvModification | readonly EnvModification[]>>, raw: Files = {}) {
  const names = [...Object.keys(given), ...Object.keys(raw).map((file) => file.split(".", 1)[0] ?? "")];
  const shared = Object.assign(
    {},
    ...Object.entries(given).map(([name, modification]) => modified(name, modification)),
  );
  const files = Object.entries(raw).flatMap(([file, text]) =>
    ["UNSET", "EMPTY", "SET"].map((state) => [`env/${state}_${file}`, text] as const),
  );
  const buildpacks = {
    base: base(names),
    one: providing({ x: { env: { shared } } }),
    ...(files.length > 0 && { raw: writing(Object.fromEntries(files)) }),
  };
  const { build, web, worker } = await seen({ buildpacks }, /^(UNSET|EMPTY|SET)_/);
  expect([web, worker]).toEqual([build, build]);
  const rows = names.map(
    (name) => [name, ["UNSET", "EMPTY", "SET"].map((state) => build[`${state}_${name}`])] as const,
  );
  return Object.fromEntries(rows);
}

row(
  43,
  "A variable is overridden, set by default if it is unset or empty, appended to or prepended to with a delimiter, by default a colon",
  ["lifecycle"],
  async () => {
    const given = {
      OVERRIDE: override("new"),
      DEFAULT: defaultTo("new"),
      APPEND: append("new"),
      APPEND_SPACE: append("new", " "),
      APPEND_NONE: append("new", ""),
      PREPEND: prepend("new"),
      PREPEND_SPACE: prepend("new", " "),
    };
    const raw = { PLAIN: "new", "UNKNOWN.upend": "new", "ALONE.delim": "|", "BARE.append": "new" };
    expect(await effects(given, raw)).toEqual({
      OVERRIDE: ["new", "new", "new"],
      DEFAULT: ["new", "new", "base"],
      APPEND: ["new", "new", "base:new"],
      APPEND_SPACE: ["new", "new", "base new"],
      APPEND_NONE: ["new", "new", "basenew"],
      PREPEND: ["new", "new", "new:base"],
      PREPEND_SPACE: ["new", "new", "new base"],
      PLAIN: ["new", "new", "new"],
      UNKNOWN: [undefined, "", "base"],
      ALONE: [undefined, "", "base"],
      BARE: ["new", "new", "basenew"],
    });
  },
);

row(
  44,
  "Several modifications of one variable apply in their order, although the lifecycle applies files by name; a combination that files cannot express is refused",
  ["lifecycle", "test kit"],
  async () => {
    const given = {
      ACCUMULATED: [prepend("a"), prepend("b"), append("y"), append("z")],
      WIPED: [append("A", "|"), override("O"), prepend("P", "|")],
      OVERRIDDEN: [override("O"), append("A", "|")],
      DEFAULTED: [defaultTo("D"), prepend("P", "|")],
      SETTLED: [append("A", "|"), defaultTo("D")],
    };
    const expected = {
      ACCUMULATED: ["b:a:y:z", "b:a:y:z", "b:a:base:y:z"],
      WIPED: ["P|O", "P|O", "P|O"],
      OVERRIDDEN: ["O|A", "O|A", "O|A"],
      DEFAULTED: ["P|D", "P|D", "P|base"],
      SETTLED: ["A", "A", "base|A"],
    };
    expect(await effects(given)).toEqual(expected);
    // the lifecycle's own order: plain, append, default, override, prepend
    const raw = { "V.append": "A", "V.override": "O", "V.prepend": "P", "V.delim": "|" };
    expect((await effects({}, raw)).V).toEqual(["P|O", "P|O", "P|O"]);
    for (const modifications of [
      [defaultTo("D"), append("A")],
      [append("A", ":"), prepend("P", ";")],
    ]) {
      const { error } = await buildFailure(providing({ x: { env: { shared: { V: modifications } } } }));
      expect(error).toMatchObject({ code: "ENV_INVALID" });
    }
  },
);

row(
  45,
  "A delimiter applies only in its own scope, so each scope that appends or prepends needs its own delimiter",
  ["lifecycle"],
  async () => {
    const env = {
      shared: { V: append("s", "|") },
      build: { V: append("b", "|") },
      launch: { V: append("l", "|") },
      process: { web: { V: prepend("w", "|") } },
    };
    expect(await seen({ buildpacks: { one: providing({ x: { env } }) } }, /^V$/)).toEqual({
      build: { V: "s|b" },
      web: { V: "w|s|l" },
      worker: { V: "s|l" },
    });
    const raw = writing({
      "env/V.append": "1",
      "env/V.delim": "|",
      "env.build/V.append": "2",
      "env.launch/V.append": "3",
    });
    expect(await seen({ buildpacks: { raw } }, /^V$/)).toEqual({
      build: { V: "12" },
      web: { V: "13" },
      worker: { V: "13" },
    });
  },
);

const pathNames = /^(PATH|LD_LIBRARY_PATH|LIBRARY_PATH|CPATH|PKG_CONFIG_PATH)$/;

/** Tells the path variables of its context before and behind two layers, and those of a tool. */
const layering: Written = ({ defineBuildpack, pass, temporaryLayer }, report) => {
  const ofPaths = (env: Readonly<Record<string, string | undefined>>) =>
    Object.fromEntries(Object.entries(env).filter(([name]) => /^(?!CNB_)(.*_)?C?PATH$/.test(name)));
  return defineBuildpack({
    detect: () => pass(),
    async build({ layers, env, run }) {
      report(ofPaths(env));
      for (const [order, name, directories] of [
        [20, "all", ["bin", "lib", "include", "pkgconfig"]],
        [3, "other", ["bin"]],
      ] as const) {
        const create = async ({ path }: { readonly path: string }) => {
          await run(
            "mkdir",
            directories.map((directory) => `${path}/${directory}`),
          );
        };
        await layers.provide(temporaryLayer(name, { order }), { create });
      }
      report(ofPaths(env));
      const { stdout } = await run("env", [], { output: "capture" });
      report(ofPaths(Object.fromEntries(stdout.split("\n").map((line) => line.split("=") as [string, string]))));
    },
  });
};

row(
  46,
  "The directories bin, lib, include and pkgconfig of layers come first in their path variables, beginning with the layer of the highest order",
  ["lifecycle"],
  async () => {
    const directories = ["bin", "lib", "include", "pkgconfig", "share"];
    const one = defineBuildpack({
      detect: () => pass(),
      async build({ layers }) {
        for (const [name, order] of [
          ["all", 20],
          ["other", 3],
        ] as const) {
          await layers.provide(temporaryLayer(name, { launch: true, order }), {
            create: async ({ path }) => {
              for (const each of name === "all" ? directories : ["bin"]) await mkdir(join(path, each));
            },
          });
        }
      },
    });
    const [all, other] = ["<layers>/one/20-all", "<layers>/one/03-other"];
    const launch = { PATH: `${all}/bin:${other}/bin:/usr/bin:/bin`, LD_LIBRARY_PATH: `${all}/lib` };
    expect(await seen({ buildpacks: { one }, container: { CPATH: "/usr/include" } }, pathNames)).toEqual({
      build: {
        ...launch,
        LIBRARY_PATH: `${all}/lib`,
        CPATH: `${all}/include:/usr/include`,
        PKG_CONFIG_PATH: `${all}/pkgconfig`,
      },
      web: launch,
      worker: launch,
    });
    // the buildpack itself and its tools see at once what the next one is started with
    const { exitCode, output, reported } = await runner.build({
      buildpacks: { one: { written: layering }, two: { written: layering } },
      platform: { "env/PATH": "/user" },
      operatorEnv: { "CPATH.append": "/operator", "CPATH.delim": ":" },
    });
    if (exitCode !== 0) throw new Error(output);
    const [before, after, tool] = reported.one ?? [];
    expect(before).toEqual({ PATH: "/user:/usr/bin:/bin", CPATH: "/operator" });
    expect(after).toEqual({
      PATH: "/user:<root>/layers/one/20-all/bin:<root>/layers/one/03-other/bin:/usr/bin:/bin",
      LD_LIBRARY_PATH: "<root>/layers/one/20-all/lib",
      LIBRARY_PATH: "<root>/layers/one/20-all/lib",
      CPATH: "<root>/layers/one/20-all/include:/operator",
      PKG_CONFIG_PATH: "<root>/layers/one/20-all/pkgconfig",
    });
    expect([tool, reported.two?.[0]]).toEqual([after, after]);
  },
);

row(
  51,
  "No layer sets a variable that starts with CNB_; BP_ and BPL_ variables reach buildpacks and processes as users and layers set them",
  ["lifecycle", "test kit"],
  async () => {
    for (const scope of ["shared", "build", "launch"]) {
      const { error } = await buildFailure(providing({ x: { env: { [scope]: { CNB_APP_DIR: override("/x") } } } }));
      expect(error).toMatchObject({ code: "ENV_INVALID" });
    }
    const env = {
      shared: { BP_MODE: override("layer") },
      launch: { BPL_HEAP: defaultTo("layer"), BPL_MODE: defaultTo("layer") },
    };
    const given = { buildpacks: { one: providing({ x: { env } }) }, env: { BP_MODE: "user", BP_OTHER: "user" } };
    const processes = { BP_MODE: "layer", BPL_HEAP: "layer", BPL_MODE: "layer" };
    expect(await seen(given, /^BPL?_/)).toEqual({
      build: { BP_MODE: "user", BP_OTHER: "user" },
      web: processes,
      worker: processes,
    });
    const platform = await officialPlatform(lifecycle);
    const image = await (await platform.build({ buildpacks: { ...given.buildpacks, witness } })).export();
    const { output } = await image.launch("web", [], { BPL_HEAP: "512", CNB_MINE: "1" });
    expect(environmentIn(output)).toMatchObject({ ...processes, BPL_HEAP: "512" });
  },
);
