import { parseToml } from "libcnb/spec";
import * as v from "valibot";
import { defined } from "../defined.ts";
import { object, record } from "../schema.ts";

const schema = object({
  "default-builder-image": v.optional(v.string()),
  "trusted-builders": v.optional(v.array(object({ name: v.string() })), []),
  "run-images": v.optional(v.array(object({ image: v.string(), mirrors: v.optional(v.array(v.string()), []) })), []),
  "registry-mirrors": v.optional(record(v.string(), v.string()), {}),
});

/** Decodes pack's configuration file. Throws an error if it is malformed. */
export function decodePackConfig(source: Uint8Array, file: string) {
  const toml = v.parse(schema, parseToml(source, file));
  return {
    ...defined({ defaultBuilder: toml["default-builder-image"] || undefined }),
    trustedBuilders: toml["trusted-builders"].map(({ name }) => name),
    runImages: toml["run-images"],
    registryMirrors: toml["registry-mirrors"],
  };
}
