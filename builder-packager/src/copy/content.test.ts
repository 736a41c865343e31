import { expect, test } from "vitest";
import { parseImageReference } from "../oci/model/reference.ts";
import { openContent } from "./content.ts";

test.for([
  [
    "docker-archive:app.tar",
    "such an archive need not contain the image's manifest",
    'Load the archive with "docker load --input app.tar", push the image with docker push, and use its name in the registry. Or write the image as oci:DIR or oci-archive:FILE.',
  ],
  [
    "docker-daemon:app:1",
    "not every container engine keeps the image's manifest",
    'Push the image with "docker push app:1", and use its name in the registry. Or write the image as oci:DIR or oci-archive:FILE.',
  ],
] as const)("the manifest of %s cannot be read, and the hint suggests a registry", async ([text, reason, hint]) => {
  await expect(openContent(parseImageReference(text))).rejects.toMatchObject({
    code: "IMAGE_REFERENCE_UNSUPPORTED",
    message: `cannot read the manifest of ${text}: ${reason}, so the digest could change`,
    hint,
  });
});
