import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { requirementsText } from "./requirements-files.ts";

const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

test.for<[string, Uint8Array, string]>([
  ["UTF-8", Buffer.from("a # größe\n"), "a # größe\n"],
  ["UTF-8 with a byte order mark", Buffer.from("\uFEFFa\n"), "a\n"],
  [
    "UTF-16 in little endian, the encoding of files that PowerShell writes",
    utf16("\uFEFFa # größe\r\n"),
    "a # größe\r\n",
  ],
  ["UTF-16 in big endian", utf16("\uFEFFa\n").swap16(), "a\n"],
])("requirements files are decoded from %s", async ([, bytes, expected]) => {
  expect(await inApp({ "requirements.txt": bytes }, (app) => requirementsText(app, "requirements.txt"))).toBe(expected);
});

test.for<[string, Uint8Array | string]>([
  ["in Latin-1", Buffer.from("# caf\xe9\n", "latin1")],
  ["in UTF-16 without a byte order mark", utf16("größe")],
  ["that is a directory", "-> requirements"],
])("a requirements file %s is refused", async ([, file]) => {
  const app = { "requirements.txt": file, "requirements/a.txt": "" };
  await expect(inApp(app, (given) => requirementsText(given, "requirements.txt"))).rejects.toMatchObject({
    code: "APP_FILE_INVALID",
    message: "cannot read requirements.txt of the application",
  });
});
