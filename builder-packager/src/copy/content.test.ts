import { expect, test } from "vitest";
import { parseImageReference } from "../oci/model/reference.ts";
import { openContent } from "./content.ts";

test.for([
  [
    "docker-archive:app.tar",
    "an archive in the format of docker save may not contain it",
    'Load the archive with "docker load --input app.tar", push the image with docker push, and use its name in the registry. Or write the image as oci:DIR or oci-archive:FILE.',
  ],
  [
    "docker-daemon:app:1",
    "the container engine may not have stored it",
    'Push the image with "docker push app:1", and use its name in the registry. Or write the image as oci:DIR or oci-archive:FILE.',
  ],
] as const)("the manifest of %s cannot be read, and the hint suggests a registry", async ([text, reason, hint]) => {
  await expect(openContent(parseImageReference(text))).rejects.toMatchObject({
    code: "IMAGE_REFERENCE_UNSUPPORTED",
    message: `cannot read the original manifest of ${text}: ${reason}, and a new manifest could have another digest`,
    hint,
  });
});
