import { CnbError } from "../../errors.ts";
import type { RegistryReference } from "../model/reference.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { type ClientRequest, openRepository, type RegistryClient } from "./client.ts";
import { locationsOf, type RepositoryLocation } from "./mirrors.ts";
import { type Pause, retryPause } from "./transport/retry.ts";

/** Reads one repository, from its mirrors if they have the content. */
export interface Reader extends RepositoryLocation {
  /** The purpose of all requests, for errors. */
  readonly purpose: string;
  /**
   * Calls a function for each location until one succeeds: mirrors in order, then the registry
   * itself, whose errors are thrown.
   */
  from<Result>(work: (client: Pick<RegistryClient, "send">) => Promise<Result>): Promise<Result>;
  /** Stops using mirrors after invalid content. Returns false if no mirror was used. */
  distrust(): boolean;
  readonly pause: Pause;
  readonly options: RegistryOptions;
}

/**
 * Opens a repository for reading.
 *
 * @param purpose the operation as an imperative for errors: `pull localhost:5000/app:1`.
 * @throws CnbError REGISTRY_UNREACHABLE, REGISTRY_CREDENTIALS_INVALID.
 */
export async function openReader(
  { registry, repository }: Pick<RegistryReference, "registry" | "repository">,
  purpose: string,
  options: RegistryOptions,
): Promise<Reader> {
  const mirrors = locationsOf({ registry, repository }, options.mirrors);
  const open = (location: RepositoryLocation) => openRepository(location, "pull", purpose, options);
  // Without mirrors, an unreachable registry is reported at once.
  const own = mirrors.length === 0 ? await open({ registry, repository }) : undefined;

  const giveUp = (mirror: RepositoryLocation, error: unknown) => {
    if (error instanceof Error && error.name === "AbortError") throw error;
    if (error instanceof CnbError && error.code === "IMAGE_NOT_FOUND") return;
    const at = mirrors.indexOf(mirror);
    if (at >= 0) mirrors.splice(at, 1);
    const reason = error instanceof Error ? error.message : String(error);
    options.warn?.(`the mirror ${mirror.registry} is no longer used: ${reason}`);
  };

  return {
    registry,
    repository,
    purpose,
    async from(work) {
      for (const mirror of [...mirrors]) {
        try {
          return await work(impatient(await open(mirror)));
        } catch (error) {
          giveUp(mirror, error);
        }
      }
      return work(own ?? (await open({ registry, repository })));
    },
    distrust: () => mirrors.splice(0).length > 0,
    pause: retryPause(registry, options),
    options,
  };
}

/** There is another place to ask: no reason to wait for this one. */
const impatient = (client: RegistryClient): Pick<RegistryClient, "send"> => ({
  send: (request: ClientRequest) => client.send({ ...request, once: true }),
});
