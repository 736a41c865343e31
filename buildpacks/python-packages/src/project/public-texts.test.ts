// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of addresses
import { expect, test } from "vitest";
import { publicText, withPublicAddresses } from "./public-texts.ts";

test.each([
  ['url = "https://user:s3cret@index.test/simple"', 'url = "https://index.test/simple"'],
  ['url = "https://t0ken@index.test/simple"', 'url = "https://index.test/simple"'],
  ['git = "git+https://t0ken@git.test/a.git"', 'git = "git+https://git.test/a.git"'],
  ['url = "https://${USER}:${PASSWORD}@index.test/simple"', 'url = "https://${USER}:${PASSWORD}@index.test/simple"'],
  ['git = "ssh://git@git.test/a.git"', 'git = "ssh://git@git.test/a.git"'],
  ['readme = "https://index.test/@scope"', 'readme = "https://index.test/@scope"'],
])("credentials in the URL of the text %j are removed, except placeholders and user names for SSH", (text, kept) => {
  expect(withPublicAddresses(text)).toBe(kept);
});

test.each([
  [
    "pdm.toml",
    '[pypi.own]\nusername = "me"\npassword = "s3cret"\nca_certs = "a.pem"\n',
    '[pypi.own]\nca_certs = "a.pem"\n',
  ],
  ["pdm.toml", 'pypi.own.password = "s3cret"', ""],
  [
    "web/pyproject.toml",
    '[[tool.pdm.source]]\nname = "own"\n  password = "s3cret"\nusername = "${NAME}"\n[tool.app]\npassword = "field"\n',
    '[[tool.pdm.source]]\nname = "own"\nusername = "${NAME}"\n[tool.app]\npassword = "field"\n',
  ],
])("user names and passwords of package indexes are removed from the file %s with the text %j", (path, text, kept) => {
  expect(publicText(path, text)).toBe(kept);
});
