import type { BinaryPackage, PackageUniverse } from "../archive/package-index.ts";
import type { BasePlan, DebianArchitecture, ImagePlan, Stage } from "../base-plan.ts";
import type { ImageBelow } from "../image-below.ts";
import { scriptPackages } from "../tree/distroless.ts";
import { localeDir, localePackage } from "../tree/locale.ts";
import type { SelectedPackages } from "./lock-pins.ts";
import { resolvePackages } from "./resolve.ts";

type Below = Readonly<Partial<Record<Stage, ImageBelow>>>;

/**
 * Chooses the packages of the build image and the run image. Packages requested for both images are
 * resolved once and first, so that the images share them. If the images extend different images,
 * each is resolved separately.
 *
 * @throws CnbError BASE_PACKAGE_UNKNOWN or BASE_DEPENDENCY_UNSATISFIABLE
 */
export function selectPackages(
  plan: BasePlan,
  universe: PackageUniverse,
  architecture: DebianArchitecture,
  below: Below,
): SelectedPackages {
  const wanted = { build: wantedBy(plan, plan.build, universe), run: wantedBy(plan, plan.run, universe) };
  const names = wanted.build.names.filter((name) => wanted.run.names.includes(name));
  const isAlike = below.build?.digest === below.run?.digest;
  const without = [...wanted.build.without, ...wanted.run.without];
  const common = isAlike
    ? resolvePackages(universe, { names, architecture, without, installed: below.build?.packages ?? [] })
    : [];
  const select = (stage: Stage): readonly BinaryPackage[] => {
    const request = { architecture, names: wanted[stage].names, without: wanted[stage].without };
    const added = resolvePackages(universe, { ...request, chosen: common, installed: below[stage]?.packages ?? [] });
    return [...common, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  const [build, run] = [select("build"), select("run")];
  return { build, run, locale: localeOf(plan, universe, [build, run]) };
}

/**
 * The request of one image: only names given by the user can be unknown, all others come from the
 * archive.
 */
function wantedBy(plan: BasePlan, image: ImagePlan, universe: PackageUniverse) {
  // The image is merged from the start: without the package that says so, one comes that would merge it, with all of Perl.
  const merged = universe.candidate("usr-is-merged") ? ["usr-is-merged"] : [];
  const essentials = image.variant === "full" ? [...universe.essentials(), ...merged] : [];
  const names = [
    ...plan.packages,
    ...image.packages,
    ...essentials,
    ...(plan.timeZone === undefined ? [] : ["tzdata"]),
  ];
  const known = scriptPackages.filter((name) => universe.candidate(name) !== undefined);
  const unneeded = image.variant === "distroless" ? known : [];
  // The only thing that tzdata needs is a dialogue about the zone.
  const dialogue =
    plan.timeZone !== undefined && image.variant !== "full" ? known.filter((name) => name === "debconf") : [];
  return {
    names: names.filter((name) => !plan.without.includes(name) || plan.packages.includes(name)),
    without: [...plan.without, ...unneeded, ...dialogue],
  };
}

/** The locale's package, unless both images contain it. */
function localeOf(
  { locale }: BasePlan,
  universe: PackageUniverse,
  images: readonly (readonly BinaryPackage[])[],
): BinaryPackage | undefined {
  if (locale === undefined || localeDir(locale) === "usr/lib/locale/C" || locale === "POSIX") return undefined;
  const name = localePackage(locale);
  if (images.every((packages) => packages.some((item) => item.name === name))) return undefined;
  const [found] = resolvePackages(universe, { names: [name], architecture: "", followed: false });
  return found;
}
