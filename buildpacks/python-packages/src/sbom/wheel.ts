/**
 * The properties that distinguish an installed wheel from other wheels of the same package version.
 */
export interface WheelFile {
  /** The tags, sorted: `cp312-cp312-manylinux_2_28_x86_64`. */
  readonly tags: readonly string[];
  /** The build number, if there is one. */
  readonly build: string | undefined;
}

/** Parses the text of a WHEEL file, which the `.dist-info` of an installed wheel contains. */
export function parseWheel(text: string): WheelFile {
  const values = (name: string) =>
    Array.from(text.matchAll(new RegExp(`^${name}:[ \\t]*(\\S+)`, "gm")), ([, value = ""]) => value);
  return { tags: [...new Set(values("Tag"))].toSorted(), build: values("Build")[0] };
}

/**
 * Parses the name of a wheel: `a-1.0-py2.py3-none-any.whl` has two tags; `undefined` if the name is
 * not that of a wheel.
 *
 * @see https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
 */
export function wheelNamed(name: string): WheelFile | undefined {
  const parts = name.endsWith(".whl") ? name.slice(0, -".whl".length).split("-") : [];
  if (parts.length !== 5 && parts.length !== 6) return undefined;
  const [pythons, abis, platforms] = parts.slice(-3).map((part) => part.split(".").slice(0, mostTags));
  const tags = pythons?.flatMap((python) =>
    abis?.flatMap((abi) => platforms?.map((each) => `${python}-${abi}-${each}`)),
  );
  return {
    tags: [...new Set((tags ?? []).flatMap((tag) => tag ?? []))].toSorted(),
    build: parts.length === 6 ? parts[2] : undefined,
  };
}

// names of lockfiles that anybody may have written
const mostTags = 40;
