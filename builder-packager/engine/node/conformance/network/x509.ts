import { X509Certificate } from "node:crypto";
import { report, untyped } from "../report.ts";

/** A certificate of nobody, made for these cases. */
const PEM = `text before
-----BEGIN CERTIFICATE-----
MIIBqDCCAU+gAwIBAgIUAOJ9LwbW6pXBZxIiNLm3h5kw
-----END CERTIFICATE-----
`;

for (const [name, input] of [
  ["no PEM", "nope"],
  ["damaged", PEM],
  ["empty", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"],
  ["number", untyped<string>(5)],
] as const) {
  report(name, () => {
    try {
      return new X509Certificate(input).subject;
    } catch (error) {
      return untyped<{ name: string }>(error).name;
    }
  });
}
