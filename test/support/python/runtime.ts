import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "../cnb.ts";
import { pythonArchives, testReleases } from "./archives.ts";
import { packageIndex, pythonAuthority } from "./index.ts";

/** Unpacks the newest of the releases that tests install, with pip. */
export async function unpackPython(to: string): Promise<void> {
  const [{ version, build }] = testReleases;
  const archives = join(await pythonArchives(), build);
  const name = (await readdir(archives)).find((each) => each.startsWith(`cpython-${version}+`)) ?? "";
  await mkdir(to, { recursive: true });
  const { exitCode, stderr } = await execute("tar", ["-xzf", join(archives, name), "-C", to, "--strip-components=1"]);
  if (exitCode !== 0) throw new Error(`${name} cannot be unpacked: ${stderr}`);
  await symlink("python3", join(to, "bin/python")).catch(() => {}); // it is there in some archives
}

/** The environment of tools: the index of this machine, and whom to trust. */
export async function pythonToolEnv(): Promise<NodeJS.ProcessEnv> {
  const authority = await pythonAuthority();
  const { CI: _, VIRTUAL_ENV: __, ...env } = process.env;
  return {
    ...env,
    PIP_INDEX_URL: await packageIndex(),
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    ...(authority && { PIP_CERT: authority, SSL_CERT_FILE: authority, REQUESTS_CA_BUNDLE: authority }),
  };
}
