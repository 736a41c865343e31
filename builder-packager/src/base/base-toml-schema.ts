import * as v from "valibot";
import type { KnownKeys } from "../config/unknown-keys.ts";
import { object, record } from "../schema.ts";

/**
 * The variants of base images. `minimal`: the named packages and their dependencies. `distroless`:
 * the same without any shell, package manager or Perl. `full`: also the distribution's essential
 * packages, and the complete database of dpkg.
 */
export const variants = ["minimal", "distroless", "full"] as const;

export type Variant = (typeof variants)[number];

const stage = v.picklist(["build", "run"], 'must be "build" or "run"');
const text = v.pipe(v.string(), v.nonEmpty("must not be empty"));
const matching = (pattern: RegExp, message: string) => v.pipe(v.string(), v.regex(pattern, message));

export const packageName = matching(/^[a-z0-9][a-z0-9+.-]*$/, "is not the name of a Debian package");
const accountName = matching(/^[a-z_][a-z0-9_-]{0,31}$/, "is not the name of a user or group");
const absolutePath = matching(/^\/(?!$)(?!(.*\/)?\.\.(\/|$))[^\0]*$/, "is not an absolute path of a file");
export const timeZone = matching(/^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)*$/, "is not the name of a time zone");
export const locale = matching(
  /^(C|POSIX|[a-z]{2,3}_[A-Z]{2})(\.[A-Za-z0-9-]+)?(@[a-z]+)?$/,
  "is not the name of a locale",
);

/**
 * An id below 2³¹, because some kernels' file systems refuse greater ones; 0 is root, which
 * buildpacks must not be.
 */
const id = (what: string) =>
  v.pipe(
    v.number(`must be the numeric id of a ${what}`),
    v.integer(),
    v.minValue(1, "must not be 0 (root)"),
    v.maxValue(2 ** 31 - 1),
  );

/**
 * The schema of the name of an environment variable. Names of variables that buildpacks and the
 * lifecycle read from the image are refused.
 */
export const variableName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is not the name of an environment variable"),
  v.regex(
    /^(?!CNB_(USER_ID|GROUP_ID|STACK_ID)$)/,
    "cannot be set here: cnb sets it from the user ids and the id of the images",
  ),
);
const env = record(variableName, v.pipe(v.string(), v.regex(/^[^\0]*$/, "has a NUL character")));
const labels = record(text, v.string());
const names = v.optional(v.array(packageName), []);
const words = v.optional(v.array(text), []);

/** Octal digits as a string, or TOML's `0o644`. */
const mode = v.union(
  [
    v.pipe(
      v.string(),
      v.regex(/^[0-7]{3,4}$/),
      v.transform((digits) => Number.parseInt(digits, 8)),
    ),
    v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o7777)),
  ],
  "is not a mode of three or four octal digits",
);

const file = object({
  path: absolutePath,
  source: v.optional(text),
  content: v.optional(v.string()),
  link: v.optional(text),
  directory: v.optional(v.literal(true)),
  mode: v.optional(mode),
  owner: v.optional(matching(/^([a-z_][a-z0-9_-]*|\d{1,9}:\d{1,9})$/, "is not a user's name or UID:GID")),
  image: v.optional(stage),
});

const account = object({
  name: accountName,
  uid: id("user"),
  gid: v.optional(id("group")),
  home: v.optional(absolutePath),
  shell: v.optional(absolutePath),
  image: v.optional(stage),
});

const group = object({
  name: accountName,
  gid: id("group"),
  members: v.optional(v.array(accountName), []),
  image: v.optional(stage),
});

const image = v.optional(
  object({
    packages: names,
    uid: v.optional(id("user")),
    variant: v.optional(v.picklist(variants)),
    extend: v.optional(text),
    description: v.optional(text),
    env: v.optional(env, {}),
    labels: v.optional(labels, {}),
  }),
  {},
);

export const baseTomlSchema = object({
  name: v.optional(text),
  id: v.optional(text),
  description: v.optional(text),
  maintainer: v.optional(text),
  homepage: v.optional(text),
  suite: v.optional(text),
  components: words,
  architectures: words,
  variant: v.optional(v.picklist(variants)),
  extend: v.optional(text),
  mirrors: words,
  "allow-unsigned": v.optional(v.boolean(), false),
  keyring: v.optional(text),
  certificates: words,
  packages: names,
  without: names,
  timezone: v.optional(timeZone),
  locale: v.optional(locale),
  env: v.optional(env, {}),
  labels: v.optional(labels, {}),
  build: image,
  run: image,
  user: v.optional(object({ name: v.optional(accountName), gid: v.optional(id("group")) }), {}),
  users: v.optional(v.array(account), []),
  groups: v.optional(v.array(group), []),
  files: v.optional(v.array(file), []),
});

const keysOf = (...keys: readonly string[]): KnownKeys => Object.fromEntries(keys.map((key) => [key, true]));
const imageKeys = keysOf("packages", "uid", "variant", "extend", "description", "env", "labels");

/** All known keys of `base.toml`. */
export const baseTomlKeys: KnownKeys = {
  ...keysOf(...Object.keys(baseTomlSchema.entries)),
  build: imageKeys,
  run: imageKeys,
  user: keysOf("name", "gid"),
  users: keysOf(...Object.keys(account.entries)),
  groups: keysOf(...Object.keys(group.entries)),
  files: keysOf(...Object.keys(file.entries)),
};
