import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../support/cnb.ts";

/** The tools in the order of the page. */
export const toolNames = ["cnb build", "pack build", "BuildKit", "buildah", "kaniko"] as const;
export type ToolName = (typeof toolNames)[number];

/** The apps in the order of the page, as `--app` takes them. */
export const appNames = ["express", "next", "fastapi", "django", "spring"] as const;
export type AppName = (typeof appNames)[number];

/** What a developer does before a build, or a platform team before a rebase. */
export const steps = ["first", "unchanged", "code", "dependency", "base"] as const;
export type Step = (typeof steps)[number];

/** The figures of one tool for one app. An interrupted run lacks those of later steps. */
export interface Measurement {
  readonly seconds: Readonly<Partial<Record<Step, number>>>;
  /** MB of compressed layers that neither the image before nor the base image had. */
  readonly uploadedMb: Readonly<Partial<Record<Step, number>>>;
  /** MB of all compressed layers of the first image. */
  readonly imageMb?: number;
  /** Packages that syft finds in the image. */
  readonly packages?: number;
  /** True if the image brings SBOMs of its own. */
  readonly sbom?: boolean;
  /** The user in the image's configuration. */
  readonly user?: string;
  /** True if two builds with empty caches produced one digest. */
  readonly reproducible?: boolean;
}

export interface AppResult {
  readonly app: AppName;
  readonly name: string;
  readonly date: string;
  /** The load average of five minutes at the start and the end. */
  readonly load: { readonly start: number; readonly end: number };
  readonly tools: Readonly<Partial<Record<ToolName, Measurement>>>;
}

/** The machine, without its name. */
export interface Machine {
  readonly processors: number;
  readonly memoryGb: number;
  readonly architecture: string;
}

export interface Comparison {
  /** A sentence about this run, for the section on the method. */
  readonly remark?: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  /** The reason why a tool is missing. */
  readonly missing: Readonly<Partial<Record<ToolName, string>>>;
  readonly apps: readonly AppResult[];
}

export const resultsFile = "docs/comparison.json";

export const readComparison = async (): Promise<Comparison> =>
  JSON.parse(await readFile(join(root, resultsFile), "utf8")) as Comparison;

/** The parts of a comparison that are not the figures of an app. */
export type About = Omit<Comparison, "apps">;

/**
 * Replaces the results of one app in the file. An interrupted run keeps the results of the apps before.
 * `measured` are the apps that this run has measured so far.
 */
export async function record(result: AppResult, about: About, measured: readonly AppName[]): Promise<void> {
  const before = await readComparison().catch(() => undefined);
  await writeFile(join(root, resultsFile), `${JSON.stringify(updated(before, result, about, measured), null, 2)}\n`);
}

/** While apps of an earlier run remain, its remark, versions and missing tools remain, too. */
export function updated(
  before: Comparison | undefined,
  result: AppResult,
  about: About,
  measured: readonly AppName[],
): Comparison {
  const others = (before?.apps ?? []).filter(({ app }) => app !== result.app);
  const apps = [...others, result].sort((a, b) => appNames.indexOf(a.app) - appNames.indexOf(b.app));
  const isMixed = others.some(({ app }) => !measured.includes(app));
  return { ...(before && isMixed ? both(before, about) : about), apps };
}

const both = (before: About, about: About): About => ({
  ...(before.remark === undefined ? {} : { remark: before.remark }),
  ...about,
  versions: Object.fromEntries(
    Object.entries(about.versions).map(([tool, version]) => [tool, bothVersions(before.versions[tool], version)]),
  ),
  missing: { ...before.missing, ...about.missing },
});

/** `record` is called after each step, so the earlier text can contain the version already. */
const bothVersions = (before: string | undefined, version: string): string =>
  [...new Set([...(before?.split(" and ") ?? []), version])].join(" and ");
