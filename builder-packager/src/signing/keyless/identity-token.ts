import { isTable } from "../../schema.ts";
import { sigstoreInvalid } from "./sigstore-file.ts";

/**
 * Returns the text that proves the possession of a key to Fulcio when it is signed: the email address
 * or the subject of an identity token. Fulcio verifies the token. No error contains the token.
 *
 * @param where the origin of the token for errors
 * @throws CnbError SIGSTORE_FILE_INVALID
 */
export function subjectOf(token: string, where: string): string {
  const claims = claimsIn(token);
  const subject = claims?.["email"] || claims?.["sub"];
  if (typeof subject === "string" && subject !== "") return subject;
  throw sigstoreInvalid("identity token", where, "it is not a JSON Web Token with an email address or a subject");
}

function claimsIn(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    return isTable(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}
