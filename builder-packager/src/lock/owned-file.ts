import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readFile, rm } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { CnbError } from "../errors.ts";
import { isRunning, ownIdentity, type ProcessIdentity } from "../process/identity.ts";
import { pidSpace } from "../process/pid-space.ts";

/**
 * A file that records its owning process. If containers share a directory, only a heartbeat shows
 * that a process in another container is alive, because each container has its own process ids.
 * Such files replace flock(2), which Node.js does not provide.
 */
export interface OwnedFile {
  /** Removes the file at `path`, unless another process now owns it. */
  release(path: string): Promise<void>;
}

interface Owner extends ProcessIdentity {
  /** The PID namespace of the process id, as `pidSpace()` identifies it. */
  readonly space: string;
  /** The id of this file, because a process may own several in sequence. */
  readonly id: string;
}

/** The interval of the heartbeat. */
const beatMs = 1000;
/**
 * The time without a heartbeat after which the owner counts as ended. A build never delays its own
 * timers that long, even in a large tree.
 */
const quietMs = 15_000;
const lookMs = 50;

/** Creates a file owned by this process, and regularly updates the file's heartbeat. */
export async function ownFile(path: string): Promise<OwnedFile> {
  const owner: Owner = { ...(await ownIdentity()), space: pidSpace(), id: randomBytes(8).toString("hex") };
  const text = JSON.stringify(owner);
  const file = await open(path, "wx", 0o644);
  await file.write(text, 0).catch(async (error) => {
    await file.close();
    throw error;
  });
  // The same bytes: who reads meanwhile sees them whole. Written, and not dated, so that no other machine's clock counts.
  const beat = setInterval(() => void file.write(text, 0).catch(() => undefined), beatMs).unref();
  return {
    async release(path) {
      clearInterval(beat);
      await file.close();
      if ((await readOwner(path)) === text) await rm(path, { force: true });
    },
  };
}

/** Opens a file without following a link, and without waiting for the writer of a pipe. */
const flag = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads the owner of a file that {@link ownFile} created. Returns undefined if the file does not
 * exist, and an empty string if the file is unreadable. For an unreadable file, only a heartbeat
 * shows that a process owns it.
 *
 * @throws CnbError SYSTEM_ERROR for a directory, which may belong to another program
 */
export const readOwner = (path: string): Promise<string | undefined> =>
  readFile(path, { encoding: "utf8", flag }).catch(async ({ code }: NodeJS.ErrnoException) => {
    if (code === "EISDIR") throw inTheWay(path);
    return lstat(path).then(
      () => "",
      () => undefined,
    );
  });

const inTheWay = (path: string): CnbError =>
  new CnbError("SYSTEM_ERROR", `cannot lock ${path}: it is a directory`, {
    hint: `Remove the directory ${path}, or choose another path.`,
  });

/**
 * True if the owning process is still running. If the process is in another container, the file is
 * watched for a heartbeat until a timeout. Clocks are not compared, because they differ between
 * machines and can be set.
 */
export async function isOwned(path: string, text: string, signal?: AbortSignal): Promise<boolean> {
  const owner = parseOwner(text);
  return owner?.space === pidSpace() ? isRunning(owner) : isBeating(path, signal);
}

function parseOwner(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return undefined;
  }
}

async function isBeating(path: string, signal: AbortSignal | undefined): Promise<boolean> {
  const before = await lastBeat(path);
  for (const end = performance.now() + quietMs; performance.now() < end; ) {
    await setTimeout(lookMs, undefined, { signal });
    if ((await lastBeat(path)) !== before) return true;
  }
  return false;
}

const lastBeat = (path: string): Promise<bigint> =>
  lstat(path, { bigint: true }).then(
    ({ mtimeNs, ino }) => mtimeNs ^ (ino << 64n),
    () => 0n,
  );
