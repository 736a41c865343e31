import { expect, test } from "vitest";
import { withoutPasswords } from "./public-texts.ts";

test.each([
  ['url = "https://user:s3cret@index.test/simple"', 'url = "https://index.test/simple"'],
  // biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of addresses
  ['url = "https://t0ken@index.test/simple"', 'url = "https://index.test/simple"'],
  ['git = "git+https://t0ken@git.test/a.git"', 'git = "git+https://git.test/a.git"'],
  ['url = "https://${USER}:${PASSWORD}@index.test/simple"', 'url = "https://${USER}:${PASSWORD}@index.test/simple"'],
  ['git = "ssh://git@git.test/a.git"', 'git = "ssh://git@git.test/a.git"'],
  ['readme = "https://index.test/@scope"', 'readme = "https://index.test/@scope"'],
])("%s", (text, kept) => {
  expect(withoutPasswords(text)).toBe(kept);
});
