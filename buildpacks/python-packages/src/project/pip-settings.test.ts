import { expect, test } from "vitest";
import { type PipSettings, settingsIn } from "./pip-settings.ts";

const index = { url: "https://packages.example.com/simple", username: undefined, password: undefined };

test.for<[string, Partial<PipSettings>]>([
  ["", {}],
  [":env:.default-timeout='180'\nglobal.timeout='3'", {}],
  ["global.index-url='https://packages.example.com/simple'", { index }],
  ["global.index-url='https://no.example.com'\ninstall.index-url='https://packages.example.com/simple'", { index }],
  [":env:.index-url='https://packages.example.com/simple'\nglobal.index-url='https://no.example.com'", { index }],
  [
    "global.index-url='https://me:s3%40cret@packages.example.com/simple'",
    { index: { ...index, username: "me", password: "s3@cret" } },
  ],
  [
    "global.index-url='https://me:100%@packages.example.com/simple'",
    { index: { ...index, username: "me", password: "100%" } },
  ],
  ['global.index-url="https://packages.example.com/simple"', { index }],
  ["global.index-url='nonsense'", {}],
  [":env:.cert='/certs/ca.pem'\n:env:.client-cert='/me.pem'", { cert: "/certs/ca.pem" }],
])("pip's printed settings are parsed: %j", ([text, expected]) => {
  expect(settingsIn(text)).toEqual({ index: undefined, cert: undefined, ...expected });
});
