import { boolean, type Decoded, list, oneOf, optional, string, table } from "libcnb/spec";
import type { KnownKeys } from "../../config/unknown-keys.ts";

const moduleSource = table({
  id: optional(string),
  version: optional(string),
  uri: optional(string),
  image: optional(string),
});
const member = table({
  id: string,
  version: optional(string),
  optional: optional(boolean),
  "exec-env": optional(list(string)),
});
const group = table({ group: list(member) });
const variable = table({
  name: string,
  value: string,
  suffix: optional(oneOf("", "default", "override", "append", "prepend")),
  delim: optional(string),
  "exec-env": optional(list(string)),
});
const members = table({ buildpacks: optional(list(member)) });

/** The schema of builder.toml. Conflicts between values are checked after decoding. */
export const builderTomlSchema = table({
  description: optional(string),
  buildpacks: optional(list(moduleSource)),
  extensions: optional(list(moduleSource)),
  order: optional(list(group)),
  "order-extensions": optional(list(group)),
  stack: optional(
    table({
      id: optional(string),
      "build-image": optional(string),
      "run-image": optional(string),
      "run-image-mirrors": optional(list(string)),
    }),
  ),
  lifecycle: optional(table({ uri: optional(string), version: optional(string) })),
  run: optional(table({ images: optional(list(table({ image: string, mirrors: optional(list(string)) }))) })),
  build: optional(table({ image: optional(string), env: optional(list(variable)) })),
  targets: optional(
    list(
      table({
        os: string,
        arch: string,
        variant: optional(string),
        distros: optional(list(table({ name: string, version: optional(string) }))),
      }),
    ),
  ),
  system: optional(table({ pre: optional(members), post: optional(members) })),
});

/** builder.toml before conversion. */
export type RawBuilderToml = Decoded<typeof builderTomlSchema>;

// pack decodes what a buildpack says of itself here, too, and makes nothing of it but of id, version and exec-env
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

/** All keys that pack reads; other keys are refused, as by pack. */
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
};
