import { readAsset } from "engine:payload";
import { codedError } from "./errors.ts";
import { checkString } from "./internal/checks.ts";
import { TextDecoder } from "./text.ts";

/**
 * Always returns true: the program and its assets are one file, like a single executable
 * application of Node.js.
 */
export function isSea(): boolean {
  return true;
}

export function getRawAsset(name: string): ArrayBuffer {
  checkString(name, "key");
  const asset = readAsset(name);
  if (asset === undefined) {
    throw codedError(
      Error,
      "ERR_SINGLE_EXECUTABLE_APPLICATION_ASSET_NOT_FOUND",
      `Cannot find asset ${name} for the single executable application`,
    );
  }
  return asset;
}

export function getAsset(name: string, encoding?: string): string | ArrayBuffer {
  if (encoding !== undefined) {
    checkString(encoding, "encoding");
  }
  const asset = getRawAsset(name);
  return encoding === undefined ? asset.slice(0) : new TextDecoder(encoding).decode(asset);
}

export default { getAsset, getRawAsset, isSea };
