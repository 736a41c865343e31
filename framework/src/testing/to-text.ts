import { createHash } from "node:crypto";
import { formatToml } from "../spec/schemas/toml.ts";
import type { FileEntry, FileMap } from "./fixture/file-map.ts";
import type { PhaseRecording } from "./fixture/recording.ts";
import type { GroupOutcome } from "./group/group.ts";
import type { BuildFailure, BuildOutcome, DetectOutcome, GenerateOutcome } from "./outcomes.ts";
import { bytesOrText, type ParsedLayer, type ParsedOutputs, type VariableChanges } from "./parsed.ts";

/** Any outcome that can be formatted. */
export type AnyOutcome = DetectOutcome | BuildOutcome | BuildFailure | GenerateOutcome | GroupOutcome;

type Block = readonly [title: string, lines: readonly string[]];

/**
 * Formats an outcome as readable text for snapshots: log, tools, downloads, layers with metadata,
 * environment, contents and SBOMs, processes, labels, slices and store. For image extensions, the
 * text contains the Dockerfiles with their contexts and arguments. The text is the same on every
 * machine.
 *
 * @example `expect(toText(await build(buildpack, { app: { "package.json": "{}" } }))).toMatchInlineSnapshot()`
 */
export function toText(outcome: AnyOutcome): string {
  const blocks = "builds" in outcome ? groupBlocks(outcome) : [...said(outcome), ...ofPhase(outcome)];
  return blocks
    .flatMap(([title, lines]) => [
      title,
      ...lines.flatMap((line) => line.split("\n")).map((line) => `  ${line}`.trimEnd()),
    ])
    .join("\n");
}

function ofPhase(outcome: Exclude<AnyOutcome, GroupOutcome>): readonly Block[] {
  if ("error" in outcome) return [[`failed with exit code ${outcome.exitCode}`, outcome.stderr.trimEnd().split("\n")]];
  if ("parsed" in outcome) return [...outputs(outcome.parsed)];
  if ("output" in outcome) return Object.entries(outcome.output).map(([path, entry]) => [path, wholeFile(entry)]);
  if (outcome.outcome === "fail") return [["fail", [outcome.reason]]];
  return outcome.plan.map(
    ({ provides, requires }, index): Block => [
      index === 0 ? "pass" : "or",
      [
        ...provides.map((name) => `provides ${name}`),
        ...requires.map(({ name, metadata }) => `requires ${name} ${JSON.stringify(metadata)}`),
      ],
    ],
  );
}

function groupBlocks(image: GroupOutcome): readonly Block[] {
  const { group, builds } = image;
  const members = Object.entries(builds).flatMap(([id, outcome]) =>
    [...said(outcome), ...outputs(outcome.parsed, ["layers"])].map(
      ([title, lines]): Block => [`${id} ${title}`, lines],
    ),
  );
  const processes = Object.entries(image.processes).map(
    ([type, process]): Block => [
      `process ${type}${type === image.defaultProcess ? " (default)" : ""} of ${process.buildpack}`,
      [commandLine(process)],
    ],
  );
  const env = Object.entries(image.launchEnv()).sort();
  return [
    ["group", group.map(({ id, version }) => `${id}@${version}`)],
    ...members,
    ...processes,
    ...labels(image.labels),
    ...slices(image.slices),
    ...block(
      "launch environment",
      env.map(([name, value]) => `${name}=${value}`),
    ),
  ];
}

function said({ log, commands, downloads }: PhaseRecording): readonly Block[] {
  return [
    ...block("log", log),
    ...block(
      "tools",
      commands.map(({ tool, args, cwd }) => [tool, ...args].join(" ") + (cwd === "<app>" ? "" : ` (in ${cwd})`)),
    ),
    ...block(
      "downloads",
      downloads.map(({ url, integrity }) => [url, integrity].filter(Boolean).join(" ")),
    ),
  ];
}

function outputs(parsed: ParsedOutputs, parts: readonly string[] = ["layers", "launch"]): readonly Block[] {
  const { layers, launch, unmet, store, sbom } = parsed;
  const ofImage = parts.includes("launch")
    ? [
        ...Object.entries(launch.processes).map(
          ([type, process]): Block => [`process ${type}${process.default ? " (default)" : ""}`, [commandLine(process)]],
        ),
        ...labels(launch.labels),
        ...slices(launch.slices),
      ]
    : [];
  return [
    ...Object.entries(layers).map(([name, layer]): Block => [`layer ${name}: ${typesOf(layer)}`, layerLines(layer)]),
    ...ofImage,
    ...block("sbom of the image", sbomLines(sbom.launch)),
    ...block("sbom of the build", sbomLines(sbom.build)),
    ...block("unmet", unmet),
    ...block("store", store === undefined ? [] : [formatToml(store).trimEnd()]),
  ];
}

const block = (title: string, lines: readonly string[]): readonly Block[] => (lines.length > 0 ? [[title, lines]] : []);
const labels = (given: Readonly<Record<string, string>>) =>
  block(
    "labels",
    Object.entries(given).map(([key, value]) => `${key}=${value}`),
  );
const slices = (given: readonly (readonly string[])[]) =>
  block(
    "slices",
    given.map((patterns) => patterns.join(" ")),
  );

const typesOf = ({ types }: ParsedLayer): string =>
  (["build", "launch", "cache"] as const).filter((type) => types[type]).join(", ") || "dropped";

function layerLines({ metadata, env, execD, sbom, files }: ParsedLayer): readonly string[] {
  const scopes = [
    ...variables("env", env.shared),
    ...variables("env.build", env.build),
    ...variables("env.launch", env.launch),
    ...Object.entries(env.process).flatMap(([type, changes]) => variables(`env.launch/${type}`, changes)),
  ];
  return [
    ...formatToml(metadata)
      .trimEnd()
      .split("\n")
      .filter((line) => line !== ""),
    ...scopes,
    ...execD.map((name) => `exec.d ${name}`),
    ...sbomLines(sbom),
    ...(files === undefined ? ["kept as it is in the previous image"] : fileLines(files)),
  ];
}

const variables = (scope: string, changes: VariableChanges): readonly string[] =>
  Object.entries(changes).flatMap(([name, change]) =>
    Object.entries(change).map(([action, value]) => `${scope} ${name}.${action} ${JSON.stringify(value)}`),
  );

const fileLines = (files: FileMap): readonly string[] =>
  Object.entries(files).map(([path, entry]) => `${path}${path.endsWith("/") ? "" : ` ${described(entry)}`}`);

/** The lines of a text; bytes are described. */
function wholeFile(entry: FileEntry): readonly string[] {
  const contents = bytesOrText(entry);
  return typeof contents === "string" ? contents.trimEnd().split("\n") : [described(entry)];
}

function described(entry: FileEntry): string {
  const contents = bytesOrText(entry);
  const mode = typeof entry === "object" && "mode" in entry ? `${entry.mode.toString(8)} ` : "";
  if (typeof contents === "string" && contents.length <= 100) return mode + JSON.stringify(contents);
  const bytes = Buffer.from(contents);
  return `${mode}${bytes.length} bytes, sha256 ${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}`;
}

const commandLine = ({ command, args, workingDir, execEnv }: ProcessLine): string =>
  [
    JSON.stringify(command),
    ...(args.length > 0 ? [`with ${JSON.stringify(args)}`] : []),
    ...(workingDir === undefined ? [] : [`in ${workingDir}`]),
    ...(execEnv.length === 0 ? [] : [`for ${execEnv.join(", ")}`]),
  ].join(" ");

interface ProcessLine {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string | undefined;
  readonly execEnv: readonly string[];
}

// what each format calls what it is about
interface AnySbom {
  readonly components?: readonly NamedItem[];
  readonly packages?: readonly NamedItem[];
  readonly artifacts?: readonly NamedItem[];
}

interface NamedItem {
  readonly name?: string;
  readonly version?: string;
  readonly versionInfo?: string;
}

const sbomLines = (sboms: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(sboms).map(([extension, sbom]) => {
    const { components, packages, artifacts } = sbom as AnySbom;
    const named = (components ?? packages ?? artifacts ?? []).map(
      ({ name, version, versionInfo }) => `${name}@${version ?? versionInfo ?? ""}`,
    );
    return `sbom.${extension} ${named.join(", ")}`.trimEnd();
  });
