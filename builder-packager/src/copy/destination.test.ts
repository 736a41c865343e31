import { expect, test } from "vitest";
import { parseDestination } from "./destination.ts";

test.for(["docker-daemon:app", "docker-archive:app.tar", "docker-daemon:shop/", "docker-archive:dist/"])(
  "%s is refused as the destination of a copy, because Docker changes the digest",
  (text) => {
    expect(() => parseDestination(text)).toThrow(
      expect.objectContaining({
        code: "IMAGE_REFERENCE_UNSUPPORTED",
        message: `cannot copy to ${text}: Docker may rewrite the manifest, so the copy could get a different digest`,
      }),
    );
  },
);
