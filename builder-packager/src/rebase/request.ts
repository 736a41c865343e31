import { CnbError } from "../errors.ts";

/** The options of a rebase on the command line. */
export type RebaseRequest =
  | { readonly kind: "one"; readonly image: string }
  | { readonly kind: "listed"; readonly file: string; readonly concurrency: number }
  | { readonly kind: "filtered"; readonly pattern: string; readonly concurrency: number };

/** The flags that decide. */
export interface RequestFlags {
  readonly from?: string;
  readonly filter?: string;
  readonly concurrency: string;
  readonly previousImage?: string;
  readonly tag: readonly string[];
  readonly resume?: boolean;
  readonly report?: string;
}

/**
 * Checks the arguments in combination.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function checkedRequest(image: string | undefined, flags: RequestFlags): RebaseRequest {
  const { from, filter, previousImage, tag, resume, report } = flags;
  const named = [image, from, filter].filter((each) => each !== undefined);
  if (named.length !== 1)
    throw invalid(
      named.length === 0 ? "there is no image to rebase" : "an image, --from and --filter exclude each other",
      "Name an image, or a list of them with --from, or those of a registry with --filter.",
    );
  if (image !== undefined) {
    if (resume)
      throw invalid("--resume needs several images", "Remove it: a single image that is up to date is left unchanged.");
    return { kind: "one", image };
  }
  if (previousImage !== undefined || tag.length > 0)
    throw invalid(
      "--previous-image and --tag work with one image only",
      "Remove them: several images keep their names.",
    );
  if (resume && report === undefined) throw invalid("--resume needs --report", "Name the report of the last run.");
  const concurrency = positive(flags.concurrency);
  if (from !== undefined) return { kind: "listed", file: from, concurrency };
  return { kind: "filtered", pattern: filter ?? "", concurrency };
}

function positive(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= 256) return number;
  throw invalid(
    `--concurrency ${text} is not a number from 1 to 256`,
    "Set it to the number of images to rebase at a time.",
  );
}

const invalid = (text: string, hint: string): CnbError => new CnbError("ARGUMENT_INVALID", text, { hint });
