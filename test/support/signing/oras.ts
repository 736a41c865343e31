// @needs go
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { execute } from "../cnb.ts";
import { copyGoModule, goBuild } from "../lifecycle/go-module.ts";

const version = "1.3.6";

/** An artifact that refers to an image, as `oras discover` lists it. */
export interface DiscoveredReferrer {
  readonly digest: string;
  readonly artifactType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The ways in which a registry lists referrers. */
export type ReferrersApi = "v1.1-referrers-api" | "v1.1-referrers-tag";

/** Lists the referrers of an image in a registry without TLS with the real `oras`. */
export async function orasDiscover(name: string, api: ReferrersApi): Promise<readonly DiscoveredReferrer[]> {
  const flags = ["--plain-http", "--format", "json", "--depth", "1", "--distribution-spec", api];
  return JSON.parse(await oras("discover", ...flags, name)).referrers;
}

/** Downloads the first file of an artifact in a registry without TLS; named by digest. */
export async function orasFile(name: string): Promise<string> {
  const manifest = JSON.parse(await oras("manifest", "fetch", "--plain-http", name));
  const repository = name.slice(0, name.indexOf("@"));
  return oras("blob", "fetch", "--plain-http", "--output", "-", `${repository}@${manifest.layers[0].digest}`);
}

async function oras(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await execute(await program(), args, {
    env: { PATH: process.env["PATH"], HOME: tmpdir() },
  });
  if (exitCode !== 0) throw new Error(`oras ${args.join(" ")} exited ${exitCode}: ${stderr}`);
  return stdout;
}

/** Compiles oras once per version, and returns the path of the program. */
async function program(): Promise<string> {
  const dir = cacheDir(process.env, "test-oras", version);
  await populateOnce(dir, async (work) => {
    const module = join(work, "module");
    await copyGoModule(`oras.land/oras@v${version}`, module);
    await goBuild(module, "./cmd/oras", join(work, "oras"));
  });
  return join(dir, "oras");
}
