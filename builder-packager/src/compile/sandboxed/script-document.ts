import * as v from "valibot";
import { CnbError } from "../../errors.ts";
import { object } from "../../schema.ts";
import type { Script } from "../script.ts";

const optionalText = v.optional(v.string());
const bytes = v.pipe(v.string(), v.base64());

const manifest = object({
  name: v.string(),
  license: v.optional(v.unknown()),
  licenses: v.optional(v.unknown()),
  description: v.optional(v.unknown()),
});

const packaged = object({
  name: v.string(),
  version: optionalText,
  dir: v.string(),
  manifest,
  isAuthors: v.boolean(),
  files: v.array(object({ path: v.string(), bytes: v.number() })),
});

const license = object({
  name: v.string(),
  version: optionalText,
  license: optionalText,
  texts: v.array(v.string()),
});

const script = object({
  code: bytes,
  map: bytes,
  notices: v.array(v.string()),
  warnings: v.array(v.string()),
  digests: v.array(v.tuple([v.string(), v.pipe(v.string(), v.hexadecimal())])),
  packages: v.array(packaged),
  licenses: v.array(license),
});

const refusal = object({ refusal: v.string(), hint: v.string() });

/**
 * Parses the output of the sandboxed compiler. The compiler processes untrusted sources, so any
 * output other than the expected document is refused.
 *
 * @throws CnbError COMPILE_FAILED with the mistakes in the sources
 */
export function readScriptDocument(text: string): Script {
  const document = v.safeParse(v.union([script, refusal]), parsed(text));
  if (!document.success)
    throw new CnbError(
      "COMPILE_FAILED",
      "the application's buildpack could not be compiled: the output of the compiler is malformed",
      { hint: "Package the buildpack with cnb buildpack package, and add the package with --buildpack." },
    );
  const { output } = document;
  if ("refusal" in output) throw new CnbError("COMPILE_FAILED", output.refusal, { hint: output.hint });
  return {
    ...output,
    code: Buffer.from(output.code, "base64"),
    map: Buffer.from(output.map, "base64"),
    digests: new Map(output.digests),
    packages: output.packages.map((each) => ({ ...each, version: each.version })),
    licenses: output.licenses.map((each) => ({ ...each, version: each.version, license: each.license })),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
