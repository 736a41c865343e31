import * as v from "valibot";
import { looseObject } from "../../schema.ts";

/** The media type of the signed documents of cosign 1 and 2. */
export const simpleSigningMediaType = "application/vnd.dev.cosign.simplesigning.v1+json";

/** The annotation that contains a signature. It is set on a layer, whose content is signed. */
export const signatureAnnotation = "dev.cosignproject.cosign/signature";

const kind = "cosign container image signature";

/** The schema of a document that cosign 1 and 2 sign. */
export const simpleSigningSchema = looseObject({
  critical: looseObject({
    image: looseObject({ "docker-manifest-digest": v.string() }),
    type: v.literal(kind),
  }),
});
