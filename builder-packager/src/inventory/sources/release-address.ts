import { CnbError } from "../../errors.ts";
import type { DeclaredSource } from "../source-table.ts";
import type { Variables } from "../template.ts";

/** Creates the error for a source whose index cannot be used. */
export const unusable = ({ id, type, name, path, url }: DeclaredSource, reason: string): CnbError =>
  new CnbError(
    "INVENTORY_SOURCE_INVALID",
    `the source ${type}:${name ?? path ?? url} of ${id} cannot be used: ${reason}`,
    {
      hint: "Correct the table [[dependency-sources]] of the inventory, or ask the publisher of the index.",
    },
  );

/**
 * Validates the URL of a release. An index that is read over https must not contain an http URL,
 * because anyone on the network could change the response to an http request.
 *
 * @throws CnbError INVENTORY_SOURCE_INVALID
 */
export function releaseAddress(text: string | undefined, { url = "" }: Variables, source: DeclaredSource): string {
  if (text === undefined) throw unusable(source, "the key uri is missing");
  if (/^npm:(@[a-z0-9][\w.-]*\/)?[a-zA-Z0-9][\w.-]*@\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/.test(text)) return text;
  if (/^pypi:[\w.+!-]+\.whl$/.test(text)) return text;
  const address = URL.parse(text, /^https?:/.test(url) ? url : undefined);
  if (address === null || !/^https?:$/.test(address.protocol))
    throw unusable(source, `${JSON.stringify(text.slice(0, 200))} is not an https or http URL`);
  if (address.protocol === "http:" && url.startsWith("https:"))
    throw unusable(source, `its https index leads to ${address.origin} without encryption`);
  if (address.username !== "" || address.password !== "")
    throw unusable(source, "an address in it contains a password");
  return address.href;
}
