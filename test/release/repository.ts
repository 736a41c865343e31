import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseToml } from "libcnb/spec";
import { execute, root } from "../support/cnb.ts";
import type { RepositoryFacts } from "./checks.ts";
import type { Manifest, WorkspacePackage } from "./manifests.ts";
import type { BuilderToml } from "./plan.ts";
import { ReleaseError } from "./release-error.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** The configuration of the published builder. */
export const builderConfig = "buildpacks/builder.toml";

/** A descriptor, with the versions that a release sets. */
interface Descriptor extends BuilderToml {
  readonly buildpack?: { readonly version?: string };
  readonly order?: readonly { readonly group?: readonly { readonly id?: string; readonly version?: string }[] }[];
}

export const readDescriptor = (file: string): Descriptor => parseToml(read(file), file) as Descriptor;

/** All packages of the workspace. */
export function workspacePackages(): readonly WorkspacePackage[] {
  const { workspaces } = JSON.parse(read("package.json")) as { readonly workspaces: readonly string[] };
  const dirs = workspaces.flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }));
  return dirs.toSorted().map((file) => ({
    dir: file.replace(/\/package\.json$/, ""),
    manifest: JSON.parse(read(file)) as Manifest,
  }));
}

/** The version of the framework, which is that of the release. */
export const releaseVersion = (): string => (JSON.parse(read("framework/package.json")) as Manifest).version;

/** The versions of the reference buildpacks, where they are defined and where an order names them. */
function descriptorVersions(): Readonly<Record<string, string>> {
  const files = [builderConfig, ...globSync("buildpacks/*/buildpack.toml", { cwd: root }).toSorted()];
  const versions = files.flatMap((file) => {
    const { buildpack, order = [] } = readDescriptor(file);
    const own = buildpack?.version === undefined ? [] : [[file, buildpack.version] as const];
    const named = order.flatMap(({ group = [] }) => group);
    return [...own, ...named.map(({ id, version }) => [`${id} in ${file}`, version ?? "none"] as const)];
  });
  return Object.fromEntries(versions);
}

/** The pages that users of a release read: not the decisions, which record the past, nor the guide for maintainers. */
export function readPages(): Readonly<Record<string, string>> {
  const readmes = ["README.md", ...workspacePackages().map(({ dir }) => `${dir}/README.md`)];
  const docs = globSync("docs/**/*.md", { cwd: root, exclude: ["docs/decisions", "docs/releasing.md"] });
  const files = [...readmes.filter((file) => existsSync(join(root, file))), ...docs].toSorted();
  return Object.fromEntries(files.map((file) => [file, read(file)]));
}

/** Reads everything that the checks before a release compare. */
export async function repositoryFacts(): Promise<RepositoryFacts> {
  const [changes, commit, tags, remotes] = await Promise.all([
    git("status", "--porcelain"),
    git("rev-parse", "HEAD"),
    git(
      "for-each-ref",
      "--format=%(refname:short) %(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)",
      "refs/tags/v*",
    ),
    git("remote", "--verbose"),
  ]);
  return {
    version: releaseVersion(),
    packages: workspacePackages(),
    descriptors: descriptorVersions(),
    changelog: read("CHANGELOG.md"),
    pages: readPages(),
    changes,
    commit: commit[0] ?? "",
    tags: Object.fromEntries(tags.map((line) => line.split(" ") as [string, string])),
    remotes: [...new Set(remotes.flatMap((line) => line.split(/\s+/)[1] ?? []))],
  };
}

async function git(...args: readonly string[]): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await execute("git", args);
  if (exitCode === 0) return stdout.split("\n").filter((line) => line !== "");
  throw new ReleaseError("COMMAND_FAILED", `git ${args[0]} failed: ${stderr.trim()}`, "Run the release in a clone.");
}
