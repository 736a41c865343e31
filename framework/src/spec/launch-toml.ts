import { defined, unlessEmpty } from "../defined.ts";
import { decodeToml } from "./descriptor.ts";
import { boolean, list, optional, string, type Table, table } from "./schemas/schema.ts";
import { formatToml } from "./schemas/toml.ts";

/** An entry of `[[processes]]` in launch.toml. */
export interface LaunchProcess {
  readonly type: string;
  /** The executable (a path, or a name to look up in PATH) and its fixed arguments. Never empty. */
  readonly command: readonly string[];
  /** The default arguments, which the user's arguments replace. */
  readonly args: readonly string[];
  readonly default: boolean;
  /**
   * The working directory: absolute, or relative to the application directory. Undefined for the
   * application directory.
   */
  readonly workingDir: string | undefined;
  /** The execution environments (API 0.12); empty for all. */
  readonly execEnv: readonly string[];
}

/** The content of launch.toml. */
export interface LaunchToml {
  readonly labels: Readonly<Record<string, string>>;
  readonly processes: readonly LaunchProcess[];
  /**
   * Groups of glob patterns relative to the application directory. Each group becomes one image
   * layer.
   */
  readonly slices: readonly (readonly string[])[];
}

const schema = table({
  labels: optional(list(table({ key: string, value: string }))),
  processes: optional(
    list(
      table({
        type: string,
        command: list(string),
        args: optional(list(string)),
        default: optional(boolean),
        "working-dir": optional(string),
        "exec-env": optional(list(string)),
      }),
    ),
  ),
  slices: optional(list(table({ paths: list(string) }))),
});

/**
 * Reads launch.toml.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `parseLaunchToml(text, "launch.toml").processes[0]?.type`
 */
export function parseLaunchToml(text: string, file: string): LaunchToml {
  const { labels = [], processes = [], slices = [] } = decodeToml(schema, text, file);
  return {
    labels: Object.fromEntries(labels.map(({ key, value }) => [key, value])),
    processes: processes.map((raw) => ({
      type: raw.type,
      command: raw.command,
      args: raw.args ?? [],
      default: raw.default ?? false,
      workingDir: raw["working-dir"],
      execEnv: raw["exec-env"] ?? [],
    })),
    slices: slices.map(({ paths }) => paths),
  };
}

/**
 * Formats launch.toml; empty if there is no content. The file never contains the key `direct`,
 * which fails the build since API 0.9.
 *
 * @example `formatLaunchToml({ labels: { version: "1" }, processes: [], slices: [["public/*"]] })`
 */
export function formatLaunchToml({ labels, processes, slices }: LaunchToml): string {
  return formatToml(
    defined({
      labels: unlessEmpty(Object.entries(labels).map(([key, value]) => ({ key, value }))),
      processes: unlessEmpty(processes.map(rawProcess)),
      slices: unlessEmpty(slices.map((paths) => ({ paths }))),
    }),
  );
}

function rawProcess({ type, command, args, default: isDefault, workingDir, execEnv }: LaunchProcess): Table {
  return {
    type,
    command,
    ...defined({
      args: unlessEmpty(args),
      default: isDefault || undefined,
      "working-dir": workingDir,
      "exec-env": unlessEmpty(execEnv),
    }),
  };
}
