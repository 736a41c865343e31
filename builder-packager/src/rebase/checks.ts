import { defined } from "../defined.ts";
import type { Image } from "../oci/model/image.ts";
import { formatPlatform } from "../oci/model/image-platform.ts";
import { envOf, labelsOf } from "../oci/model/mutate.ts";
import { repositoryOf } from "../platform/image-names.ts";
import type { RebaseCheck } from "./check-names.ts";

/** A reason to refuse a rebase. */
export interface FailedCheck {
  readonly text: string;
  /** The value of `--force` that overrides the reason; undefined if none can. */
  readonly overriddenBy: RebaseCheck | undefined;
}

/** The name of the new base, and the names of the run image that the app image records. */
export interface NewBaseNames {
  /** The name of the new base; undefined if it has none, for example because it is an archive. */
  readonly name: string | undefined;
  readonly known: readonly string[];
  readonly same: (one: string, other: string) => boolean;
}

/**
 * Finds all reasons in the specification to refuse a rebase. For Platform API 0.12
 * and newer, the images' targets are compared; for older images, their stacks and mixins.
 */
export function failedChecks(app: Image, base: Image, names: NewBaseNames): readonly FailedCheck[] {
  const ofImages = isOld(envOf(app)["CNB_PLATFORM_API"]) ? stackChecks(app, base) : targetChecks(app, base);
  return [...ofImages, ...nameChecks(names)];
}

function isOld(api: string | undefined): boolean {
  const [, major = "0", minor = "0"] = /^(\d+)\.(\d+)$/.exec(api ?? "") ?? [];
  return Number(major) === 0 && Number(minor) < 12;
}

function targetChecks(app: Image, base: Image): readonly FailedCheck[] {
  const isRebasable = labelsOf(app)["io.buildpacks.rebasable"] !== "false";
  return [
    ...(isRebasable
      ? []
      : [failedCheck("the app image is marked as not rebasable (label io.buildpacks.rebasable)", "rebasable")]),
    ...platformChecks(app, base),
    ...distroChecks(app, base),
  ];
}

function platformChecks({ config: app }: Image, { config: base }: Image): readonly FailedCheck[] {
  const words = `the new base is for ${formatPlatform(base)}, but the app is for ${formatPlatform(app)}`;
  // The lifecycle lets itself be forced to make an image that cannot start.
  if (app.os !== base.os || app.architecture !== base.architecture) return [failedCheck(words)];
  const variants = [app.variant, base.variant].filter((variant) => variant !== undefined && variant !== "");
  return new Set(variants).size > 1 ? [failedCheck(words, "variant")] : [];
}

function distroChecks(app: Image, base: Image): readonly FailedCheck[] {
  const [old, next] = [distroIn(app), distroIn(base)];
  const differs = (wanted: string | undefined, is: string | undefined) => Boolean(wanted) && wanted !== is;
  if (next === undefined || (old && !differs(next.name, old.name) && !differs(next.version, old.version))) return [];
  const built = old ? wordsOf(old) : "an unknown distribution";
  return [failedCheck(`the new base is ${wordsOf(next)}, but the app was built for ${built}`, "distribution")];
}

const wordsOf = ({ name, version }: { readonly name?: string; readonly version?: string }): string =>
  [name, version].filter(Boolean).join(" ");

function distroIn(image: Image): { readonly name?: string; readonly version?: string } | undefined {
  const labels = labelsOf(image);
  const [name, version] = [labels["io.buildpacks.base.distro.name"], labels["io.buildpacks.base.distro.version"]];
  if (name === undefined && version === undefined) return undefined;
  return defined({ name, version });
}

function stackChecks(app: Image, base: Image): readonly FailedCheck[] {
  const [old, next] = [app, base].map((image) => labelsOf(image)["io.buildpacks.stack.id"] ?? "");
  const missing = mixinsOf(app).filter((mixin) => !mixinsOf(base).includes(mixin));
  return [
    ...(old && old === next
      ? []
      : [failedCheck(`the stack of the new base is ${next || "(none)"}, but that of the app is ${old || "(none)"}`)]),
    ...(missing.length === 0 ? [] : [failedCheck(`the new base lacks the mixins ${missing.sort().join(", ")}`)]),
  ];
}

/** The mixins of an image, without the stage prefixes `build:` and `run:`. */
function mixinsOf(image: Image): readonly string[] {
  try {
    const mixins: unknown = JSON.parse(labelsOf(image)["io.buildpacks.stack.mixins"] ?? "[]");
    return Array.isArray(mixins) ? mixins.map((mixin) => String(mixin).replace(/^(build|run):/, "")) : [];
  } catch {
    return [];
  }
}

function nameChecks({ name, known, same }: NewBaseNames): readonly FailedCheck[] {
  if (name !== undefined && known.some((each) => same(each, name) || isOtherTag(each, name))) return [];
  const expected = known.length === 0 ? "the app records none" : `the app records ${known.join(", ")}`;
  return [failedCheck(`${name ?? "a base without a name"} is not the run image of the app: ${expected}`, "name")];
}

/**
 * True if two names only differ in the tag, because a newer version of a run image often has
 * another tag. Other checks compare the platform.
 */
function isOtherTag(one: string, other: string): boolean {
  try {
    return repositoryOf(one) === repositoryOf(other);
  } catch {
    return false;
  }
}

const failedCheck = (text: string, overriddenBy?: RebaseCheck): FailedCheck => ({ text, overriddenBy });
