import { parseToml } from "libcnb/spec";
import * as v from "valibot";
import { firstProblems, withCode } from "../config/problems.ts";
import { CnbError } from "../errors.ts";

const names = v.optional(
  v.array(v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9+.-]*$/, "is not the name of a Debian package"))),
  [],
);
const words = v.optional(v.array(v.pipe(v.string(), v.nonEmpty("must not be empty"))), []);
const text = v.optional(v.pipe(v.string(), v.nonEmpty("must not be empty")));
/** Ids above 2³¹ are refused by some kernels' file systems; 0 is root, which buildpacks must never be. */
const id = (what: string) =>
  v.optional(
    v.pipe(
      v.number(`must be the number of a ${what}`),
      v.integer(),
      v.minValue(1, "must not be root's"),
      v.maxValue(2 ** 31 - 1),
    ),
  );

const image = v.optional(v.strictObject({ packages: names, uid: id("user") }), {});

const schema = v.strictObject({
  name: text,
  id: text,
  description: text,
  maintainer: text,
  homepage: text,
  suite: text,
  components: words,
  mirrors: words,
  keyring: text,
  certificates: words,
  packages: names,
  without: names,
  build: image,
  run: image,
  user: v.optional(
    v.strictObject({
      name: v.optional(v.pipe(v.string(), v.regex(/^[a-z_][a-z0-9_-]{0,31}$/, "is not the name of a user"))),
      gid: id("group"),
    }),
    {},
  ),
  labels: v.optional(v.record(v.string(), v.string()), {}),
});

/** `base.toml`: what base images are made of. Every key has a flag of `cnb base create` that overrides or extends it. */
export type BaseToml = v.InferOutput<typeof schema>;

/**
 * Parses the description of base images; all mistakes are reported at once.
 *
 * @throws CnbError BASE_CONFIG_INVALID
 * @example `parseBaseToml('suite = "bookworm"\npackages = ["libc6"]', "base.toml")`
 */
export function parseBaseToml(source: string | Uint8Array, file: string): BaseToml {
  const table = withCode("BASE_CONFIG_INVALID", () => parseToml(source, file));
  const result = v.safeParse(schema, table);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `  ${v.getDotPath(issue) ?? "the file"}: ${problemOf(issue)}`);
  throw new CnbError("BASE_CONFIG_INVALID", [`${file} is not valid:`, ...firstProblems(problems)].join("\n"), {
    hint: "Correct the keys named above.",
  });
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "strict_object" && issue.expected === "never") return "is not a key of base.toml";
  if (issue.kind === "schema")
    return issue.type === "number" ? issue.message : `expected ${issue.expected}, got ${issue.received}`;
  return `${JSON.stringify(issue.input)} ${issue.message}`;
}
