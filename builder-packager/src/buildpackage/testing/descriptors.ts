import type { Files } from "./packaging-workspace.ts";

/** A buildpack.toml. */
export const toml = (id: string, rest = ""): string =>
  `api = "0.10"\n\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${rest}`;

/** The order of a composite buildpack with these members. */
export const order = (...ids: readonly string[]): string =>
  `\n[[order]]\n${ids.map((id) => `\n[[order.group]]\nid = "${id}"\nversion = "1.0.0"\n`).join("")}`;

/** A package.toml with these dependencies. */
export const depends = (...uris: readonly string[]): string =>
  ['[buildpack]\nuri = "."\n', ...uris.map((uri) => `[[dependencies]]\nuri = "${uri}"\n`)].join("\n");

/** A prebuilt buildpack with scripts that do nothing. */
export const prebuilt = (id: string, rest = ""): Files => ({
  "buildpack.toml": toml(id, rest),
  "bin/detect": "#!/bin/sh\n",
  "bin/build": "#!/bin/sh\n",
});
