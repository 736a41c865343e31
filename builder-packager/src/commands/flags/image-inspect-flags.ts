import { type Command, InvalidArgumentError } from "commander";
import { CnbError } from "../../errors.ts";
import { parseBytes, parseRatio, type WasteLimits } from "../../inspect/layers/waste-limits.ts";
import type { InspectFlags } from "./inspect-flags.ts";

/** The parsed options that only `cnb inspect` has, not the other `inspect` commands. */
export interface ImageInspectFlags extends InspectFlags, WasteLimits {
  readonly layers?: boolean;
  readonly files?: boolean;
  readonly sbom?: boolean;
  readonly previous?: string;
  readonly html?: string;
  readonly exitCode?: boolean;
}

/** Adds the options that only `cnb inspect` has, not the other `inspect` commands. */
export const imageInspectFlags = (command: Command): Command =>
  command
    .option("--layers", "list the files of each layer, and the files that later layers replace or delete")
    .option("--previous <image>", "with --layers: mark the layers that this earlier image also has")
    .option("--html <file>", "write an HTML page with all this information, including the file tree of each layer")
    .option("--sbom", "read the SBOMs; for two images, list the components that changed")
    .option("--files", "for two images, list the files that changed")
    .option("--exit-code", "for two images, exit with 1 if anything changed")
    .option(
      "--lowest-efficiency <ratio>",
      "exit with 4 if the efficiency of the layers, computed as in dive, is below this number from 0 to 1",
      ratio,
    )
    .option(
      "--highest-wasted-bytes <size>",
      "exit with 4 if later layers replace or delete more bytes than this, counted as in dive, for example 20MB",
      bytes,
    )
    .option(
      "--highest-user-wasted-percent <ratio>",
      "exit with 4 if the wasted share of the bytes above the first layer is larger than this number from 0 to 1",
      ratio,
    );

const ratio = (text: string): number => parsed(parseRatio(text), "Use a number from 0 to 1, for example 0.95.");
const bytes = (text: string): number => parsed(parseBytes(text), "Use a size, for example 500kB, 20MB or 1GiB.");

function parsed(value: number | undefined, hint: string): number {
  if (value !== undefined) return value;
  throw new InvalidArgumentError(hint);
}

/** Returns the limits of wasted space that the options of `cnb inspect` set. */
export const wasteLimits = (flags: ImageInspectFlags): WasteLimits => ({
  lowestEfficiency: flags.lowestEfficiency,
  highestWastedBytes: flags.highestWastedBytes,
  highestUserWastedPercent: flags.highestUserWastedPercent,
});

/** True if the options require that the files in the layers are read. */
export const looksInside = (flags: ImageInspectFlags): boolean =>
  flags.layers === true ||
  flags.previous !== undefined ||
  flags.html !== undefined ||
  Object.values(wasteLimits(flags)).some((limit) => limit !== undefined);

/** Flags without effect for one image, and those without effect for two. */
const forTwo = ["files", "exitCode"] as const;
const forOne = [
  "previous",
  "html",
  "lowestEfficiency",
  "highestWastedBytes",
  "highestUserWastedPercent",
] as const satisfies readonly (keyof ImageInspectFlags)[];

/**
 * Throws for options that would have no effect.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function refuseUseless(flags: ImageInspectFlags, other: string | undefined): void {
  const useless = (other === undefined ? forTwo : forOne).find((name) => flags[name] !== undefined);
  if (useless === undefined) return;
  const flag = `--${useless.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new CnbError(
    "ARGUMENT_INVALID",
    `${flag} needs ${other === undefined ? "two images, but one is given" : "one image, but two are given"}`,
    { hint: other === undefined ? `Add the image to compare with, or remove ${flag}.` : `Remove ${flag}.` },
  );
}
