import { type Command, InvalidArgumentError } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";
import { overridable, type RebaseObjection } from "../rebase/objection-names.ts";
import { addListed, addValue } from "./flags/listed-values.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./flags/registry-flags.ts";

export interface RebaseFlags extends RegistryFlags {
  readonly runImage?: string;
  readonly previousImage?: string;
  readonly tag: readonly string[];
  readonly force: readonly RebaseObjection[];
  readonly from?: string;
  readonly filter?: string;
  readonly report?: string;
  readonly resume?: boolean;
  readonly concurrency: string;
}

/** `cnb rebase IMAGE`: the new digest on stdout. `cnb rebase --from FILE`: many images, one line of JSON each in the report. */
export function register(program: Command): void {
  const command = program
    .command("rebase")
    .description("move an app image onto a new version of its run image without rebuilding it")
    .argument(
      "[image]",
      "REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME",
    )
    .option("--run-image <image>", "the new run image (default: the one recorded in the app image)")
    .option("--previous-image <image>", "the image to rebase, if <image> is only the name for the result")
    .option("-t, --tag <image>", "an additional name to write the image to (repeatable)", addValue, [])
    .option(
      "--force <name>",
      `warn instead of failing if the new base differs in: ${overridable.join(", ")} (repeatable or comma-separated)`,
      addObjections,
      [],
    )
    .option("--report <file>", "file for the lifecycle's report.toml; for several images: one JSON line per image")
    .option("--from <file>", "rebase the images listed in a file, one per line (- for standard input)")
    .option("--filter <pattern>", "rebase all images in a registry that match, for example example.com/shop/*:latest")
    .option("--concurrency <number>", "number of images rebased in parallel", "16")
    .option("--resume", "skip images already marked done in the report");
  registryFlags(command).action(rebase);
}

function addObjections(text: string, before: readonly RebaseObjection[]): readonly RebaseObjection[] {
  const names = addListed(text);
  if (!names.every(isOverridable)) throw new InvalidArgumentError(`Allowed choices are ${overridable.join(", ")}.`);
  return [...before, ...names];
}

const isOverridable = (name: string): name is RebaseObjection => overridable.some((each) => each === name);

async function rebase(image: string | undefined, options: RebaseFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { checkedWish } = await import("../rebase/wish.ts");
  const wish = checkedWish(image, options);
  if (wish.kind === "one") await rebaseOne(wish.image, options, context);
  else await (await import("./rebase-many.ts")).rebaseAll(wish, options, context);
}

async function rebaseOne(name: string, options: RebaseFlags, context: CommandContext): Promise<void> {
  const { reporter, stdout } = context;
  const [{ rebaseApp }, { parseImageReference }, { saveReport }] = await Promise.all([
    import("../rebase/rebase-image.ts"),
    import("../oci/model/reference.ts"),
    import("../rebase/report.ts"),
  ]);
  const output = parseImageReference(name);
  const tags = options.tag.map(parseImageReference);
  const report = await rebaseApp({
    image: options.previousImage ? parseImageReference(options.previousImage) : output,
    output,
    tags,
    ...(options.runImage && { runImage: parseImageReference(options.runImage) }),
    force: options.force,
    registry: await registryOptions(options, context),
    reporter,
  });
  const onMany = report.bases.length > 1;
  for (const { platform, reference, layers } of report.bases)
    reporter.info(`Run image${onMany ? ` for ${platform}` : ""}: ${reference} (${layers} layers)`);
  reporter.step(report.outcome === "rebased" ? `Rebased ${name}` : `${name} already uses this run image`);
  if (options.report) await saveReport(options.report, [output, ...tags], report.digest);
  stdout.write(`${report.digest}\n`);
}
