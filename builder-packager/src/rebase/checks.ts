import type { Image } from "../oci/model/image.ts";
import { formatPlatform } from "../oci/model/image-platform.ts";
import { envOf, labelsOf } from "../oci/model/mutate.ts";
import { repositoryOf } from "../platform/image-names.ts";
import type { RebaseCheck } from "./check-names.ts";

/** A reason to refuse a rebase. */
export interface FailedCheck {
  readonly text: string;
  /** The value of `--force` that overrides it; undefined if nothing does. */
  readonly overriddenBy: RebaseCheck | undefined;
}

/** The new base, and the names by which an app image knows its own. */
export interface NewBaseNames {
  /** The name of the new base; undefined for one without a name, such as an archive. */
  readonly name: string | undefined;
  readonly known: readonly string[];
  readonly same: (one: string, other: string) => boolean;
}

/**
 * Everything that the specification has against putting the app upon the base (spec row D41): images of Platform API 0.12 and
 * newer are compared by their targets, older ones by stack and mixins.
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
      : [failedCheck("the app image says that it is not rebasable: it depends on more of its base", "rebasable")]),
    ...platformChecks(app, base),
    ...distroChecks(app, base),
  ];
}

function platformChecks({ config: app }: Image, { config: base }: Image): readonly FailedCheck[] {
  const words = `the base is for ${formatPlatform(base)}, the app for ${formatPlatform(app)}`;
  // The lifecycle lets itself be forced to make an image that cannot start.
  if (app.os !== base.os || app.architecture !== base.architecture) return [failedCheck(words)];
  const variants = [app.variant, base.variant].filter((variant) => variant !== undefined && variant !== "");
  return new Set(variants).size > 1 ? [failedCheck(words, "variant")] : [];
}

function distroChecks(app: Image, base: Image): readonly FailedCheck[] {
  const [old, next] = [distroIn(app), distroIn(base)];
  const differs = (wanted: string | undefined, is: string | undefined) => Boolean(wanted) && wanted !== is;
  if (next === undefined || (old && !differs(next.name, old.name) && !differs(next.version, old.version))) return [];
  const built = old ? wordsOf(old) : "an unknown one";
  return [failedCheck(`the base is ${wordsOf(next)}, the app was built for ${built}`, "distribution")];
}

const wordsOf = ({ name, version }: { readonly name?: string; readonly version?: string }): string =>
  [name, version].filter(Boolean).join(" ");

function distroIn(image: Image): { readonly name?: string; readonly version?: string } | undefined {
  const labels = labelsOf(image);
  const [name, version] = [labels["io.buildpacks.base.distro.name"], labels["io.buildpacks.base.distro.version"]];
  if (name === undefined && version === undefined) return undefined;
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) };
}

function stackChecks(app: Image, base: Image): readonly FailedCheck[] {
  const [old, next] = [app, base].map((image) => labelsOf(image)["io.buildpacks.stack.id"] ?? "");
  const missing = mixinsOf(app).filter((mixin) => !mixinsOf(base).includes(mixin));
  return [
    ...(old && old === next
      ? []
      : [failedCheck(`the stack of the base is ${next || "not told"}, the app's ${old || "not told"}`)]),
    ...(missing.length === 0 ? [] : [failedCheck(`the base lacks the mixins ${missing.sort().join(", ")}`)]),
  ];
}

/** Without the stage for which they are. */
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
  const expected = known.length === 0 ? "the app names none" : `the app names ${known.join(", ")}`;
  return [failedCheck(`${name ?? "a base without a name"} is not the run image of the app: ${expected}`, "name")];
}

/** A newer version of a run image often has another tag. What it is for is compared by the other objections. */
function isOtherTag(one: string, other: string): boolean {
  try {
    return repositoryOf(one) === repositoryOf(other);
  } catch {
    return false;
  }
}

const failedCheck = (text: string, overriddenBy?: RebaseCheck): FailedCheck => ({ text, overriddenBy });
