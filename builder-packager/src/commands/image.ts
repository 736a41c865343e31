import type { Command } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { formatImageReference, type ImageReference, parseImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import { parsePlatform } from "./flags/inspect-flags.ts";
import { addValue } from "./flags/listed-values.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./flags/registry-flags.ts";

interface Flags extends RegistryFlags {
  readonly platform?: Platform;
}

interface AnnotateFlags extends Flags {
  readonly annotation: readonly string[];
  readonly tag?: string;
}

/** `cnb image`: commands for any image, not only those that cnb created. */
export function register(program: Command): void {
  const image = program.command("image").description("list, read, annotate and delete images");
  const add = (name: string, description: string) => image.command(name).description(description);
  registryFlags(add("tags", "list the tags of a repository").argument("<repository>", "REGISTRY/REPOSITORY")).action(
    tags,
  );
  registryFlags(withPlatform(add("digest", "print the digest of an image").argument("<image>", anyImage))).action(
    digest,
  );
  registryFlags(
    withPlatform(add("config", "print the configuration of an image as JSON").argument("<image>", anyImage)),
  ).action(config);
  registryFlags(
    withPlatform(add("manifest", "print the manifest or index of an image").argument("<image>", anyImage)),
  ).action(manifest);
  registryFlags(
    add("annotate", "add annotations to an image in a registry, which changes its digest")
      .argument("<image>", registryImage)
      .requiredOption("-a, --annotation <name=value>", "the annotation to add (repeatable)", addValue)
      .option("--tag <tag>", "the tag for the new image (default: the tag of <image>)"),
  ).action(annotate);
  registryFlags(
    add("delete", "delete tags from a registry; if the digest is given, delete the image with all its tags").argument(
      "<image...>",
      registryImage,
    ),
  ).action(deleteThem);
}

const anyImage = "REGISTRY/REPOSITORY:TAG, oci:DIR or oci-archive:FILE";
const registryImage = "REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST";

const withPlatform = (command: Command): Command =>
  command.option("--platform <os/arch>", "use the image for this platform instead of the image index", parsePlatform);

async function tags(repository: string, flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { listTags } = await import("../oci/registry/tags.ts");
  const found = await listTags(parseImageReference(repository), await registryOptions(flags, context));
  for (const tag of found) context.stdout.write(`${tag}\n`);
}

async function digest(name: string, flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { digest: found } = await manifestOf(name, flags, context);
  context.stdout.write(`${found}\n`);
}

async function manifest(name: string, flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { bytes } = await manifestOf(name, flags, context);
  context.stdout.write(bytes);
}

/** The stored manifest or index of the only image of a reference. */
async function manifestOf(name: string, flags: Flags, context: CommandContext) {
  const [{ openContent }, { imageFor }, { candidatesFor }] = await Promise.all([
    import("../copy/content.ts"),
    import("../copy/copy.ts"),
    import("../copy/platform-images.ts"),
  ]);
  const images = await openContent(parseImageReference(name), await registryOptions(flags, context));
  const [first, second] = candidatesFor(images, flags.platform);
  if (first !== undefined && second === undefined) return (await imageFor(first, flags.platform)).manifest;
  throw new CnbError("IMAGE_REFERENCE_INVALID", `${name} contains several images, but the command needs one`, {
    hint: "Add the name of one image, as in oci:DIR:NAME. To read one image of an archive, copy the archive to an OCI layout with cnb copy first.",
  });
}

async function config(name: string, flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const [{ readImage }, registry] = await Promise.all([import("../oci/image-io.ts"), registryOptions(flags, context)]);
  const { platform } = flags;
  const image = await readImage(parseImageReference(name), { registry, ...defined({ platform }) });
  context.stdout.write(`${JSON.stringify(image.config, null, 2)}\n`);
}

async function annotate(name: string, flags: AnnotateFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { annotateImage } = await import("../oci/registry/annotate.ts");
  const annotations = Object.fromEntries(flags.annotation.map(annotationIn));
  const { reference, digest: changed } = await annotateImage(
    parseImageReference(name),
    { annotations, tag: flags.tag },
    await registryOptions(flags, context),
  );
  context.stdout.write(`${formatImageReference({ ...reference, digest: changed })}\n`);
}

function annotationIn(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new CnbError("ARGUMENT_INVALID", `--annotation ${JSON.stringify(text)} is not NAME=VALUE`, {
    hint: "Write for example --annotation org.opencontainers.image.source=https://example.com/shop.",
  });
}

async function deleteThem(names: readonly string[], flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const references: readonly ImageReference[] = names.map(parseImageReference);
  const registry = await registryOptions(flags, context);
  const { deleteImage } = await import("../oci/registry/delete.ts");
  for (const reference of references) {
    await deleteImage(reference, registry);
    context.reporter.info(`Deleted ${formatImageReference(reference)}`);
  }
}
