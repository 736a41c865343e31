import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nameOf } from "libcnb/internal";
import { applyHint } from "../../buildah/apply-hint.ts";
import { openStorage, type Storage } from "../../buildah/storage.ts";
import { CnbError } from "../../errors.ts";
import type { BlobStore } from "../../oci/layers/blob-store.ts";
import type { Image } from "../../oci/model/image.ts";
import type { ImageConfig } from "../../oci/model/spec.ts";
import type { Reporter } from "../../reporter.ts";
import { lastStates } from "../../text/last-state.ts";
import { outputLines } from "../phases/output-lines.ts";
import { checkFinalUser, extendedImage, isRebasable, userOf } from "./extended-image.ts";
import { createdLayers } from "./extended-layers.ts";
import { extensionKey, findExtended, keepExtended } from "./extension-cache.ts";
import { type ExtendedKind, type GeneratedDockerfile, isForEachBuild } from "./generated.ts";

/** The directories, the blob store and the options with which Dockerfiles are applied. */
export interface ExtendMeans {
  /** A directory for buildah's files, which belongs to this build. */
  readonly dir: string;
  /** The directory in which the results of Dockerfiles are cached. */
  readonly cacheDir: string;
  /** True if cached results of earlier builds may be reused. */
  readonly mayReuse: boolean;
  /** The store for the created layers. */
  readonly store: BlobStore;
  readonly network: boolean;
  /**
   * The start of this build in milliseconds since 1970. Files with later times were created by
   * `RUN` instructions.
   */
  readonly sinceMs: number;
  /** Refuses an extension that this machine cannot apply. Called before other work starts. */
  readonly check: (dockerfile: GeneratedDockerfile) => Promise<void>;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** Applies the Dockerfiles of a build. All of them share one buildah storage. */
export interface Extender {
  /**
   * Applies Dockerfiles to an image and returns the result. Throws EXTENSION_APPLY_FAILED,
   * EXTENSIONS_UNAVAILABLE.
   */
  extend(kind: ExtendedKind, image: Image, dockerfiles: readonly GeneratedDockerfile[]): Promise<Image>;
  close(): Promise<void>;
}

/** An image in buildah's storage. Its layers differ from those of the image that cnb added. */
interface StoredImage {
  readonly id: string;
  readonly config: ImageConfig;
}

/** Buildah's storage, which is created on first use, and the images in it. */
interface Session {
  readonly means: ExtendMeans;
  storage(): Promise<Storage>;
  readonly known: WeakMap<Image, StoredImage>;
}

export function openExtender(means: ExtendMeans): Extender {
  let opened: Promise<Storage> | undefined;
  const { dir, network, signal } = means;
  const storage = () => (opened ??= openStorage({ dir, network, signal }));
  const session: Session = { means, storage, known: new WeakMap() };
  return {
    extend: (kind, image, dockerfiles) => extend(session, kind, image, dockerfiles),
    async close() {
      await (await opened?.catch(() => undefined))?.remove();
    },
  };
}

async function extend(
  session: Session,
  kind: ExtendedKind,
  image: Image,
  dockerfiles: readonly GeneratedDockerfile[],
): Promise<Image> {
  let extended = image;
  let rebasable = true; // the image's own settings are not used
  for (const dockerfile of dockerfiles) {
    extended = await reusedOrApplied(session, extended, dockerfile, rebasable);
    rebasable = isRebasable(extended);
  }
  const last = dockerfiles.at(-1);
  const remark = last && checkFinalUser(kind, image, extended, nameOf(last.extension));
  if (remark) session.means.reporter.warn(remark);
  return extended;
}

async function reusedOrApplied(
  session: Session,
  base: Image,
  dockerfile: GeneratedDockerfile,
  rebasable: boolean,
): Promise<Image> {
  const { cacheDir, store, mayReuse, reporter, signal } = session.means;
  signal.throwIfAborted();
  const what = `${dockerfile.kind}.Dockerfile of ${nameOf(dockerfile.extension)}`;
  const key = isForEachBuild(dockerfile) ? undefined : await extensionKey(base, dockerfile, store);
  const known = key && mayReuse ? await findExtended(cacheDir, key, base, store) : undefined;
  if (known) {
    reporter.info(`Reused ${what}: neither it nor the image has changed`);
    return known;
  }
  reporter.step(`Applying ${what}`);
  const extended = await apply(session, base, dockerfile, rebasable);
  if (key) await keepExtended(cacheDir, key, base, extended);
  return extended;
}

async function apply(
  session: Session,
  base: Image,
  dockerfile: GeneratedDockerfile,
  rebasable: boolean,
): Promise<Image> {
  await session.means.check(dockerfile);
  const storage = await session.storage();
  const stored = session.known.get(base) ?? { id: await storage.add(base), config: base.config };
  const id = await build(session, storage, stored.id, dockerfile, base);
  const taken = await storage.take(id);
  const layers = await createdLayers(session.means, stored.config, taken, dockerfile);
  const extended = extendedImage(base, taken.config, layers, dockerfile, rebasable);
  session.known.set(extended, { id, config: taken.config });
  return extended;
}

async function build(
  { means: { dir, reporter } }: Session,
  storage: Storage,
  base: string,
  { kind, text, context, args, extension, facts }: GeneratedDockerfile,
  image: Image,
): Promise<string> {
  const file = join(dir, `${kind}.Dockerfile`);
  await writeFile(file, text);
  const { user, group } = userOf(image.config);
  const given = { build_id: randomUUID(), user_id: user, group_id: group, ...args };
  const lines = outputLines(reporter.output);
  const { id, exitCode, last } = await storage.build(
    { base, dockerfile: file, context, args: declared(given, facts.args), namesOther: facts.base !== undefined },
    lines.write,
  );
  lines.end();
  if (exitCode === 0) return id;
  throw new CnbError(
    "EXTENSION_APPLY_FAILED",
    `the ${kind}.Dockerfile of extension ${nameOf(extension)} could not be applied (exit code ${exitCode})`,
    {
      cause: new Error(lastStates(last.trim()).split("\n").slice(-10).join("\n")),
      hint: applyHint(
        last,
        "Read the output of the Dockerfile above. If the network is not the cause, contact the extension's author.",
      ),
    },
  );
}

/**
 * The arguments that the Dockerfile declares. Others have no effect, and buildah warns about them.
 */
const declared = (given: Readonly<Record<string, string>>, names: readonly string[]) =>
  Object.entries(given).flatMap(([name, value]) => (names.includes(name) ? [{ name, value }] : []));
