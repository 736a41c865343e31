interface Known {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** Keys of pnpm's lockfiles: the first that fits tells name and version. The order matters. */
const forms: readonly RegExp[] = [
  /^\/?((?:@[^/@]+\/)?[^/@]+)@([^(]+)/, // 9.0: ms@2.1.3(…)   6.0: /ms@2.1.3(…)
  /^\/((?:@[^/]+\/)?[^/]+)\/([^/_]+)/, // 5.x: /ms/2.1.3_…
  /^[^/]+\/((?:@[^/@]+\/)?[^/@]+)@([^(]+)/, // 6.0, another registry: example.com/ms@2.1.3
  /^[^/]+\/((?:@[^/]+\/)?[^/]+)\/([^/_]+)$/, // 5.x, another registry: example.com/ms/2.1.3
];

/** Name and version of a package from its key, unless the lockfile has explicit ones. */
export function nameAndVersion(key: string, { name, version }: Known): { name: string; version: string } {
  const found = forms.map((form) => form.exec(key)).find((match) => match !== null);
  const reported = found?.[2] ?? "";
  // an address is no version: `is-odd@https://…`, `lib@file:packages/lib`
  return { name: name ?? found?.[1] ?? key, version: version ?? (/^[a-z+]+:/.test(reported) ? "" : reported) };
}
