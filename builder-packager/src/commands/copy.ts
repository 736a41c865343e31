import type { Command } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";
import type { CopiedImage } from "../copy/copy.ts";
import { CnbError } from "../errors.ts";
import { type ImageReference, parseImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { imageOrPackage, packageFile } from "./flags/image-or-package.ts";
import { parsePlatform } from "./flags/inspect-flags.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./flags/registry-flags.ts";

interface Flags extends RegistryFlags {
  readonly from?: string;
  readonly runImages?: boolean;
  readonly referrers: boolean;
  readonly platform?: Platform;
  readonly json?: boolean;
}

/** `cnb copy SOURCE… DESTINATION`: copies images, and prints the digest of each. */
export function register(program: Command): void {
  const command = program
    .command("copy")
    .description("copy images between registries, layouts and archives without changing their digests")
    .argument("<images...>", "the images to copy, and last the destination")
    .usage("[options] <image...> <destination>")
    .option("--from <file>", "also copy the images listed in a file, one per line (- for standard input)")
    .option("--run-images", "also copy the run images that builders and app images name")
    .option("--no-referrers", "leave out signatures, SBOMs and other attached artifacts")
    .option("--platform <os/arch>", "copy only the image for this platform", parsePlatform)
    .option("--json", "print one line of JSON for each image");
  registryFlags(command).action(copy);
}

async function copy(names: readonly string[], flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { reporter, stdout } = context;
  const [{ copyImages }, { parseDestination }] = await Promise.all([
    import("../copy/copy.ts"),
    import("../copy/destination.ts"),
  ]);
  const to = destinationIn(names, flags);
  const destination = packageFile(to) ?? parseDestination(to);
  const registry = await registryOptions(flags, context);
  const { readImageList } = await import("../rebase/image-list.ts");
  const listed = flags.from === undefined ? [] : await readImageList(flags.from);
  const named = [...names.slice(0, -1).map(imageOrPackage), ...listed];
  const sources = flags.runImages ? await withRunImages(named, registry, context) : named;
  const { platform, referrers } = flags;
  const onStart = ({ from, to }: { readonly from: string; readonly to: string }) =>
    reporter.step(`Copying ${from} to ${to}`);
  const copied = await copyImages(sources, destination, { registry, platform, referrers, onStart });
  for (const line of await summaries(copied)) reporter.info(line);
  for (const image of copied) stdout.write(`${flags.json ? JSON.stringify(image) : `${image.to}@${image.digest}`}\n`);
}

function destinationIn(names: readonly string[], { from }: Flags): string {
  const last = names.at(-1);
  if (last !== undefined && (names.length > 1 || from !== undefined)) return last;
  throw new CnbError("ARGUMENT_INVALID", "cnb copy needs two arguments, an image and a destination", {
    hint: "Write cnb copy IMAGE DESTINATION, for example cnb copy example.com/app:1 oci-archive:app.tar.",
  });
}

/** The images and the run images that they name, each once. */
async function withRunImages(
  images: readonly ImageReference[],
  registry: RegistryOptions,
  { reporter }: CommandContext,
): Promise<readonly ImageReference[]> {
  const [{ namedRunImages }, { formatImageReference }] = await Promise.all([
    import("../rebase/named-run-images.ts"),
    import("../oci/model/reference.ts"),
  ]);
  const all = new Map(images.map((image) => [formatImageReference(image), image]));
  for (const image of images) {
    const names = await namedRunImages(image, registry);
    if (names.length === 0) reporter.warn(`${formatImageReference(image)} names no run image`);
    for (const name of names) {
      const found = parseImageReference(name);
      all.set(formatImageReference(found), found);
    }
  }
  return [...all.values()];
}

/** One line for each image, and one for images that share an archive. */
async function summaries(copied: readonly CopiedImage[]): Promise<readonly string[]> {
  const { humanSize } = await import("../text/human-size.ts");
  const counts = new Map(copied.map(({ blobs, from }) => [blobs, from]));
  return [...counts].map(([{ copied: sent, bytes, present }, from]) => {
    const transferred = `${sent} blobs copied (${humanSize(bytes)}), ${present} already there`;
    return counts.size === 1 ? transferred : `${from}: ${transferred}`;
  });
}
