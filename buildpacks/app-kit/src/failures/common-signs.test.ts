import { expect, test } from "vitest";
import { certificateSigns, gitSigns, machineSigns } from "./common-signs.ts";
import { found } from "./sign.ts";

test.for<[string, string | undefined]>([
  ["OSError: [Errno 28] No space left on device", "BUILD_DISK_FULL"],
  ["os error 12: Cannot allocate memory", "BUILD_OUT_OF_MEMORY"],
  ["SSLError: certificate verify failed: unable to get local issuer certificate", "PACKAGES_CERTIFICATE_UNTRUSTED"],
  ["invalid peer certificate: UnknownIssuer", "PACKAGES_CERTIFICATE_UNTRUSTED"],
  ["fatal: could not read Username for 'https://x.test': No such device", "PACKAGES_GIT_DENIED"],
  ["fatal: not a git repository", undefined],
])("%s", ([output, expected]) => {
  expect(found<string>([...machineSigns, ...certificateSigns, ...gitSigns], output)).toBe(expected);
});
