import { inDir } from "@libcnb/app-kit/folders";
import { type App, UserError } from "libcnb";
import type { Settings } from "../contract.ts";

/** The directories of the app that contain packages. */
export interface Vendor {
  /** The directory that all packages are installed from, relative to the app. No index is used. */
  readonly only: string | undefined;
  /**
   * Directories relative to the app, and URLs, that are searched in addition to package indexes.
   */
  readonly additional: readonly string[];
}

/**
 * Finds the directories in BP_PIP_DEST_PATH and BP_PIP_FIND_LINKS that contain packages. If
 * BP_PIP_DEST_PATH is unset and the directory `vendor` contains packages, `vendor` is used.
 *
 * @throws UserError PYTHON_VENDOR_MISSING
 */
export async function vendorOf(app: App, dir: string, settings: Settings): Promise<Vendor> {
  const { BP_PIP_DEST_PATH: wanted, BP_PIP_FIND_LINKS: links = "" } = settings;
  const folder = inDir(dir, wanted?.replace(/^\.\/(?:\/+$)?|(?<!\/)\/+$/g, "") ?? "vendor");
  const hasSome = (await app.exists(folder)) && (await app.list(folder)).some((name) => isArchive.test(name));
  if (wanted !== undefined && !hasSome) throw missing(wanted);
  const additional = links.split(/\s+/).filter((each) => each !== "");
  return {
    only: hasSome ? folder : undefined,
    additional: additional.map((each) =>
      isAddress(each) ? each : inDir(dir, each.replace(/^\.\/(?:\/+$)?|(?<!\/)\/+$/g, "")),
    ),
  };
}

/** True if a text is a URL instead of a path. */
export const isAddress = (text: string): boolean => /^[\w+.-]+:\/\//.test(text);

const isArchive = /\.(whl|zip|tar\.(gz|bz2|xz)|tgz)$/;

const missing = (wanted: string): UserError =>
  new UserError("PYTHON_VENDOR_MISSING", `BP_PIP_DEST_PATH is "${wanted}", but that directory has no packages`, {
    hint: `Run "pip download --dest ${wanted} --requirement requirements.txt" for the platform of the image, and commit the directory.`,
  });
