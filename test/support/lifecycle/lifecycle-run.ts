import { chmod, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseToml } from "libcnb/spec";
import { expect } from "vitest";
import { readFileMap, type Tree } from "../../../framework/src/host/files/tree.ts";
import {
  bundledFramework,
  executableScript,
  smallExecutables,
  type Written,
  type WrittenBuildpack,
} from "../conformance/framework-executable.ts";
import {
  type Ended,
  type Files,
  type FilesAndPrograms,
  type LifecycleBinaries,
  lifecycleBinaries,
} from "./lifecycle-binaries.ts";

/** A buildpack of a group: one of the framework, which runs in processes of its own, or any other. */
export interface RunMember {
  /** Default: 0.12. */
  readonly api?: string;
  /** Lines of the table `[buildpack]` and behind it. */
  readonly toml?: string;
  readonly optional?: boolean;
  readonly written?: Written;
  /** True if its files can only start a script of Node.js. */
  readonly needsNode?: boolean;
  /** Further files, such as `bin/detect` of a buildpack without the framework. `$TOLD` of a script is a file whose lines the test reads. */
  readonly files?: Files;
}

/** The directories that the lifecycle runs on. */
export interface LifecycleRun {
  /** By id, version 1.0.0; all are one group unless there is an order. */
  readonly buildpacks: Readonly<Record<string, RunMember>>;
  readonly extensions?: Readonly<Record<string, RunMember>>;
  /** Groups of ids. */
  readonly order?: readonly (readonly string[])[];
  readonly app?: Files;
  /** Files of the platform directory. */
  readonly platform?: Files;
  /** Files of the operator's `env` directory. */
  readonly operatorEnv?: Files;
  /** The environment of the container. */
  readonly env?: Readonly<Record<string, string>>;
  /** analyzed.toml: what is known of the run image. */
  readonly analyzed?: string;
  /** Files that lie below the layers directory before. */
  readonly layers?: Files;
  /** True if the output only contains standard output. */
  readonly stdoutOnly?: boolean;
  /** True if detect can only read the application and the buildpacks. */
  readonly readOnly?: boolean;
}

/** The reports of buildpacks, each in the order of its calls. In texts, `<root>` stands for the root directory. */
export type Reported = Readonly<Record<string, readonly unknown[]>>;

/** How the official detector ended, and what it wrote. */
export interface DetectorRun extends Ended {
  readonly reported: Reported;
  /** Ids, if a group passed. */
  readonly group?: readonly string[];
  /** By the names that are required, if a group passed. */
  readonly plan?: Readonly<Record<string, PlanEntry>>;
}

/** The provider of a dependency, and its requirements. */
export interface PlanEntry {
  readonly providers: readonly string[];
  readonly requires: readonly unknown[];
}

/** How the official builder ended, and what lies in the directories then. */
export interface BuilderRun extends Ended {
  readonly reported: Reported;
  readonly app: Tree;
  readonly layers: Tree;
}

/** The official lifecycle with buildpacks that run as on a platform: in processes that it starts. Each run has directories of its own. */
export interface LifecycleRunner {
  /** Runs the detector. If all buildpacks of the framework can run on the small engine, the result there has to be the same. */
  detect(given: LifecycleRun): Promise<DetectorRun>;
  /** Lets the detector choose the group and make the plan, and the builder build with them. */
  build(given: LifecycleRun): Promise<BuilderRun>;
  remove(): Promise<void>;
}

export async function lifecycleRunner(): Promise<LifecycleRunner> {
  const lifecycle = await lifecycleBinaries();
  const framework = await bundledFramework(lifecycle.dir);
  const onNode: Executables = async (buildpack) => executableScript(framework, buildpack);
  let onEngine: Promise<Executables> | undefined;
  let runs = 0;
  const location = (given: LifecycleRun, executables: Executables) => {
    runs += 1;
    return prepare(lifecycle, { executables, name: `run-${runs}` }, given);
  };
  return {
    detect: async (given) => {
      const run = await detect(lifecycle, given, await location(given, onNode));
      if (runsOnEngine(given)) {
        onEngine ??= smallExecutables();
        const onSmall = await detect(lifecycle, given, await location(given, await onEngine));
        expect(comparable(onSmall)).toEqual(comparable(run));
      }
      return run;
    },
    build: async (given) => {
      const here = await location(given, onNode);
      const { exitCode, output } = await detect(lifecycle, given, here);
      if (exitCode !== 0) throw new Error(`the detector exited ${exitCode}: ${output}`);
      return build(lifecycle, given, here);
    },
    remove: () => lifecycle.remove(),
  };
}

/** Makes the executable of a buildpack. */
type Executables = (buildpack: WrittenBuildpack) => Promise<string | Uint8Array>;

function runsOnEngine({ buildpacks, extensions = {} }: LifecycleRun): boolean {
  const ofFramework = [...Object.values(buildpacks), ...Object.values(extensions)].filter(({ written }) => written);
  return ofFramework.length > 0 && ofFramework.every(({ needsNode = false }) => !needsNode);
}

/** Without the frames of stacks, and without the messages of errors that the engine itself throws. */
function comparable({ output, reported, ...run }: DetectorRun): DetectorRun {
  const isFrame = (line: unknown): boolean => typeof line === "string" && line.startsWith("    at ");
  const withoutFrames = Object.entries(reported).map(([id, lines]) => [id, lines.filter((line) => !isFrame(line))]);
  const lines = output.split("\n").filter((line) => !isFrame(line));
  return {
    ...run,
    reported: Object.fromEntries(withoutFrames),
    output: lines.join("\n").replace(/(ERROR: unexpected TypeError: ).*/g, "$1…"),
  };
}

const folderNames = ["app", "platform", "layers", "buildpacks", "extensions"] as const;
type Location = Readonly<Record<(typeof folderNames)[number] | "root" | "reported" | "config", string>>;

async function prepare(
  lifecycle: LifecycleBinaries,
  { executables, name }: { readonly executables: Executables; readonly name: string },
  given: LifecycleRun,
): Promise<Location> {
  const { app = {}, platform = {}, layers = {}, operatorEnv = {}, buildpacks, extensions = {}, analyzed } = given;
  const folder = (below: string, files: FilesAndPrograms) => lifecycle.folder(join(name, below), files);
  const reported = await folder("reported", {});
  const membersFiles = async (kind: Kind, members: LifecycleRun["buildpacks"]): Promise<FilesAndPrograms> => {
    const files = Object.entries(members).map(([id, each]) => memberFiles({ kind, executables, reported }, id, each));
    return Object.assign({}, ...(await Promise.all(files)));
  };
  const location = {
    root: join(lifecycle.dir, name),
    reported,
    app: await folder("app", app),
    platform: await folder("platform", { "env/": "", ...platform }),
    buildpacks: await folder("buildpacks", await membersFiles("buildpack", buildpacks)),
    extensions: await folder("extensions", await membersFiles("extension", extensions)),
    config: await folder("config", Object.fromEntries(Object.entries(operatorEnv).map(([k, v]) => [`env/${k}`, v]))),
    layers: await folder("layers", {
      "order.toml": orderToml(given),
      ...(analyzed !== undefined && { "analyzed.toml": analyzed }),
      ...layers,
    }),
  };
  return location;
}

async function changeModes(dir: string, mode: number): Promise<void> {
  await chmod(dir, mode);
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const directories = entries.filter((entry) => entry.isDirectory());
  await Promise.all(directories.map(({ parentPath, name }) => chmod(join(parentPath, name), mode)));
}

type Kind = "buildpack" | "extension";

interface MemberLocation {
  readonly kind: Kind;
  readonly executables: Executables;
  readonly reported: string;
}

async function memberFiles(
  { kind, executables, reported }: MemberLocation,
  id: string,
  { api = "0.12", toml = "", written, files = {} }: RunMember,
): Promise<FilesAndPrograms> {
  const reportFile = join(reported, escaped(id));
  const own: FilesAndPrograms = {
    [`${kind}.toml`]: `api = "${api}"\n[${kind}]\nid = "${id}"\nversion = "1.0.0"\n${toml}`,
    ...(written === undefined
      ? without[kind]
      : { "bin/main.mjs": await executables({ id, written, reported: reportFile }), ...links[kind] }),
    ...files,
  };
  const entries = Object.entries(own).map(([path, contents]) => {
    const text = typeof contents === "string" ? contents.replaceAll("$TOLD", reportFile) : contents;
    return [`${escaped(id)}/1.0.0/${path}`, text] as const;
  });
  return Object.fromEntries(entries);
}

const links: Readonly<Record<Kind, Files>> = {
  buildpack: { "bin/detect": "-> main.mjs", "bin/build": "-> main.mjs" },
  extension: { "bin/detect": "-> main.mjs", "bin/generate": "-> main.mjs" },
};
// an extension need not have programs
const without: Readonly<Record<Kind, Files>> = {
  buildpack: { "bin/detect": "#!/bin/sh\n", "bin/build": "#!/bin/sh\n" },
  extension: {},
};
const escaped = (id: string) => id.replaceAll("/", "_");

function orderToml({ buildpacks, extensions = {}, order = [Object.keys(buildpacks)] }: LifecycleRun): string {
  const member = (table: string, id: string, optional = false) =>
    `[[${table}.group]]\nid = "${id}"\nversion = "1.0.0"\n${optional ? "optional = true\n" : ""}`;
  const groups = order.map(
    (ids) => `[[order]]\n${ids.map((id) => member("order", id, buildpacks[id]?.optional)).join("")}`,
  );
  const others = Object.keys(extensions).map((id) => member("order-extensions", id));
  return `${groups.join("")}${others.length === 0 ? "" : `[[order-extensions]]\n${others.join("")}`}`;
}

async function detect(lifecycle: LifecycleBinaries, given: LifecycleRun, location: Location): Promise<DetectorRun> {
  const setModes = (mode: number) =>
    Promise.all([location.app, location.buildpacks].map((dir) => changeModes(dir, mode)));
  if (given.readOnly) await setModes(0o555);
  const ended = await run(lifecycle, "detector", given, location, ["-order", join(location.layers, "order.toml")]);
  if (given.readOnly) await setModes(0o755); // what cannot be written cannot be removed
  const common = { ...ended, reported: await readReported(location) };
  if (ended.exitCode !== 0) return common;
  const [group, plan] = await Promise.all(
    ["group.toml", "plan.toml"].map(async (name) =>
      parseToml(await readFile(join(location.layers, name), "utf8"), name),
    ),
  );
  return { ...common, group: groupIds(group), plan: planEntries(plan) };
}

const groupIds = (toml: unknown): readonly string[] =>
  ((toml as { group?: readonly { id: string }[] }).group ?? []).map(({ id }) => id);

/** By name: the detector's order of the entries is random. */
function planEntries(toml: unknown): Readonly<Record<string, PlanEntry>> {
  const { entries = [] } = toml as { entries?: readonly RawEntry[] };
  const named = entries.map(({ providers = [], requires = [] }): [string, PlanEntry] => [
    String(requires[0]?.name),
    { providers: providers.map(({ id }) => id), requires: requires.map(({ name: _, ...rest }) => rest.metadata ?? {}) },
  ]);
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface RawEntry {
  readonly providers?: readonly { readonly id: string }[];
  readonly requires?: readonly { readonly name: string; readonly metadata?: unknown }[];
}

async function build(lifecycle: LifecycleBinaries, given: LifecycleRun, location: Location): Promise<BuilderRun> {
  const files = ["group", "plan"].flatMap((name) => [`-${name}`, join(location.layers, `${name}.toml`)]);
  const ended = await run(lifecycle, "builder", given, location, files);
  const rename = (text: string) => text.replaceAll(location.root, "<root>");
  const [app, layers] = await Promise.all([location.app, location.layers].map((dir) => readFileMap(dir, { rename })));
  return { ...ended, reported: await readReported(location), app: app ?? {}, layers: layers ?? {} };
}

async function run(
  lifecycle: LifecycleBinaries,
  name: string,
  { env = {}, extensions = {}, stdoutOnly = false }: LifecycleRun,
  location: Location,
  args: readonly string[],
): Promise<Ended> {
  const used = name === "detector" && Object.keys(extensions).length > 0 ? folderNames : folderNames.slice(0, 4);
  const folders = used.flatMap((folder) => [`-${folder}`, location[folder]]);
  const call = {
    CNB_PLATFORM_API: "0.15",
    CNB_NO_COLOR: "true",
    CNB_EXPERIMENTAL_MODE: "quiet",
    CNB_BUILD_CONFIG_DIR: location.config,
  };
  const ended = await lifecycle.run(name, [...folders, ...args], {
    env: { PATH: "/usr/bin:/bin", ...call, ...env },
    stdoutOnly,
  });
  return { ...ended, output: ended.output.replaceAll(location.root, "<root>") };
}

async function readReported({ root, reported }: Location): Promise<Reported> {
  const files = (await readdir(reported)).sort();
  const all = files.map(async (file) => {
    const lines = (await readFile(join(reported, file), "utf8")).replaceAll(root, "<root>").trimEnd().split("\n");
    return [basename(file), lines.map(reportedValue)] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

/** Any value for the framework's buildpacks, a line for scripts. */
function reportedValue(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
