import { parseImageReference } from "../oci/model/reference.ts";

/** Compares image names as the lifecycle does: normalised, without the digest. */
export const sameName = (one: string, other: string): boolean => normalName(one) === normalName(other);

function normalName(name: string): string {
  try {
    const reference = parseImageReference(name);
    if (reference.kind !== "registry") return name;
    return `${reference.registry}/${reference.repository}:${reference.tag ?? "latest"}`;
  } catch {
    return name;
  }
}

/** go-containerregistry's name of a repository, which labels hold. */
export function repositoryOf(name: string): string {
  const reference = parseImageReference(name);
  if (reference.kind !== "registry") return name;
  return `${reference.registry === "docker.io" ? "index.docker.io" : reference.registry}/${reference.repository}`;
}
