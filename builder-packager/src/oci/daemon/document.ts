import * as v from "valibot";
import { isTooDeep } from "../model/json-depth.ts";
import type { Engine, EngineRequest } from "./engine.ts";
import { noDocument } from "./errors.ts";

/**
 * Sends a request and decodes the JSON response. `what` names the response in errors.
 *
 * @throws CnbError DAEMON_…
 */
export async function askFor<Schema extends v.GenericSchema>(
  engine: Engine,
  request: EngineRequest,
  schema: Schema,
  what: string,
): Promise<v.InferOutput<Schema>> {
  return decoded(
    schema,
    await (await engine.send(request)).document(),
    `${what} of the container engine at ${engine.where}`,
  );
}

/**
 * Decodes an engine's response, which is untrusted: any program may listen at its address. Throws
 * DAEMON_FAILED.
 */
export function decoded<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
  what: string,
): v.InferOutput<Schema> {
  try {
    const value: unknown = JSON.parse(text);
    if (isTooDeep(value)) throw new Error(`${what} is JSON with more levels of nesting than cnb allows`);
    return v.parse(schema, value);
  } catch (cause) {
    throw noDocument(what, cause);
  }
}
