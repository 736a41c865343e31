import { inDir } from "@libcnb/app-kit/folders";
import { type App, UserError } from "libcnb";
import type { Settings } from "../config.ts";

/** The directories of packages in the app. */
export interface Vendor {
  /** Relative to the app: all packages are taken from there, without asking an index. */
  readonly only: string | undefined;
  /** Folders relative to the app, and addresses, that are looked at besides. */
  readonly additional: readonly string[];
}

/**
 * The package directories in BP_PIP_DEST_PATH and BP_PIP_FIND_LINKS. If the former is unset,
 * `vendor` is used if it contains packages.
 *
 * @throws UserError PYTHON_VENDOR_MISSING
 */
export async function vendorOf(app: App, dir: string, settings: Settings): Promise<Vendor> {
  const { BP_PIP_DEST_PATH: wanted, BP_PIP_FIND_LINKS: links = "" } = settings;
  const folder = inDir(dir, wanted?.replace(/^\.\/|\/+$/g, "") ?? "vendor");
  const hasSome = (await app.exists(folder)) && (await app.list(folder)).some((name) => isArchive.test(name));
  if (wanted !== undefined && !hasSome) throw missing(wanted);
  const additional = links.split(/\s+/).filter((each) => each !== "");
  return {
    only: hasSome ? folder : undefined,
    additional: additional.map((each) => (isAddress(each) ? each : inDir(dir, each.replace(/^\.\/|\/+$/g, "")))),
  };
}

/** True if a text is a URL, not a path. */
export const isAddress = (text: string): boolean => /^[\w+.-]+:\/\//.test(text);

const isArchive = /\.(whl|zip|tar\.(gz|bz2|xz)|tgz)$/;

const missing = (wanted: string): UserError =>
  new UserError("PYTHON_VENDOR_MISSING", `BP_PIP_DEST_PATH is "${wanted}", but no packages are there`, {
    hint: `Fill it with: pip download --dest ${wanted} --requirement requirements.txt; for the platform of the image, and commit it.`,
  });
