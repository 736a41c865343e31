import { isDeepStrictEqual } from "node:util";
import { CnbError } from "../errors.ts";
import { readImages, writeImages } from "../oci/image-io.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { serializeIndex } from "../oci/model/image-index.ts";
import { formatPlatform } from "../oci/model/image-platform.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { layoutName } from "../oci/source/layout.ts";
import { sameName } from "../platform/image-names.ts";
import { nameFor } from "../platform/image-output.ts";
import type { Reporter } from "../reporter.ts";
import { readBaseRecord } from "./base-record.ts";
import type { RebaseCheck } from "./check-names.ts";
import { type FailedCheck, failedChecks } from "./checks.ts";
import { type BaseSearch, findNamedBase, type KnownBases, readBase, type SelectedBase } from "./find-base.ts";
import { rebasedApp } from "./rebased-app.ts";

/** Options of {@link rebaseApp}. */
export interface RebaseOptions {
  /** The app image, for every platform that it is for. */
  readonly image: ImageReference;
  /** The destination. @default the location of `image` */
  readonly output?: ImageReference | undefined;
  /** Additional destinations. */
  readonly tags?: readonly ImageReference[] | undefined;
  /** @default the run image that the app names, from wherever it can be read */
  readonly runImage?: ImageReference | undefined;
  /** Reasons to refuse the rebase that are only warnings. @default none */
  readonly force?: readonly RebaseCheck[] | undefined;
  /** Run images that were read before. */
  readonly known?: KnownBases | undefined;
  readonly registry: RegistryOptions;
  readonly reporter: Reporter;
}

/** The result for an app image. */
export interface RebaseReport {
  /** `unchanged`: it stood on this base before, and nothing was written. */
  readonly outcome: "rebased" | "unchanged";
  /** The digest of the image or the index. */
  readonly digest: Digest;
  readonly bases: readonly { readonly platform: string; readonly reference: string; readonly layers: number }[];
}

/**
 * Puts an app image upon another version of its run image. No layer is downloaded; in a registry that has the base the manifest and
 * the configuration are all that is uploaded.
 *
 * @throws CnbError REBASE_IMPOSSIBLE, REBASE_REFUSED, RUN_IMAGE_NOT_FOUND, IMAGE_…, REGISTRY_….
 * @example `await rebaseApp({ image: parseImageReference("example.com/shop:1"), registry: { env }, reporter })`
 */
export async function rebaseApp(options: RebaseOptions): Promise<RebaseReport> {
  const { image: reference, output = reference, registry } = options;
  const before = await readImages(reference, { registry });
  const changed: Changed[] = [];
  for (const image of before.images) changed.push(await rebaseOne(image, options));
  const bases = changed.map(({ image, base }) => ({
    platform: formatPlatform(image.config),
    reference: base.reference,
    layers: base.image.layers.length,
  }));
  const locations = [output, ...(options.tags ?? [])];
  const isOtherRepository = locations.some((location) => !isDeepStrictEqual(location, reference));
  if (!isOtherRepository && changed.every(({ isNew }) => !isNew))
    return { outcome: "unchanged", digest: serializeIndex(before).top.digest, bases };
  const index = { ...before, images: changed.map(({ image }) => image) };
  const written = [];
  for (const location of locations)
    written.push(await writeImages(index, location, { registry, ...(await nameAt(location)) }));
  const { digest } = written[0] as (typeof written)[number];
  return { outcome: "rebased", digest, bases };
}

/** A layout keeps the name that it has. */
async function nameAt(location: ImageReference): Promise<{ readonly name?: string }> {
  const name = location.kind === "oci" ? await layoutName(location.dir) : undefined;
  return name === undefined ? nameFor(location) : { name };
}

interface Changed {
  readonly image: Image;
  readonly isNew: boolean;
  readonly base: SelectedBase;
}

async function rebaseOne(app: Image, options: RebaseOptions): Promise<Changed> {
  const { image: reference, registry, known } = options;
  const where = formatImageReference(reference);
  const record = readBaseRecord(app, where);
  const base = await baseFor(options, { names: record.names, app: reference, platform: app.config, registry, known });
  const failed = failedChecks(app, base.image, { name: base.name, known: record.names, same: sameName });
  refuseUnlessForced(failed, where, options);
  const isKnown = base.name !== undefined && record.names.some((name) => sameName(name, base.name ?? ""));
  const image = rebasedApp(app, record, { ...base, renamed: isKnown ? undefined : base.name });
  const isNew = !isDeepStrictEqual(image.config, app.config);
  // What did not change keeps its bytes, and with them its digest.
  return { image: isNew ? image : app, isNew, base };
}

const baseFor = ({ runImage }: RebaseOptions, search: BaseSearch): Promise<SelectedBase> =>
  runImage ? readBase(runImage, search) : findNamedBase(search);

function refuseUnlessForced(failed: readonly FailedCheck[], where: string, options: RebaseOptions): void {
  const { force = [], reporter } = options;
  const refusals = failed.filter(({ overriddenBy }) => !overriddenBy || !force.includes(overriddenBy));
  if (refusals.length > 0) throw refusal(refusals, where, force);
  for (const { text } of failed) reporter.warn(`${where}: ${text}`);
}

function refusal(refusals: readonly FailedCheck[], where: string, force: readonly RebaseCheck[]): CnbError {
  const reasons = refusals.map(({ text, overriddenBy }) => (overriddenBy ? `${text} (--force ${overriddenBy})` : text));
  const names = refusals.flatMap(({ overriddenBy }) => overriddenBy ?? []);
  const isOverridable = names.length === refusals.length;
  return new CnbError("REBASE_REFUSED", `${where} cannot be rebased: ${reasons.join("; ")}`, {
    hint: isOverridable
      ? `Name another base with --run-image, or rebase with --force ${[...force, ...names].join(",")}: the app may not run.`
      : "Name a base for this app with --run-image, or rebuild the app.",
  });
}
