import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCleartextMessage, generateKey, sign } from "openpgp";
import { toolFolder } from "../apps/app-tools.ts";
import { execute } from "../cnb.ts";
import { type Mirror, serve } from "../file-mirror.ts";

const processor = process.arch === "arm64" ? "arm64" : "x64";

/** A server in the layout of nodejs.org/download/release, and the binding with the key that signed its lists. */
export interface NodeReleases extends Mirror {
  /** For `VCAP_SERVICES`. */
  readonly services: string;
}

/** Serves releases of Node.js with the npm that the Node.js project bundles with them, both from the npm registry of this machine. */
export async function nodeReleases(...releases: readonly { version: string; npm: string }[]): Promise<NodeReleases> {
  const dir = await mkdtemp(join(tmpdir(), "node-releases-"));
  const date = new Date(Date.now() - 60_000);
  const userIDs = [{ name: "Releaser of a test" }];
  const key = await generateKey({ userIDs, date, format: "object" });
  for (const { version, npm } of releases) {
    const archive = await makeArchive(dir, version, npm);
    const sum = createHash("sha256")
      .update(await readFile(archive))
      .digest("hex");
    const text = `${sum}  node-v${version}-linux-${processor}.tar.gz\n`;
    const message = await createCleartextMessage({ text });
    const list = await sign({ message, signingKeys: key.privateKey });
    await writeFile(join(dir, `v${version}`, "SHASUMS256.txt.asc"), list);
  }
  const files = [`linux-${processor}`];
  const index = releases.map(({ version }) => ({ version: `v${version}`, files }));
  await writeFile(join(dir, "index.json"), JSON.stringify(index));
  const mirror = await serve(async (path) => join(dir, path));
  const credentials = { type: "node-release-keys", "releaser.asc": key.publicKey.armor() };
  return {
    url: mirror.url,
    requests: mirror.requests,
    services: JSON.stringify({ "user-provided": [{ name: "keys", credentials }] }),
    async [Symbol.asyncDispose]() {
      await mirror[Symbol.asyncDispose]();
      await rm(dir, { recursive: true });
    },
  };
}

async function makeArchive(dir: string, version: string, npm: string): Promise<string> {
  const name = `node-v${version}-linux-${processor}`;
  const tree = join(dir, name);
  await cp(await toolFolder(`node-linux-${processor}@${version}`), tree, { recursive: true, verbatimSymlinks: true });
  await mkdir(join(tree, "lib/node_modules"), { recursive: true });
  await cp(await toolFolder(`npm@${npm}`), join(tree, "lib/node_modules/npm"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await mkdir(join(dir, `v${version}`));
  const archive = join(dir, `v${version}`, `${name}.tar.gz`);
  const { exitCode, stderr } = await execute("tar", ["-czf", archive, "-C", dir, name]);
  if (exitCode !== 0) throw new Error(`${name} cannot be packed: ${stderr}`);
  await rm(tree, { recursive: true });
  return archive;
}
