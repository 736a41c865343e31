import type { GroupElement } from "libcnb/lifecycle-rules";
import { goString } from "./formats/go-json.ts";
import { goTomlString } from "./formats/go-toml.ts";
import type { Label, Process, Slice } from "./formats/launch-toml.ts";

/** The metadata that a build produces for the image's label and for `metadata.toml`. */
export interface BuildMetadata {
  readonly buildpacks: readonly GroupElement[];
  /** The image extensions that passed detection. */
  readonly extensions?: readonly GroupElement[];
  readonly labels: readonly Label[];
  readonly processes: readonly Process[];
  readonly slices: readonly Slice[];
  readonly defaultProcess?: string;
}

/**
 * Formats `<layers>/config/metadata.toml` byte for byte as the lifecycle does with BurntSushi/toml.
 * The file is a layer of the image, so its bytes determine a diff ID.
 */
export function writeMetadataToml(metadata: BuildMetadata): string {
  const { buildpacks, extensions = [], labels, processes, slices, defaultProcess } = metadata;
  // A list without tables is written as a value, and values come before tables.
  const none = processes.length === 0 ? line("", "processes", "[]") : "";
  const head = none + (defaultProcess ? line("", "buildpack-default-process-type", goTomlString(defaultProcess)) : "");
  const tables = [
    ...buildpacks.map((entry) => table("buildpacks", buildpackLines(entry))),
    ...extensions.map((entry) => table("extensions", buildpackLines(entry))),
    ...labels.map(({ key, value }) =>
      table("labels", [
        ["key", goTomlString(key)],
        ["value", goTomlString(value)],
      ]),
    ),
    ...processes.map((entry) => table("processes", processLines(entry))),
    ...slices.map(({ paths }) => table("slices", [["paths", paths && list(paths)]])),
  ];
  return (head ? [head, ...tables] : tables).join("\n");
}

type Lines = readonly (readonly [key: string, value: string | undefined])[];

const line = (indent: string, key: string, value: string): string => `${indent}${key} = ${value}\n`;

const table = (name: string, lines: Lines): string =>
  `[[${name}]]\n${lines.map(([key, value]) => (value === undefined ? "" : line("  ", key, value))).join("")}`;

const buildpackLines = ({ id, version, api, homepage }: GroupElement): Lines => [
  ["id", goTomlString(id)],
  ["version", goTomlString(version)],
  ["api", api && goTomlString(api)],
  ["homepage", homepage && goTomlString(homepage)],
];

const processLines = ({ type, command, args, direct, buildpackId, workingDir, execEnv }: Process): Lines => [
  ["type", goTomlString(type)],
  // The command is written through encoding/json by the lifecycle, everything else by the TOML library.
  ["command", `[${command.map(goString).join(", ")}]`],
  ["args", args && list(args)],
  ["direct", String(direct)],
  ["buildpack-id", goTomlString(buildpackId)],
  ["working-dir", workingDir && goTomlString(workingDir)],
  ["exec-env", execEnv && list(execEnv)],
];

const list = (values: readonly string[]): string => `[${values.map(goTomlString).join(", ")}]`;
