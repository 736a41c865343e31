import { s } from "libcnb/internal";
import type { KnownKeys } from "../../config/unknown-keys.ts";
import { verifyKeys, verifySchema } from "../../config/verification/verify-rules.ts";

const moduleSource = s.table({
  id: s.optional(s.string),
  version: s.optional(s.string),
  uri: s.optional(s.string),
  image: s.optional(s.string),
});
const member = s.table({
  id: s.string,
  version: s.optional(s.string),
  optional: s.optional(s.boolean),
  "exec-env": s.optional(s.list(s.string)),
});
const group = s.table({ group: s.list(member) });
const variable = s.table({
  name: s.string,
  value: s.string,
  suffix: s.optional(s.oneOf("", "default", "override", "append", "prepend")),
  delim: s.optional(s.string),
  "exec-env": s.optional(s.list(s.string)),
});
const members = s.table({ buildpacks: s.optional(s.list(member)) });

/** The schema of builder.toml. Conflicts between values are checked after decoding. */
export const builderTomlSchema = s.table({
  description: s.optional(s.string),
  buildpacks: s.optional(s.list(moduleSource)),
  extensions: s.optional(s.list(moduleSource)),
  order: s.optional(s.list(group)),
  "order-extensions": s.optional(s.list(group)),
  stack: s.optional(
    s.table({
      id: s.optional(s.string),
      "build-image": s.optional(s.string),
      "run-image": s.optional(s.string),
      "run-image-mirrors": s.optional(s.list(s.string)),
    }),
  ),
  lifecycle: s.optional(s.table({ uri: s.optional(s.string), version: s.optional(s.string) })),
  run: s.optional(
    s.table({ images: s.optional(s.list(s.table({ image: s.string, mirrors: s.optional(s.list(s.string)) }))) }),
  ),
  build: s.optional(s.table({ image: s.optional(s.string), env: s.optional(s.list(variable)) })),
  targets: s.optional(
    s.list(
      s.table({
        os: s.string,
        arch: s.string,
        variant: s.optional(s.string),
        distros: s.optional(s.list(s.table({ name: s.string, version: s.optional(s.string) }))),
      }),
    ),
  ),
  system: s.optional(s.table({ pre: s.optional(members), post: s.optional(members) })),
  verify: s.optional(verifySchema),
});

/** The content of builder.toml, before older keys are converted to newer ones. */
export type RawBuilderToml = s.Decoded<typeof builderTomlSchema>;

// pack also decodes a buildpack's own description here, but uses only id, version and exec-env
const described: KnownKeys = {
  id: true,
  version: true,
  name: true,
  description: true,
  homepage: true,
  keywords: true,
  licenses: { type: true, uri: true },
  "exec-env": true,
  "clear-env": true,
};
const moduleKeys: KnownKeys = { ...described, uri: true, image: true };
const memberKeys: KnownKeys = { ...described, optional: true };
const systemKeys: KnownKeys = { buildpacks: memberKeys };

/** The keys of builder.toml that pack reads, and `verify`. Other keys are refused, as by pack. */
export const builderTomlKeys: KnownKeys = {
  description: true,
  buildpacks: moduleKeys,
  extensions: moduleKeys,
  order: { group: memberKeys },
  "order-extensions": { group: memberKeys },
  stack: { id: true, "build-image": true, "run-image": true, "run-image-mirrors": true },
  lifecycle: { uri: true, version: true },
  run: { images: { image: true, mirrors: true } },
  build: { image: true, env: { name: true, value: true, suffix: true, delim: true, "exec-env": true } },
  targets: { os: true, arch: true, variant: true, distros: { name: true, version: true } },
  system: { pre: systemKeys, post: systemKeys },
  verify: verifyKeys,
};
