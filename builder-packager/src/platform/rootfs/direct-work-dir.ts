import { chmod, chown, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { makeTemporaryDirectory } from "../../files/temporary-directory.ts";
import { isOwned, type OwnedFile, ownFile, readOwner } from "../../lock/owned-file.ts";
import { endOrphans, runningProcesses } from "../../sandbox/processes/orphans.ts";
import { removeTree } from "../../sandbox/remove-tree.ts";
import { appDir, layersDir } from "../paths.ts";
import { belongsToAnother } from "./copy-tree.ts";
import { createWorkDir, type WorkDir } from "./work-dir.ts";

/** The file that marks the container's directories as those of a build. */
const claimFile = join(layersDir, ".libcnb-build.json");

/**
 * Creates a work directory in the builder's container in which cnb runs. App and layers are at
 * their final paths, because nothing can be mounted there. Only one build runs at a time. Leftovers
 * of a killed build are removed. If there are other files, the build is refused.
 *
 * @throws CnbError SANDBOX_FAILED.
 */
export async function createDirectWorkDir(
  parent: string,
  rescue: (dir: string) => Promise<unknown>,
  warn: (message: string) => void,
): Promise<WorkDir> {
  const work = await createWorkDir(parent, rescue, warn);
  try {
    const known = await runningProcesses();
    const claimed = await claim();
    // Detection must not change the app; before the build it is given to the build's user.
    if (process.getuid?.() === 0) await chown(appDir, 0, 0);
    const tmp = await makeTemporary();
    const inside = { app: appDir, layers: layersDir, platform: work.platform, tmp };
    const remove = async () => {
      await endOrphans(buildUser(), known);
      await Promise.all([work.remove(), empty(), removeTree(dirname(tmp))]);
      await claimed.release(claimFile);
    };
    return { ...work, app: appDir, layers: layersDir, tmp, inside, imageModes: modesOfMounts(), remove };
  } catch (error) {
    await work.remove();
    throw error;
  }
}

/**
 * Creates a directory for the build's user inside a directory that the user running cnb owns. If
 * the build's user could replace the directory by a link, cnb would write through that link as
 * root.
 */
export async function makeTemporary(): Promise<string> {
  const parent = makeTemporaryDirectory("cnb-build-");
  await chmod(parent, 0o711);
  const tmp = join(parent, "tmp");
  await mkdir(tmp);
  return tmp;
}

/** The modes that the directories have in a builder. A mount of another user has any mode, for example 0777. */
const modesOfMounts = () =>
  defined({
    app: belongsToAnother(appDir) ? 0o755 : undefined,
    layers: belongsToAnother(layersDir) ? 0o755 : undefined,
  });

/** The user that buildpacks run as. */
const buildUser = (): number =>
  process.getuid?.() === 0 ? Number(process.env["CNB_USER_ID"]) : (process.getuid?.() ?? 0);

async function claim(): Promise<OwnedFile> {
  const owner = await readOwner(claimFile);
  if (owner !== undefined && (await isOwned(claimFile, owner)))
    throw refused("another build is running here", "Wait for the end of that build, or start another container.");
  if (owner !== undefined) await emptyAll();
  for (const dir of [appDir, layersDir]) {
    if ((await namesIn(dir)).length > 0)
      throw refused(
        `${dir} is not empty`,
        `Start the container without files in ${appDir} and ${layersDir}, and mount the application at another path: cnb copies it to ${appDir}.`,
      );
  }
  return ownFile(claimFile).catch((cause: unknown) => {
    throw refused(`${layersDir} cannot be written`, "Start the container as root or as the builder's user.", cause);
  });
}

async function namesIn(dir: string): Promise<readonly string[]> {
  return readdir(dir).catch((cause: unknown) => {
    throw refused(`${dir} does not exist`, "Start cnb in a container of the builder image.", cause);
  });
}

async function emptyAll(): Promise<void> {
  await empty();
  await rm(claimFile, { force: true });
}

/**
 * Empties the directories except for the claim file, which is removed last: after a kill, the next
 * build still finds it.
 */
async function empty(): Promise<void> {
  // Detection may not write there, and may have been the last.
  await chmod(appDir, 0o755).catch(() => {});
  for (const dir of [appDir, layersDir])
    for (const name of await readdir(dir)) if (join(dir, name) !== claimFile) await removeTree(join(dir, name));
}

const refused = (why: string, hint: string, cause?: unknown): CnbError =>
  new CnbError("SANDBOX_FAILED", `--backend direct cannot build in this container: ${why}`, { cause, hint });
