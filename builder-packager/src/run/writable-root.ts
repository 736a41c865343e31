import { execFile } from "node:child_process";
import { chmod, chown, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeAttempt, removeAbandoned } from "../sandbox/backends/attempt.ts";
import { candidates, chooseBackend, isNamespace } from "../sandbox/backends/choose-backend.ts";
import { copyRoot } from "../sandbox/backends/copied-root.ts";
import { readHostFacts } from "../sandbox/backends/host-facts.ts";
import { removeTree } from "../sandbox/remove-tree.ts";
import type { NamespaceBackend, Overlay, SandboxBackend } from "../sandbox/spec.ts";
import type { Waiting } from "../waiting.ts";

/** A private, writable copy or overlay of an unpacked image. */
export interface WritableRoot {
  readonly backend: SandboxBackend;
  readonly rootfs: string;
  readonly overlay?: Overlay;
  /**
   * Removes the files that the app has written. If cnb is killed before, the next run removes them.
   */
  remove(): Promise<void>;
}

/**
 * Creates a writable root for an app. The root is an overlay if the kernel and the backend `wanted`
 * support overlays, otherwise a copy.
 */
export async function makeWritableRoot(
  image: string,
  cacheDir: string,
  wanted = process.env.LIBCNB_SANDBOX,
  { waiting, signal }: { readonly waiting?: Waiting; readonly signal?: AbortSignal | undefined } = {},
): Promise<WritableRoot> {
  const parentDir = join(cacheDir, "run");
  await removeAbandoned(parentDir);
  const dir = await makeAttempt(parentDir);
  const remove = () => removeTree(dir);
  try {
    const overlay = await makeOverlay(image, dir);
    for (const backend of overlayBackends(wanted)) {
      if (await canMount(backend, image, overlay, join(dir, "root")))
        return { backend, rootfs: image, overlay, remove };
    }
    const backend = await chooseBackend(wanted, waiting);
    await copyRoot(image, join(dir, "root"), "clone", signal);
    return { backend, rootfs: join(dir, "root"), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * The backends that can mount an overlay. bubblewrap cannot in the versions that distributions
 * have.
 */
function overlayBackends(wanted: string | undefined): readonly NamespaceBackend[] {
  const isRoot = process.getuid?.() === 0;
  if (!wanted || wanted === "auto") return isRoot ? ["unshare-root"] : ["unshare-user"];
  return candidates(wanted, isRoot)
    .filter(isNamespace)
    .filter((one) => one !== "bubblewrap");
}

async function makeOverlay(image: string, dir: string): Promise<Overlay> {
  const [upperDir, workDir] = [join(dir, "upper"), join(dir, "work")];
  for (const path of [upperDir, workDir, join(dir, "root")]) await mkdir(path);
  const { mode, uid, gid } = await stat(image); // the root directory itself is that of the upper layer
  await chmod(upperDir, mode & 0o7777);
  if (process.getuid?.() === 0) await chown(upperDir, uid, gid);
  return { upperDir, workDir };
}

/**
 * True if the overlay can be mounted. A kernel or file system may refuse it, and so may a path that
 * contains the separators of mount options.
 */
async function canMount(backend: NamespaceBackend, image: string, overlay: Overlay, target: string): Promise<boolean> {
  const asUser = backend === "unshare-user";
  if (asUser && process.getuid?.() === 0) return false; // made as root, but the sandbox would be another user's
  const paths = [image, overlay.upperDir, overlay.workDir];
  if (paths.some((path) => /[:,\\]/.test(path))) return false;
  const { tools } = readHostFacts(process.env);
  const options = `lowerdir=${image},upperdir=${overlay.upperDir},workdir=${overlay.workDir},userxattr`;
  const mount = [tools.mount ?? "mount", "-t", "overlay", "overlay", "-o", options, target];
  const args = [...(asUser ? ["--user", "--map-root-user"] : []), "--mount", "--propagation", "private", ...mount];
  return promisify(execFile)(tools.unshare ?? "unshare", args).then(
    () => true,
    () => false,
  );
}
