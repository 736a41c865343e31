import * as v from "valibot";
import { looseObject } from "../../schema.ts";
import { sigstoreInvalid } from "./sigstore-file.ts";

/** The services of an instance of sigstore. */
export interface SigstoreServices {
  /** The certificate authority. */
  readonly fulcio: URL;
  /** The transparency log; undefined if the instance has none. */
  readonly rekor: URL | undefined;
  /** The timestamp authority: the complete address for requests. */
  readonly timestamp: URL;
}

const serviceSchema = looseObject({
  url: v.pipe(v.string(), v.url()),
  majorApiVersion: v.number(),
  validFor: v.optional(looseObject({ start: v.optional(v.string()), end: v.optional(v.string()) })),
});
type Service = v.InferOutput<typeof serviceSchema>;

const selectionSchema = v.optional(looseObject({ selector: v.optional(v.string()), count: v.optional(v.number()) }));
type Selection = v.InferOutput<typeof selectionSchema>;

const services = v.optional(v.array(serviceSchema), []);
const configSchema = looseObject({
  mediaType: v.literal("application/vnd.dev.sigstore.signingconfig.v0.2+json"),
  caUrls: services,
  rekorTlogUrls: services,
  tsaUrls: services,
  rekorTlogConfig: selectionSchema,
  tsaConfig: selectionSchema,
});

/**
 * Chooses the services of a signing configuration: of each kind, the first one that is valid now and
 * has the supported version of the API.
 *
 * @param where the path of the file for errors
 * @throws CnbError SIGSTORE_FILE_INVALID
 */
export function servicesIn(document: unknown, where: string, now: number): SigstoreServices {
  const result = v.safeParse(configSchema, document, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw sigstoreInvalid("signing configuration", where, `${v.getDotPath(issue) ?? "document"}: ${issue.message}`);
  }
  const { caUrls, rekorTlogUrls, tsaUrls, rekorTlogConfig, tsaConfig } = result.output;
  const invalid = (reason: string) => sigstoreInvalid("signing configuration", where, reason);
  const chosen = (name: string, all: readonly Service[], version: number, selection?: Selection): URL => {
    const usable = all.filter((each) => each.majorApiVersion === version && isValid(each, now));
    const [found] = usable;
    if (found === undefined) throw invalid(`it has no valid ${name} with the API version ${version}`);
    if (numberOf(usable, selection) > 1)
      throw invalid(`it requires several services of the kind ${name}, but cnb uses one`);
    return new URL(found.url);
  };
  return {
    fulcio: chosen("certificate authority (caUrls)", caUrls, 1),
    rekor:
      rekorTlogUrls.length > 0
        ? chosen("transparency log (rekorTlogUrls)", rekorTlogUrls, 2, rekorTlogConfig)
        : undefined,
    timestamp: chosen("timestamp authority (tsaUrls)", tsaUrls, 1, tsaConfig),
  };
}

const isValid = ({ validFor: { start, end } = {} }: Service, now: number): boolean =>
  (start === undefined || Date.parse(start) <= now) && (end === undefined || now < Date.parse(end));

/** The number of services that the configuration requires clients to use. */
function numberOf(usable: readonly Service[], { selector, count = 1 }: Selection = {}): number {
  if (selector === "ALL") return usable.length;
  return selector === "EXACT" ? count : 1;
}
