import * as v from "valibot";
import { object } from "../schema.ts";

// Both become names of directories in a builder. Ids with "_" are not of the specification, but pack lets them pass.
const idPattern = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/;
const versionPattern = /^[A-Za-z0-9._+-]+$/;
const reservedNames = [".", "..", "__proto__"];

export function isId(name: string): boolean {
  return idPattern.test(name) && !name.split("/").some((part) => reservedNames.includes(part));
}

export function isVersion(number: string): boolean {
  return versionPattern.test(number) && !reservedNames.includes(number);
}

const text = v.optional(v.nullable(v.string()));
const texts = v.optional(v.nullable(v.array(v.string())));
const list = <Item extends v.GenericSchema>(item: Item) => v.optional(v.nullable(v.array(item)));
const id = v.pipe(v.string(), v.check(isId, "not an id of a buildpack or extension"));
const version = v.pipe(v.string(), v.check(isVersion, "not a version of a buildpack or extension"));

const member = object({ id: v.string(), version: text, optional: v.optional(v.boolean()), "exec-env": texts });
const distro = object({ name: v.string(), version: text });
const target = object({ os: text, arch: text, variant: text, distros: list(distro) });
const stacks = list(object({ id: v.string(), mixins: texts }));
// in the order of pack's fields, which is the order of the decoded ones
export const factsSchema = object({
  api: v.string(),
  stacks,
  targets: list(target),
  order: list(object({ group: v.array(member) })),
  layerDiffID: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/, "expected a sha256 digest")),
  homepage: text,
  name: text,
});

export const descriptionSchema = object({
  id,
  version,
  name: text,
  description: text,
  homepage: text,
  keywords: texts,
  "exec-env": texts,
  licenses: list(object({ Type: text, URI: text })),
  "clear-env": v.optional(v.nullable(v.boolean())),
  stacks,
});
