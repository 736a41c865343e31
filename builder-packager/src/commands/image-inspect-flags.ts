import type { Command } from "commander";
import { CnbError } from "../errors.ts";
import { parseBytes, parseRatio, type WasteLimits } from "../inspect/waste-limits.ts";
import type { InspectFlags } from "./inspect-flags.ts";

/** What commander makes of the flags that only `cnb inspect` has. */
export interface ImageInspectFlags extends InspectFlags, WasteLimits {
  readonly layers?: boolean;
  readonly files?: boolean;
  readonly sbom?: boolean;
  readonly previous?: string;
  readonly html?: string;
  readonly exitCode?: boolean;
}

/** Adds them. */
export const imageInspectFlags = (command: Command): Command =>
  command
    .option("--layers", "read the files of all layers: what each has, and what of it nobody sees")
    .option("--previous <image>", "with the layers, which of them this image had already")
    .option("--html <file>", "write a page with all of it, the trees of files included")
    .option("--sbom", "read the bills of materials; of two images, which components changed")
    .option("--files", "of two images, which files changed")
    .option("--exit-code", "of two images, end with 1 when something changed")
    .option("--lowest-efficiency <ratio>", "end with 4 when dive's efficiency is lower, from 0 to 1", ratio)
    .option("--highest-wasted-bytes <size>", "end with 4 when dive counts more wasted bytes, for example 20MB", bytes)
    .option(
      "--highest-user-wasted-percent <ratio>",
      "end with 4 when more of what is above the first layer is wasted, from 0 to 1",
      ratio,
    );

const ratio = (text: string): number => parsed(text, parseRatio(text), "Give a number from 0 to 1, for example 0.95.");
const bytes = (text: string): number => parsed(text, parseBytes(text), "Give bytes, for example 500kB, 20MB or 1GiB.");

function parsed(text: string, value: number | undefined, hint: string): number {
  if (value !== undefined) return value;
  throw new CnbError("ARGUMENT_INVALID", `${JSON.stringify(text)} is no limit of waste`, { hint });
}

/** The limits among the flags. */
export const wasteLimits = (flags: ImageInspectFlags): WasteLimits => ({
  lowestEfficiency: flags.lowestEfficiency,
  highestWastedBytes: flags.highestWastedBytes,
  highestUserWastedPercent: flags.highestUserWastedPercent,
});

/** Whether flags ask for what is in the layers. */
export const looksInside = (flags: ImageInspectFlags): boolean =>
  flags.layers === true ||
  flags.previous !== undefined ||
  flags.html !== undefined ||
  Object.values(wasteLimits(flags)).some((limit) => limit !== undefined);

/** Flags that mean nothing for one image, and those that mean nothing for two. */
const forTwo = ["files", "exitCode"] as const;
const forOne = [
  "previous",
  "html",
  "lowestEfficiency",
  "highestWastedBytes",
  "highestUserWastedPercent",
] as const satisfies readonly (keyof ImageInspectFlags)[];

/** @throws CnbError ARGUMENT_INVALID for a flag that would have no effect. */
export function refuseUseless(flags: ImageInspectFlags, other: string | undefined): void {
  const useless = (other === undefined ? forTwo : forOne).find((name) => flags[name] !== undefined);
  if (useless === undefined) return;
  const flag = `--${useless.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new CnbError(
    "ARGUMENT_INVALID",
    `${flag} is for ${other === undefined ? "two images, and one is named" : "one image, and two are named"}`,
    { hint: other === undefined ? `Name the image to compare with, or leave out ${flag}.` : `Leave out ${flag}.` },
  );
}
