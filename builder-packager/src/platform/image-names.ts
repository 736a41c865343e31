import { parseImageReference } from "../oci/model/reference.ts";

/**
 * True if two image names are equal by the rules of the lifecycle: normalized and without the
 * digest.
 */
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

/**
 * Returns the name of an image's repository in the form that go-containerregistry writes in labels.
 */
export function repositoryOf(name: string): string {
  const reference = parseImageReference(name);
  if (reference.kind !== "registry") return name;
  return `${reference.registry === "docker.io" ? "index.docker.io" : reference.registry}/${reference.repository}`;
}
