import { type Command, InvalidArgumentError } from "commander";
import { CnbError } from "../../errors.ts";
import { parseBytes, parseRatio, type WasteLimits } from "../../inspect/layers/waste-limits.ts";
import type { InspectFlags } from "./inspect-flags.ts";

/** The parsed flags of `cnb inspect` that the other `inspect` commands do not have. */
export interface ImageInspectFlags extends InspectFlags, WasteLimits {
  readonly layers?: boolean;
  readonly files?: boolean;
  readonly sbom?: boolean;
  readonly previous?: string;
  readonly html?: string;
  readonly exitCode?: boolean;
}

/** Adds the flags of `cnb inspect` that the other `inspect` commands do not have. */
export const imageInspectFlags = (command: Command): Command =>
  command
    .option("--layers", "read the files of all layers: what each contains, and what later layers hide")
    .option("--previous <image>", "with --layers: mark layers that this earlier image already had")
    .option("--html <file>", "write an HTML page with everything, including file trees")
    .option("--sbom", "read the SBOMs; for two images, list the components that changed")
    .option("--files", "for two images, list the files that changed")
    .option("--exit-code", "for two images, exit with 1 if anything changed")
    .option(
      "--lowest-efficiency <ratio>",
      "exit with 4 if the efficiency, as dive computes it, is below this value from 0 to 1",
      ratio,
    )
    .option(
      "--highest-wasted-bytes <size>",
      "exit with 4 if more bytes are wasted, as dive counts them, for example 20MB",
      bytes,
    )
    .option(
      "--highest-user-wasted-percent <ratio>",
      "exit with 4 if a larger share of the bytes above the first layer is wasted, from 0 to 1",
      ratio,
    );

const ratio = (text: string): number => parsed(parseRatio(text), "Use a number from 0 to 1, for example 0.95.");
const bytes = (text: string): number => parsed(parseBytes(text), "Use a size, for example 500kB, 20MB or 1GiB.");

function parsed(value: number | undefined, hint: string): number {
  if (value !== undefined) return value;
  throw new InvalidArgumentError(hint);
}

/** Returns the limits of wasted space that the flags set. */
export const wasteLimits = (flags: ImageInspectFlags): WasteLimits => ({
  lowestEfficiency: flags.lowestEfficiency,
  highestWastedBytes: flags.highestWastedBytes,
  highestUserWastedPercent: flags.highestUserWastedPercent,
});

/** True if the flags require reading the files in the layers. */
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

/** Refuses flags that would have no effect. @throws CnbError ARGUMENT_INVALID */
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
