import { readConfigFile } from "../config/read-file.ts";
import { CnbError } from "../errors.ts";
import { limits } from "../limits.ts";
import { isTooDeep } from "../oci/model/json-depth.ts";

/**
 * Reads the predicate of an attestation from a JSON file.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export async function readPredicate(file: string): Promise<unknown> {
  const refusal = (reason: string): CnbError =>
    new CnbError("ARGUMENT_INVALID", `cannot read the predicate ${file}: ${reason}`, {
      hint: "Pass the path of a JSON file with --predicate, for example the output of cnb sbom download --merge.",
    });
  // The envelope contains it in base64, which a verification reads up to its limit.
  const most = limits.attestation.most / 2;
  const bytes = await readConfigFile(file, { unreadable: refusal, tooLarge: refusal }, most);
  const predicate = parsed(bytes, refusal);
  // A verification refuses the whole statement, which contains the predicate, if it is too deep.
  if (isTooDeep({ predicate })) throw refusal("it is nested too deeply");
  return predicate;
}

function parsed(bytes: Uint8Array, refusal: (reason: string) => CnbError): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    throw refusal("it is not JSON");
  }
}
