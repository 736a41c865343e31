import * as v from "valibot";
import { type Digest, hexOf } from "../../oci/model/digest.ts";
import { looseObject, record } from "../../schema.ts";

/** The media type of statements in envelopes. */
export const statementMediaType = "application/vnd.in-toto+json";

/**
 * Claims about an image (https://github.com/in-toto/attestation, Statement v1). A signature is a
 * statement without a predicate.
 */
export interface Statement {
  readonly predicateType: string;
  readonly predicate: unknown;
}

/** The schema of a statement. Version 0.1 has the same fields. */
export const statementSchema = looseObject({
  _type: v.picklist(["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"]),
  subject: v.array(looseObject({ digest: record(v.string(), v.string()) })),
  predicateType: v.string(),
  predicate: v.optional(v.unknown()),
});

/** Formats a statement about the image with a digest. */
export const statementAbout = (name: string, digest: Digest, { predicateType, predicate }: Statement): Buffer =>
  Buffer.from(
    JSON.stringify({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name, digest: { sha256: hexOf(digest) } }],
      predicateType,
      predicate,
    }),
  );

/** True if a parsed statement is about the image with a digest. */
export const isAbout = ({ subject }: v.InferOutput<typeof statementSchema>, digest: Digest): boolean =>
  subject.some((each) => each.digest["sha256"] === hexOf(digest));
