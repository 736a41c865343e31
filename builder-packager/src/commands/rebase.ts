import { type Command, InvalidArgumentError } from "commander";
import { contextOf } from "../cli-context.ts";
import { defined } from "../defined.ts";
import { overridable, type RebaseCheck } from "../rebase/check-names.ts";
import { addListed, addValue } from "./flags/listed-values.ts";
import { outputSigning, outputSigningFlags } from "./flags/output-signing.ts";
import type { RebaseFlags } from "./flags/rebase-flags.ts";
import { registryFlags, verifyingOptions } from "./flags/registry-flags.ts";
import { policyFlag, unpublishedCheck } from "./policy/policy-flag.ts";

/**
 * `cnb rebase IMAGE`: rebases an image and prints the new digest. `cnb rebase --from FILE`: rebases
 * many images, with one line of JSON for each in the report.
 */
export function register(program: Command): void {
  const command = program
    .command("rebase")
    .description("move an app image onto a new version of its run image without rebuilding it")
    .argument(
      "[image]",
      "REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME",
    )
    .option("--run-image <image>", "the new run image (default: the one recorded in the app image)")
    .option("--previous-image <image>", "the image to rebase, if <image> is only the name of the result")
    .option("-t, --tag <image>", "an additional name to write the image to (repeatable)", addValue, [])
    .option(
      "--force <name>",
      `warn instead of failing if one of these checks fails: ${overridable.join(", ")} (repeatable or comma-separated)`,
      addChecks,
      [],
    )
    .option(
      "--report <file>",
      "file to write the lifecycle's report.toml to; for several images: a file with one JSON line per image",
    )
    .option("--from <file>", "rebase the images listed in a file, one per line (- for standard input)")
    .option(
      "--filter <pattern>",
      "rebase all images in a registry whose names match a pattern, for example example.com/shop/*:latest",
    )
    .option(
      "--shard <index/count>",
      "rebase only one part of the images, for example 1/8 on the first of eight machines; 0+1/8 if they are counted from 0",
    )
    .option("--concurrency <number>", "number of images rebased in parallel", "16")
    .addOption(policyFlag())
    .option("--resume", "skip images that the file of --report marks as done");
  registryFlags(outputSigningFlags(command)).action(rebase);
}

function addChecks(text: string, before: readonly RebaseCheck[]): readonly RebaseCheck[] {
  const names = addListed(text);
  if (!names.every(isOverridable))
    throw new InvalidArgumentError(`Use the name of a check that can be overridden: ${overridable.join(", ")}.`);
  return [...before, ...names];
}

const isOverridable = (name: string): name is RebaseCheck => overridable.some((each) => each === name);

async function rebase(image: string | undefined, options: RebaseFlags, command: Command): Promise<void> {
  const { checkedRequest } = await import("../rebase/request.ts");
  const request = checkedRequest(image, options);
  if (request.kind === "one") await rebaseOne(request.image, options, command);
  else await (await import("./rebase-many.ts")).rebaseAll(request, options, contextOf(command));
}

async function rebaseOne(name: string, options: RebaseFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { reporter, stdout } = context;
  const [{ rebaseApp }, { parseImageReference }] = await Promise.all([
    import("../rebase/rebase-image.ts"),
    import("../oci/model/reference.ts"),
  ]);
  // before the image is published: an update of the npm package can remove the module in the meantime
  const reports = options.report ? await import("../rebase/report.ts") : undefined;
  const output = parseImageReference(name);
  const tags = options.tag.map(parseImageReference);
  const { registry, artifacts } = await outputSigning(
    options,
    { command: "rebase", own: command, outputs: [output, ...tags], registry: await verifyingOptions(options, context) },
    context,
  );
  const report = await rebaseApp({
    image: options.previousImage ? parseImageReference(options.previousImage) : output,
    output,
    tags,
    ...defined({ runImage: options.runImage ? parseImageReference(options.runImage) : undefined }),
    force: options.force,
    checkImages: await unpublishedCheck(options.policy, registry, context),
    artifacts,
    registry,
    reporter,
  });
  const onMany = report.bases.length > 1;
  for (const { platform, reference, layers } of report.bases)
    reporter.info(`Run image${onMany ? ` for ${platform}` : ""}: ${reference} (${layers} layers)`);
  reporter.step(report.outcome === "rebased" ? `Rebased ${name}` : `${name} already uses this run image`);
  if (options.report) await reports?.saveReport(options.report, [output, ...tags], report.digest);
  stdout.write(`${report.digest}\n`);
}
