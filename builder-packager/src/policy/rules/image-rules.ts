import { parseBytes } from "../../inspect/layers/waste-limits.ts";
import { humanSize } from "../../text/human-size.ts";
import type { CheckedImage } from "../facts/facts.ts";
import type { Violation } from "../finding.ts";
import type { Policy } from "../policy.ts";

/** Reports an image that is too large, runs as root, contains secrets or has no valid signature. */
export const imageViolations = (image: CheckedImage, policy: Policy): readonly Violation[] => [
  ...sizeViolations(image, policy),
  ...userViolations(image, policy),
  ...secretViolations(image, policy),
  ...signatureViolations(image, policy),
];

function sizeViolations({ sizeBytes }: CheckedImage, { image }: Policy): readonly Violation[] {
  const written = image?.["max-size"];
  const most = written === undefined ? undefined : parseBytes(written);
  if (most === undefined || sizeBytes <= most) return [];
  const message = `has ${humanSize(sizeBytes)} of layers; the policy allows ${written}`;
  return [{ rule: "image-size", path: "image.max-size", subject: "", message, details: { bytes: `${sizeBytes}` } }];
}

function userViolations({ user, userId }: CheckedImage, { image }: Policy): readonly Violation[] {
  if (image?.["non-root"] !== true) return [];
  const [name = ""] = user.split(":");
  const found = { rule: "root-user", path: "image.non-root", subject: "" } as const;
  if (name === "" || name === "root" || /^0+$/.test(name))
    return [
      {
        ...found,
        message: name === "" ? "runs as root, because it sets no user" : `runs as root: its user is ${user}`,
      },
    ];
  if (/^\d+$/.test(name)) return [];
  if (userId === undefined) return [{ ...found, message: `runs as ${name}, who is not in /etc/passwd` }];
  return /^0+$/.test(userId) ? [{ ...found, message: `runs as root: its user ${name} has the id 0` }] : [];
}

function secretViolations({ secrets = [] }: CheckedImage, { secrets: rule }: Policy): readonly Violation[] {
  if (rule?.deny !== true) return [];
  return secrets.map(({ kind, location, layer, maker }) => {
    const inLayer = layer === undefined ? "" : ` in layer ${layer} (${maker})`;
    return {
      rule: "secret",
      path: "secrets.deny",
      subject: location,
      message: `contains ${kind}: ${layer === undefined ? location : `file ${location}`}${inLayer}`,
      details: layer === undefined ? { location } : { location, layer },
    };
  });
}

function signatureViolations({ signature }: CheckedImage, { signatures }: Policy): readonly Violation[] {
  if (signatures === undefined || signature === undefined || signature.valid) return [];
  const path = signatures.keys === undefined ? "signatures.identities" : "signatures.keys";
  return [{ rule: "signature", path, subject: "", message: signature.reason }];
}
