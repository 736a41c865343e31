// @needs python3
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { execute } from "../cnb.ts";

const packages = ["in-toto-attestation==0.9.3", "securesystemslib==1.6.0", "cryptography==50.0.2", "protobuf==7.36.2"];

/** A sigstore bundle, and the SHA-256 in hexadecimal of the manifest that it must be about. */
export interface JudgedBundle {
  readonly content: Uint8Array;
  readonly digest: string;
}

/** Verifies bundles with in-toto's Python libraries. Returns the predicate type of each one; null for a refused one. */
export async function inTotoJudgement(
  key: string,
  bundles: readonly JudgedBundle[],
): Promise<readonly (string | null)[]> {
  const encoded = bundles.map(({ content, digest }) => ({ content: Buffer.from(content).toString("base64"), digest }));
  const args = [join(import.meta.dirname, "in_toto_judge.py")];
  const env = { PATH: process.env["PATH"], PYTHONPATH: await libraries() };
  const { exitCode, stdout, stderr } = await execute("python3", args, {
    env,
    input: JSON.stringify({ key, bundles: encoded }),
  });
  if (exitCode !== 0) throw new Error(`in_toto_judge.py exited ${exitCode}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Installs the libraries once per version. */
async function libraries(): Promise<string> {
  const dir = cacheDir(process.env, "test-in-toto", "0.9.3");
  await populateOnce(dir, async (work) => {
    await mkdir(work, { recursive: true });
    const args = ["-m", "pip", "install", "--quiet", "--target", work, ...packages];
    const { exitCode, stderr } = await execute("python3", args);
    if (exitCode !== 0) throw new Error(`in-toto's libraries cannot be installed: ${stderr}`);
  });
  return dir;
}
