// @needs busybox
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { defineBuildpack, type ExecD, type LayerExecD, pass, scriptFor, temporaryLayer } from "libcnb";
import { formatExecDOutput, parseExecDOutput } from "libcnb/spec";
import { buildFailure } from "libcnb/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { row } from "../support/conformance/rows.ts";
import {
  type Ended,
  environmentIn,
  type Files,
  type LifecycleBinaries,
  lifecycleBinaries,
} from "../support/lifecycle/lifecycle-binaries.ts";
import { type Inputs, type OfficialImage, officialPlatform } from "../support/lifecycle/official-platform.ts";

let lifecycle: LifecycleBinaries;

beforeAll(async () => {
  lifecycle = await lifecycleBinaries();
});
afterAll(() => lifecycle?.remove());

const env = { command: ["/usr/bin/env", "-0"] as const };

/** A buildpack whose launch layers have such programs, and whose processes print their environment. */
const providing = (launchLayers: Readonly<Record<string, LayerExecD>>, types: readonly string[] = ["web", "worker"]) =>
  defineBuildpack({
    detect: () => pass(),
    async build({ layers }) {
      for (const [name, execD] of Object.entries(launchLayers)) {
        const layer = temporaryLayer(name, { build: false, launch: true });
        await layers.provide(layer, { create() {}, execD: () => execD });
      }
      return { processes: Object.fromEntries(types.map((type) => [type, env])) };
    },
  });

/** A buildpack without the framework, whose launch layer x has these files. */
const writing = (files: Files): Files => ({
  "bin/build": `#!/bin/sh\ncp -R "$CNB_BUILDPACK_DIR/layers/." "$CNB_LAYERS_DIR"\n`,
  "layers/x.toml": "[types]\nlaunch = true\n",
  ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`layers/x/${path}`, text])),
});

async function imageOf(given: Inputs): Promise<OfficialImage> {
  const platform = await officialPlatform(lifecycle);
  const { exitCode, output, export: toImage } = await platform.build(given);
  if (exitCode !== 0) throw new Error(`the builder exited ${exitCode}: ${output}`);
  return toImage();
}

/** The exit code of a process, and those of its variables that no image has by itself. */
function variablesOf({ exitCode, output }: Ended): readonly [number, Readonly<Record<string, string>>] {
  const own = Object.entries(environmentIn(output)).filter(([name]) => !/^(PATH|CNB_.*)$/.test(name));
  return [exitCode, Object.fromEntries(own)];
}

const launched = async (image: OfficialImage, type = "web") => variablesOf(await image.launch(type));

const script = (lines: string) => `#!/bin/sh\n${lines}\n`;
const sets = (name: string) => script(`printf '${name} = "%s"\\n' "$(pwd)" >&3`);

row(
  63,
  "exec.d programs run in the app's directory before a process: those for all types, and those for the process's type; all are executable",
  ["lifecycle"],
  async () => {
    const execD = {
      shared: { all: sets("ALL") },
      process: { web: { own: sets("WEB") }, worker: { own: sets("WORKER") } },
    };
    const fromFile = { shared: { file: { file: "program" } } };
    const raw = writing({ "exec.d/broken/x": "A = 1\n", "exec.d/y": sets("RAW") });
    const one = providing({ x: execD }, ["web", "worker", "broken"]);
    const image = await imageOf({ buildpacks: { one, raw } });
    const app = String(image.image.config.config?.WorkingDir);
    expect([await launched(image), await launched(image, "worker")]).toEqual([
      [0, { ALL: app, WEB: app, RAW: app }],
      [0, { ALL: app, WORKER: app, RAW: app }],
    ]);
    // a file that cannot be executed lets no process start
    expect((await image.launch("broken")).exitCode).toBe(82);
    const failure = await buildFailure(providing({ x: fromFile }));
    expect(failure).toMatchObject({ error: { code: "EXEC_D_INVALID" }, exitCode: 1, layers: {} });
  },
);

/** A program that writes a text to descriptor 3. */
const writes = (text: string) => script(`echo ${Buffer.from(text).toString("base64")} | /usr/bin/base64 -d >&3`);

row(
  64,
  "An exec.d program writes variables with text values to file descriptor 3, as TOML; formatExecDOutput escapes any text so that it arrives unchanged",
  ["lifecycle"],
  async () => {
    const variables = { A: "", B: 'é "\\\n\t\u0001$HOME', _C1: "=[x]#", D: " d ", LONG: "x".repeat(5000) };
    const answers = [
      [formatExecDOutput(variables), [0, variables], variables],
      ["", [0, {}], {}],
      ['# a comment\n\nA = "1" # one\n', [0, { A: "1" }], { A: "1" }],
      // more than the specification allows
      ['"A" = "1"\n', [0, { A: "1" }], "EXEC_D_INVALID"],
      ['A = """\n1"""\n', [0, { A: "1" }], "EXEC_D_INVALID"],
      ["A = '1'\n", [0, { A: "1" }], "EXEC_D_INVALID"],
      ["A = 1\n", [82, {}], "EXEC_D_INVALID"],
      ["A = true\n", [82, {}], "EXEC_D_INVALID"],
      ['[A]\nb = "c"\n', [82, {}], "EXEC_D_INVALID"],
      ['A = ["b"]\n', [82, {}], "EXEC_D_INVALID"],
      ["A\n", [82, {}], "EXEC_D_INVALID"],
    ] as const;
    const types = answers.map((_, index) => `p${index}`);
    const programs = answers.map(([text], index) => [`p${index}`, { program: writes(text) }]);
    const one = providing({ x: { process: Object.fromEntries(programs) } }, types);
    const image = await imageOf({ buildpacks: { one } });
    const found = answers.map(async ([text], index) => {
      const ended = await image.launch(`p${index}`);
      return [text, ended.exitCode === 0 ? variablesOf(ended) : [ended.exitCode, {}], decoded(text)];
    });
    expect(await Promise.all(found)).toEqual(answers);
    for (const [name, value] of [
      ["A.B", "x"],
      ["", "x"],
      ["1A", "x"],
      ["A", "a\0b"],
    ] as const)
      expect(() => formatExecDOutput({ [name]: value })).toThrow(expect.objectContaining({ code: "EXEC_D_INVALID" }));
  },
);

function decoded(text: string): unknown {
  try {
    return parseExecDOutput(text, "exec.d/program");
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

row(
  65,
  "If an exec.d program exits with a code other than 0, its output is printed and no process starts",
  ["lifecycle"],
  async () => {
    const says = (code: number) => ({ program: script(`echo out; echo err >&2; echo 'A = "1"' >&3; exit ${code}`) });
    const execD = { x: { process: { web: says(0), worker: says(3) } } };
    const image = await imageOf({ buildpacks: { one: providing(execD) } });
    const [web, worker] = await Promise.all([image.launch("web"), image.launch("worker")]);
    const lines = ({ output }: Ended) =>
      output
        .split(/[\n\0]/)
        .filter((line) => line !== "")
        .sort();
    expect([web.exitCode, lines(web)]).toEqual([0, ["A=1", "PATH=/usr/bin:/bin", "err", "out"]]);
    expect([worker.exitCode, lines(worker)]).toEqual([82, [expect.stringMatching(/exit status 3$/), "err", "out"]]);
  },
);

row(
  66,
  "exec.d programs run in the order of buildpacks, then of layer names, then as declared, with programs of a process type last in each layer; each program sees the variables that earlier programs set",
  ["lifecycle"],
  async () => {
    const adds = (name: string): ExecD => script(`printf 'ORDER = "%s"\\n' "$ORDER ${name}" >&3`);
    const programs = (layer: string): LayerExecD => ({
      shared: { zeta: adds(`${layer}-zeta`), alpha: adds(`${layer}-alpha`) },
      process: { web: { last: adds(`${layer}-web`), b: adds(`${layer}-web-b`) } },
    });
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`p${index}`, adds(`${index}`)]));
    const buildpacks = {
      two: providing({ b: programs("b"), a: programs("a") }),
      one: providing({ x: { shared: many } }),
    };
    const image = await imageOf({ buildpacks });
    const of = (layer: string, ...more: string[]) =>
      ["zeta", "alpha", ...more].map((name) => ` ${layer}-${name}`).join("");
    const numbers = Object.keys([...Array(12)])
      .map((index) => ` ${index}`)
      .join("");
    expect([await launched(image), await launched(image, "worker")]).toEqual([
      [0, { ORDER: of("a", "web", "web-b") + of("b", "web", "web-b") + numbers }],
      [0, { ORDER: of("a") + of("b") + numbers }],
    ]);
  },
);

row(
  67,
  "An exec.d program needs only files in the run image and in layers: it is an executable, or a script whose interpreter can be in a layer",
  ["lifecycle"],
  async () => {
    const one = defineBuildpack({
      detect: () => pass(),
      async build({ layers }) {
        await layers.provide(temporaryLayer("x", { build: false, launch: true }), {
          async create({ path }) {
            await mkdir(join(path, "tools"));
            await copyFile("/bin/busybox", join(path, "tools/sh"));
          },
          execD: ({ path }) => ({
            shared: {
              script: scriptFor(join(path, "tools/sh"), `printf 'SCRIPT = "%s"\\n' "$0" >&3\n`),
              binary: { file: "programs/binary" },
              file: { file: "programs/script" },
            },
          }),
        });
        return { processes: { web: env } };
      },
    });
    const files = {
      "programs/binary": await readFile("/bin/true"),
      "programs/script": script(`echo 'FILE = "yes"' >&3`),
    };
    const image = await imageOf({ buildpacks: { one }, files });
    const ended = await image.launch("web", [], { PATH: "/nowhere" });
    expect(variablesOf(ended)).toEqual([0, { SCRIPT: "<layers>/one/x/exec.d/00-script", FILE: "yes" }]);
    for (const program of ["A = 1\n", "", " #!/bin/sh\n"]) {
      const { error } = await buildFailure(providing({ x: { shared: { program } } }));
      expect([program, error]).toMatchObject([program, { code: "EXEC_D_INVALID" }]);
    }
  },
);

row(
  68,
  "Scripts in profile.d and .profile are not part of a process's start: exec.d replaces them",
  ["lifecycle"],
  async () => {
    const files = { "profile.d/x.sh": "export FROM_PROFILE=layer\n", "profile.d/web/x.sh": "export FROM_TYPE=layer\n" };
    const app = { ".profile": "export FROM_APP=app\n" };
    const execD = { "exec.d/x": script(`echo 'FROM_EXEC_D = "yes"' >&3`) };
    const image = await imageOf({ buildpacks: { one: writing({ ...files, ...execD }), two: providing({}) }, app });
    expect(await launched(image)).toEqual([0, { FROM_EXEC_D: "yes" }]);
    // a user's command: in a shell, which reads them, unless it begins with --
    const direct = await image.launch(undefined, ["--", "/usr/bin/env", "-0"]);
    const shell = await image.launch(undefined, ["/usr/bin/env -0"]);
    expect([variablesOf(direct), variablesOf(shell)]).toEqual([
      [0, { FROM_EXEC_D: "yes" }],
      [0, expect.objectContaining({ FROM_EXEC_D: "yes", FROM_PROFILE: "layer", FROM_APP: "app" })],
    ]);
  },
);
