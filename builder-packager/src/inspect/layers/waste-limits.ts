import { humanSize } from "../../text/human-size.ts";
import type { DiveFigures } from "../tree/dive-figures.ts";
import { percent } from "./layers-text.ts";

/** Limits for wasted space in an image, with the figures and rules of dive's `--ci`. */
export interface WasteLimits {
  /** The minimum efficiency, from 0 to 1. */
  readonly lowestEfficiency?: number | undefined;
  readonly highestWastedBytes?: number | undefined;
  /** The maximum ratio of wasted bytes, from 0 to 1. dive calls this ratio a percentage. */
  readonly highestUserWastedPercent?: number | undefined;
}

/** Returns one sentence for each limit that is exceeded. */
export function brokenLimits(limits: WasteLimits, figures: DiveFigures): readonly string[] {
  const { lowestEfficiency, highestWastedBytes, highestUserWastedPercent } = limits;
  const { efficiency, wastedBytes, userWastedRatio } = figures;
  const broken: string[] = [];
  if (lowestEfficiency !== undefined && lowestEfficiency > efficiency)
    broken.push(`its efficiency is ${percent(efficiency)}, less than ${percent(lowestEfficiency)}`);
  if (highestWastedBytes !== undefined && wastedBytes > highestWastedBytes)
    broken.push(`it wastes ${humanSize(wastedBytes)}, more than ${humanSize(highestWastedBytes)}`);
  if (highestUserWastedPercent !== undefined && highestUserWastedPercent < userWastedRatio)
    broken.push(
      `it wastes ${percent(userWastedRatio)} of what is above the first layer, more than ${percent(highestUserWastedPercent)}`,
    );
  return broken;
}

const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  ki: 2 ** 10,
  kib: 2 ** 10,
  mi: 2 ** 20,
  mib: 2 ** 20,
  gi: 2 ** 30,
  gib: 2 ** 30,
  ti: 2 ** 40,
  tib: 2 ** 40,
};

/**
 * Parses a size as dive does: `20MB` is 20,000,000 bytes and `20MiB` is 20,971,520. Returns
 * undefined for another form.
 */
export function parseBytes(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = units[unit.toLowerCase()];
  return digits === undefined || factor === undefined ? undefined : Math.floor(Number(digits) * factor);
}

/** Parses a number from 0 to 1. Returns undefined for any other text. */
export const parseRatio = (text: string): number | undefined =>
  /^(0|1|0?\.\d+|0\.\d*|1\.0*)$/.test(text) ? Number(text) : undefined;
