import { join } from "node:path";
import { extractArchive } from "libcnb";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { pythonArchives, testInventory } from "../../../test/support/python/archives.ts";

/** Installs a real CPython for tests, as python-engine does. */
export async function testPython(line = "3.11"): Promise<string> {
  const release = (await testInventory()).find(({ version }) => version.startsWith(`${line}.`));
  if (release === undefined) throw new Error(`the inventory of libcnb/python-engine has no CPython ${line} for tests`);
  const { version, build, checksum } = release;
  const dir = cacheDir(process.env, "test-python", checksum.slice(-16));
  const processor = process.arch === "arm64" ? "aarch64" : "x86_64";
  await populateOnce(dir, async (workDir) => {
    const name = `cpython-${version}+${build}-${processor}-unknown-linux-gnu-install_only_stripped.tar.gz`;
    await extractArchive(join(await pythonArchives(), build, name), workDir, { strip: 1 });
  });
  return dir;
}

/**
 * Returns the environment of a build with a real CPython, and with pip's settings for this
 * machine's package index.
 */
export async function pythonEnv(line?: string): Promise<Readonly<Record<string, string>>> {
  const own = Object.entries(process.env).filter(([name]) =>
    /^(PIP_CERT|PIP_INDEX_URL|SSL_CERT_FILE|https?_proxy|no_proxy)$/i.test(name),
  );
  return {
    ...(Object.fromEntries(own) as Readonly<Record<string, string>>),
    PATH: `${join(await testPython(line), "bin")}:/usr/bin:/bin`,
  };
}
