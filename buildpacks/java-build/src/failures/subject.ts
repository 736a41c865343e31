/** The artifact or plugin that an output names; `undefined` if it names none. */
export function artifactIn(output: string): string | undefined {
  for (const pattern of marks) {
    const [, name, version] = pattern.exec(output) ?? [];
    if (name !== undefined) return version === undefined ? name : `${name}:${version}`;
  }
  return undefined;
}

// group:name:type:version of Maven, group:name:version of Gradle
const part = "[\\w.$+{}-]+";
const marks: readonly RegExp[] = [
  new RegExp(`Could not find artifact (${part}:${part}):${part}(?::${part})?:(${part})`),
  new RegExp(
    `Cannot access \\S+ \\(\\S+\\) in offline mode and the artifact (${part}:${part}):${part}(?::${part})?:(${part})`,
  ),
  new RegExp(`No versions available for (${part}:${part}):`),
  new RegExp(`(${part}:${part}):${part}:(${part}) was not found in`),
  new RegExp(`Could not find (${part}:${part}:${part})\\.(?:\\s|$)`, "m"),
  new RegExp(`Could not find any version that matches (${part}:${part}:\\S+?)\\.(?:\\s|$)`, "m"),
  new RegExp(`No cached version of (${part}:${part}:${part}) available`),
  new RegExp(`external dependency (${part}:${part}:${part}) because`),
  /Plugin \[id: '([\w.-]+)'/,
  /Plugin with id '([\w.-]+)' not found/,
];
