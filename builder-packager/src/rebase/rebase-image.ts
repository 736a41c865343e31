import { isDeepStrictEqual } from "node:util";
import { CnbError } from "../errors.ts";
import { readImages, type WrittenImages, writeImages } from "../oci/image-io.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { serializeIndex } from "../oci/model/image-index.ts";
import { formatPlatform } from "../oci/model/image-platform.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import { type RegistryOptions, withSameAccess } from "../oci/registry-options.ts";
import type { ImageArtifacts } from "../oci/sink/image-artifacts.ts";
import { layoutName } from "../oci/source/layout.ts";
import { sameName } from "../platform/image-names.ts";
import { nameFor } from "../platform/image-output.ts";
import type { Reporter } from "../reporter.ts";
import { readBaseRecord } from "./base-record.ts";
import type { RebaseCheck } from "./check-names.ts";
import { type FailedCheck, failedChecks } from "./checks.ts";
import { type BaseSearch, findNamedBase, type KnownBases, readBase, type SelectedBase } from "./find-base.ts";
import { rebasedApp } from "./rebased-app.ts";

/** The app image, its new base, and the destination of the result. */
export interface RebaseInput {
  /** The app image. All its platforms are rebased. */
  readonly image: ImageReference;
  /** The name under which the result is written. @default that of `image` */
  readonly output?: ImageReference | undefined;
  /** Additional names under which the result is written. */
  readonly tags?: readonly ImageReference[] | undefined;
  /** The new run image. @default the run image that the app image names */
  readonly runImage?: ImageReference | undefined;
  /** The checks whose failure only causes a warning. @default none */
  readonly force?: readonly RebaseCheck[] | undefined;
  /** Creates the artifacts that refer to the rebased images, such as those of `openSigning`. @default none */
  readonly artifacts?: ImageArtifacts | undefined;
}

/** Options of {@link rebaseApp}. */
export interface RebaseOptions extends RebaseInput {
  /** Run images that were already read, so that many rebases can share them. */
  readonly known?: KnownBases | undefined;
  /** Checks the rebased images before they are written. If the function throws, nothing is written. */
  readonly checkImages?: ((images: readonly Image[], name: string) => Promise<void>) | undefined;
  readonly registry: RegistryOptions;
  readonly reporter: Reporter;
}

/** The result of rebasing an app image. */
export interface RebaseReport {
  /** `unchanged` means that the image already used this base, so nothing was written. */
  readonly outcome: "rebased" | "unchanged";
  /** The digest of the rebased image or index. */
  readonly digest: Digest;
  readonly bases: readonly { readonly platform: string; readonly reference: string; readonly layers: number }[];
}

/**
 * Rebases an app image onto another version of its run image. No layer is downloaded. If the
 * registry already has the base's layers, only the manifest and the configuration are uploaded.
 *
 * @throws CnbError REBASE_IMPOSSIBLE, REBASE_REFUSED, RUN_IMAGE_NOT_FOUND, IMAGE_…, REGISTRY_….
 * @example `await rebaseApp({ image: parseImageReference("example.com/shop:1"), registry: { env },
 * reporter })`
 */
export async function rebaseApp(options: RebaseOptions): Promise<RebaseReport> {
  const { image: reference, output = reference, registry } = options;
  const before = await readImages(reference, { registry: withSameAccess(registry, { admit: undefined }) });
  const changed: RebasedParts[] = [];
  for (const image of before.images) changed.push(await rebaseOne(image, options));
  const bases = changed.map(({ image, base }) => ({
    platform: formatPlatform(image.config),
    reference: base.reference,
    layers: base.image.layers.length,
  }));
  const images = changed.map(({ image }) => image);
  await options.checkImages?.(images, formatImageReference(output));
  const locations = [output, ...(options.tags ?? [])];
  const isOtherRepository = locations.some((location) => !isDeepStrictEqual(location, reference));
  if (!isOtherRepository && changed.every(({ isNew }) => !isNew))
    return { outcome: "unchanged", digest: serializeIndex(before).top.digest, bases };
  const index = { ...before, images };
  const { artifacts } = options;
  const written: WrittenImages[] = [];
  for (const location of locations) {
    // further names are usually in the same repository, which then has the configurations
    const isNew = written.length === 0 && changed.every((each) => each.isNew);
    written.push(await writeImages(index, location, { registry, artifacts, isNew, ...(await nameAt(location)) }));
  }
  const { digest } = written[0] as WrittenImages;
  return { outcome: "rebased", digest, bases };
}

/** The name of the written image. An OCI layout keeps its name. */
async function nameAt(location: ImageReference): Promise<{ readonly name?: string }> {
  const name = location.kind === "oci" ? await layoutName(location.dir) : undefined;
  return name === undefined ? nameFor(location) : { name };
}

interface RebasedParts {
  readonly image: Image;
  readonly isNew: boolean;
  readonly base: SelectedBase;
}

async function rebaseOne(app: Image, options: RebaseOptions): Promise<RebasedParts> {
  const { image: reference, registry, known } = options;
  const where = formatImageReference(reference);
  const record = readBaseRecord(app, where);
  const base = await baseFor(options, { names: record.names, app: reference, platform: app.config, registry, known });
  const failed = failedChecks(app, base.image, { name: base.name, known: record.names, same: sameName });
  refuseUnlessForced(failed, where, options);
  const isKnown = base.name !== undefined && record.names.some((name) => sameName(name, base.name ?? ""));
  const image = rebasedApp(app, record, { ...base, renamed: isKnown ? undefined : base.name });
  const isNew = !isDeepStrictEqual(image.config, app.config);
  // An unchanged image keeps its bytes, and therefore its digest.
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
      ? `Pass another base with --run-image. To rebase anyway, although the app may not run, add --force ${[...force, ...names].join(",")}.`
      : "Pass a base for this app with --run-image, or rebuild the app.",
  });
}
