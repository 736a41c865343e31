import type { CommandContext } from "../cli-context.ts";
import { CnbError } from "../errors.ts";
import { formatImageReference, type ImageReference, parseImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { imagesMatching, namePattern, readImageList } from "../rebase/image-list.ts";
import { openProgress, type ProgressFile } from "../rebase/progress-file.ts";
import { type ManyResult, rebaseMany } from "../rebase/rebase-many.ts";
import type { RebaseRequest } from "../rebase/request.ts";
import { isInShard, shardName } from "../rebase/shard.ts";
import { outputSigner } from "./flags/output-signing.ts";
import type { RebaseFlags } from "./flags/rebase-flags.ts";
import { verifyingOptions } from "./flags/registry-flags.ts";
import { unpublishedCheck } from "./policy/policy-flag.ts";

type FleetRequest = Exclude<RebaseRequest, { readonly kind: "one" }>;

/** Rebases many images. Prints a line for each image to stdout, and writes the report to a file. */
export async function rebaseAll(request: FleetRequest, options: RebaseFlags, context: CommandContext): Promise<void> {
  const { reporter, stdout } = context;
  if (outputSigner(options) !== undefined) throw unsignable();
  const registry = await verifyingOptions(options, context);
  const checkImages = await unpublishedCheck(options.policy, registry, context);
  const listed = await imagesOf(request, registry);
  const progress = options.report ? await openProgress(options.report, options.resume ?? false) : undefined;
  const images = listed.filter((image) => !progress?.done.has(formatImageReference(image)));
  reporter.step(`Rebasing ${counted(images.length)}${skippedText(listed.length - images.length)}`);
  const counts = { rebased: 0, unchanged: 0, failed: 0 };
  const onResult = async (result: ManyResult) => {
    counts[result.outcome]++;
    stdout.write(`${lineOf(result)}\n`);
    await progress?.add(result);
  };
  const runImage = options.runImage ? { runImage: parseImageReference(options.runImage) } : {};
  const how = {
    registry,
    reporter,
    checkImages,
    force: options.force,
    concurrency: request.concurrency,
    ...runImage,
  };
  await closing(progress, () => rebaseMany({ images, ...how, onResult }));
  reporter.info(`${counts.rebased} rebased, ${counts.unchanged} unchanged, ${counts.failed} failed`);
  if (counts.failed > 0) throw incomplete(counts.failed, options);
}

/** The provenance of an image would list the inputs of the other images. */
const unsignable = (): CnbError =>
  new CnbError(
    "ARGUMENT_INVALID",
    "--sign-key and --signing-config cannot be used with --from or --filter, because they sign only one image",
    {
      hint: "Sign the images with cnb sign after the rebase.",
    },
  );

async function imagesOf(request: FleetRequest, registry: RegistryOptions): Promise<readonly ImageReference[]> {
  const { shard } = request;
  if (request.kind === "filtered") return imagesMatching(namePattern(request.pattern), registry, shard);
  const listed = await readImageList(request.file);
  return shard ? listed.filter((image) => isInShard(shardName(image), shard)) : listed;
}

async function closing(progress: ProgressFile | undefined, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await progress?.close();
  }
}

const counted = (count: number): string => (count === 1 ? "1 image" : `${count} images`);
const skippedText = (count: number): string => (count === 0 ? "" : `, ${count} skipped: the report marks them as done`);

const lineOf = (result: ManyResult): string =>
  result.outcome === "failed"
    ? `failed ${result.image}: ${result.message}`
    : `${result.outcome} ${result.image} ${result.digest}`;

const incomplete = (count: number, { report }: RebaseFlags): CnbError =>
  new CnbError("REBASE_INCOMPLETE", `${counted(count)} could not be rebased; all others use the new run image`, {
    hint: report
      ? "Fix the causes, and run the command again with --resume."
      : "Fix the causes, and run the command again. With --report FILE, a later run with --resume skips the images that are done.",
  });
