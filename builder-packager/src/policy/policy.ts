import { dirname, resolve } from "node:path";
import { invalidConfig } from "../config/problems.ts";
import { readConfigFile } from "../config/read-file.ts";
import { keyPositions, type Position } from "../config/toml-keys.ts";
import { CnbError } from "../errors.ts";
import { parsePurl } from "./components/purl.ts";
import { rangeFor, type VersionRange } from "./components/version-range.ts";
import type { PolicyToml } from "./policy-schema.ts";
import { parsePolicyToml } from "./policy-toml.ts";

/** A policy with compiled version ranges, and the positions of its keys. */
export interface Policy extends PolicyToml {
  /** The absolute path of the file. */
  readonly file: string;
  readonly positions: ReadonlyMap<string, Position>;
  /** The version ranges by the path of their table, such as `components.deny[0]`. */
  readonly ranges: ReadonlyMap<string, VersionRange>;
}

/**
 * Reads a policy.
 *
 * @param path relative to `cwd`
 * @throws CnbError POLICY_INVALID, ARGUMENT_INVALID for a file that cannot be read
 */
export async function readPolicy(path: string, cwd: string): Promise<Policy> {
  const file = resolve(cwd, path);
  const bytes = await readConfigFile(file, {
    unreadable: (reason) =>
      new CnbError("ARGUMENT_INVALID", `cannot read ${path}: ${reason}`, {
        hint: "Pass the path of a policy.toml with --policy.",
      }),
    tooLarge: (reason) =>
      new CnbError("POLICY_INVALID", `${path} ${reason}`, { hint: "Split the policy into several files." }),
  });
  return compiledPolicy(parsePolicyToml(bytes, path), { file, shown: path, source: new TextDecoder().decode(bytes) });
}

/**
 * Compiles the version ranges of a policy.
 *
 * @throws CnbError POLICY_INVALID
 */
export async function compiledPolicy(
  policy: PolicyToml,
  { file, shown, source }: { readonly file: string; readonly shown: string; readonly source: string },
): Promise<Policy> {
  const ranges = new Map<string, VersionRange>();
  const issues = [];
  for (const { path, type, range } of writtenRanges(policy)) {
    const compiled = await rangeFor(type, range);
    if (compiled) ranges.set(path, compiled);
    else
      issues.push({
        path: `${path}.version`,
        message: `${JSON.stringify(range)} is not a range of versions such as ">=1.2, <2"`,
      });
  }
  if (issues.length > 0)
    throw invalidConfig("POLICY_INVALID", { file: shown, source, issues, hint: "Correct the keys named above." });
  return { ...policy, file, positions: keyPositions(source), ranges };
}

interface WrittenRange {
  readonly path: string;
  readonly type: string;
  readonly range: string;
}

/** Buildpacks have semantic versions, like packages of npm. */
function writtenRanges({ buildpacks, components }: PolicyToml): readonly WrittenRange[] {
  const own = (buildpacks?.allow ?? []).flatMap(({ version: range }, index) =>
    range === undefined ? [] : [{ path: `buildpacks.allow[${index}]`, type: "npm", range }],
  );
  const others = (["deny", "require"] as const).flatMap((list) =>
    (components?.[list] ?? []).flatMap(({ purl, version: range }, index) => {
      const { type = "", version } = parsePurl(purl) ?? {};
      const path = `components.${list}[${index}]`;
      if (range !== undefined) return [{ path, type, range }];
      return version === undefined ? [] : [{ path, type: "", range: `=${version}` }];
    }),
  );
  return [...own, ...others];
}

/** Returns the directory to which the paths in a policy are relative. */
export const policyDir = ({ file }: Policy): string => dirname(file);
