import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Returns the license in a package.json, as an SPDX id or expression if its author wrote one. Old
 * packages have a list `licenses`, which contains alternatives.
 *
 * @see https://docs.npmjs.com/cli/v11/configuring-npm/package-json#license
 */
export function licenseOf(packageJson: unknown): string | undefined {
  const { license, licenses } = (packageJson ?? {}) as Readonly<Record<"license" | "licenses", unknown>>;
  const names = [license ?? licenses ?? []].flat().flatMap((each) => nameOf(each) ?? []);
  return names.length > 1 ? `(${names.join(" OR ")})` : names[0];
}

/**
 * Reads the license of a package in a directory; `undefined` if the package has no license or no
 * package.json.
 */
export async function readLicense(dir: string): Promise<string | undefined> {
  const text = await readFile(join(dir, "package.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return licenseOf(JSON.parse(text));
  } catch {
    return undefined; // a broken file of a package does not make the build fail
  }
}

function nameOf(license: unknown): string | undefined {
  const name = typeof license === "object" && license !== null && "type" in license ? license.type : license;
  return typeof name === "string" && name.trim() !== "" ? name.trim() : undefined;
}
