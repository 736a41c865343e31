import { expect, test } from "vitest";
import { parseImageReference } from "../oci/model/reference.ts";
import { openContent } from "./content.ts";

test.for([
  [
    "docker-archive:app.tar",
    "an archive for docker load",
    'Load the archive with "docker load --input app.tar", push the image with docker push, and use its name in the registry. Or write the image as oci:DIR or oci-archive:FILE.',
  ],
  [
    "docker-daemon:app:1",
    "a container engine",
    'Push the image with "docker push app:1", and use its name in the registry. Or write the image as oci:DIR or oci-archive:FILE.',
  ],
] as const)(
  "the manifest of %s cannot be read, and the hint names the way to a registry",
  async ([text, source, hint]) => {
    await expect(openContent(parseImageReference(text))).rejects.toMatchObject({
      code: "IMAGE_REFERENCE_UNSUPPORTED",
      message: `cannot read the manifest of ${text}: ${source} does not contain the manifest, which determines the digest`,
      hint,
    });
  },
);
