import type { RegistryOptions } from "../registry-options.ts";

/** A repository, and the registry or mirror that has it. */
export interface RepositoryLocation {
  readonly registry: string;
  readonly repository: string;
}

/**
 * Returns the locations from which a repository is read, in order: the mirrors of its registry,
 * then the mirrors of all registries, then the registry itself.
 */
export function locationsOf(
  { registry, repository }: RepositoryLocation,
  mirrors: RegistryOptions["mirrors"] = {},
): RepositoryLocation[] {
  const own = Object.entries(mirrors).flatMap(([host, locations]) => (normalHost(host) === registry ? locations : []));
  return [...own, ...(mirrors["*"] ?? [])]
    .map((mirror) => mirrored(mirror, repository))
    .filter((location) => location.registry !== registry || location.repository !== repository);
}

/**
 * Returns the common name of a registry's host. Docker Hub has several names; pack's configuration
 * calls it `index.docker.io`.
 */
export const normalHost = (host: string): string =>
  /^(index|registry-1)\.docker\.io$/.test(host) ? "docker.io" : host;

/** `mirror.example/hub` has `docker.io/library/debian` as `mirror.example/hub/library/debian`. */
function mirrored(mirror: string, repository: string): RepositoryLocation {
  const [host = "", ...prefix] = mirror.split("/").filter((part) => part !== "");
  return { registry: normalHost(host), repository: [...prefix, repository].join("/") };
}
