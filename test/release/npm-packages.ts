import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute, root } from "../support/cnb.ts";
import { npmFailure, publishedIntegrity } from "./npm-outcome.ts";
import { decide, type NpmPackage, type PublishDecision } from "./plan.ts";
import { ReleaseError } from "./release-error.ts";

/** A packed npm package. */
export interface PackedPackage extends NpmPackage {
  readonly file: string;
  readonly integrity: string;
  readonly size: number;
}

/** Packs the compiled packages. The same files give the same bytes. */
export async function packPackages(packages: readonly NpmPackage[], dir: string): Promise<readonly PackedPackage[]> {
  await mkdir(dir, { recursive: true });
  const workspaces = packages.flatMap(({ name }) => ["--workspace", name]);
  // their own build ran before this script
  const args = ["pack", ...workspaces, "--pack-destination", dir, "--json", "--ignore-scripts"];
  const outcome = await execute("npm", args, { cwd: root });
  if (outcome.exitCode !== 0) throw npmFailure(outcome, { action: "pack the packages", registry: "npm" });
  const packed = JSON.parse(outcome.stdout) as readonly (NpmPackage & {
    filename: string;
    integrity: string;
    size: number;
  })[];
  return packages.map((each) => {
    const found = packed.find(({ name }) => name === each.name);
    if (found?.filename !== each.tarball) throw new Error(`npm pack wrote ${found?.filename}, not ${each.tarball}`);
    return { ...each, file: join(dir, each.tarball), integrity: found.integrity, size: found.size };
  });
}

/** The registry of npm's configuration, with a slash at the end. */
export async function configuredRegistry(): Promise<string> {
  const { stdout } = await execute("npm", ["config", "get", "registry"], { cwd: root });
  return withSlash(stdout.trim());
}

export const withSlash = (url: string): string => (url.endsWith("/") ? url : `${url}/`);

/** True if npm gets its permission from the workflow of CI: trusted publishing, which also signs provenance. */
export const isTrustedPublisher = (env: NodeJS.ProcessEnv): boolean =>
  env["GITHUB_ACTIONS"] === "true" && (env["ACTIONS_ID_TOKEN_REQUEST_URL"] ?? "") !== "";

/** @throws ReleaseError NOT_LOGGED_IN, REGISTRY_UNREACHABLE */
export async function requireLogin(registry: string): Promise<void> {
  if (isTrustedPublisher(process.env)) return;
  const outcome = await npm(["whoami"], registry);
  if (outcome.exitCode !== 0) throw npmFailure(outcome, { action: "publish", registry });
}

/** Compares a package with the registry. @throws ReleaseError PUBLISHED_DIFFERS */
export async function packageDecision(packed: PackedPackage, registry: string): Promise<PublishDecision> {
  const subject = `${packed.name}@${packed.version}`;
  const outcome = await npm(["view", subject, "dist.integrity", "--prefer-online"], registry);
  const published = publishedIntegrity(outcome, { action: `look up ${subject}`, registry });
  const decision = decide({ ours: packed.integrity, published });
  if (decision !== "refuse") return decision;
  throw new ReleaseError(
    "PUBLISHED_DIFFERS",
    `${registry} has ${subject} with other contents: ${published}, not ${packed.integrity}`,
    "A version cannot be replaced. Build the release from the commit of its tag, or release a new version.",
  );
}

/** Publishes a tarball as it was packed. */
export async function publishPackage({ name, version, file }: PackedPackage, registry: string): Promise<void> {
  // npm refuses publishConfig.provenance outside of CI
  const provenance = isTrustedPublisher(process.env) ? [] : ["--provenance=false"];
  const outcome = await npm(["publish", file, "--access", "public", "--ignore-scripts", ...provenance], registry);
  if (outcome.exitCode !== 0) throw npmFailure(outcome, { action: `publish ${name}@${version}`, registry });
}

/** Runs npm outside of the repository, whose .npmrc and workspaces are not those of a registry's user. */
const npm = (args: readonly string[], registry: string) =>
  execute("npm", [...args, "--json", "--registry", registry], { cwd: tmpdir() });
