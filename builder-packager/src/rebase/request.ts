import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { parseShard, type Shard } from "./shard.ts";

/** The images to rebase, as given on the command line. */
export type RebaseRequest =
  | { readonly kind: "one"; readonly image: string }
  | ({ readonly kind: "listed"; readonly file: string } & FleetSettings)
  | ({ readonly kind: "filtered"; readonly pattern: string } & FleetSettings);

/** The settings for several images. */
interface FleetSettings {
  readonly concurrency: number;
  /** The part of the images to rebase. @default all images */
  readonly shard?: Shard;
}

/** The flags that select the images to rebase. */
export interface RequestFlags {
  readonly from?: string;
  readonly filter?: string;
  readonly shard?: string;
  readonly concurrency: string;
  readonly previousImage?: string;
  readonly tag: readonly string[];
  readonly resume?: boolean;
  readonly report?: string;
}

/**
 * Determines the images to rebase. Throws for options that cannot be combined.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function checkedRequest(image: string | undefined, flags: RequestFlags): RebaseRequest {
  const { from, filter, shard, previousImage, tag, resume, report } = flags;
  const named = [image, from, filter].filter((each) => each !== undefined);
  if (named.length !== 1)
    throw invalid(
      named.length === 0 ? "there is no image to rebase" : "an image, --from and --filter cannot be used together",
      "Pass either an image, a list of images with --from, or a pattern for images in a registry with --filter.",
    );
  if (image !== undefined) {
    if (resume)
      throw invalid(
        "--resume needs several images",
        "Remove --resume: rebasing an image that is up to date leaves it unchanged.",
      );
    if (shard !== undefined)
      throw invalid("--shard needs several images", "Remove --shard, or select images with --from or --filter.");
    return { kind: "one", image };
  }
  if (previousImage !== undefined || tag.length > 0)
    throw invalid(
      "--previous-image and --tag work with one image only",
      "Remove these options: with several images, each image keeps its name.",
    );
  if (resume && report === undefined)
    throw invalid("--resume needs --report", "Pass the report of the last run with --report FILE.");
  const settings = {
    concurrency: positive(flags.concurrency),
    ...defined({ shard: shard === undefined ? undefined : parseShard(shard) }),
  };
  if (from !== undefined) return { kind: "listed", file: from, ...settings };
  return { kind: "filtered", pattern: filter ?? "", ...settings };
}

function positive(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= 256) return number;
  throw invalid(
    `--concurrency ${text} is not a number from 1 to 256`,
    "Set --concurrency to the number of images to rebase in parallel.",
  );
}

const invalid = (text: string, hint: string): CnbError => new CnbError("ARGUMENT_INVALID", text, { hint });
