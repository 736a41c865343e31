import type { ModuleKind } from "../../config/module-descriptor.ts";
import { defined, unlessEmpty } from "../../defined.ts";
import { detectionOrder, moduleInfo } from "../builders/builder-document.ts";
import type { InspectDocument, Table } from "../document.ts";
import type { ImageIdentity } from "../inspected-image.ts";
import type { Plain } from "../yaml.ts";
import type { PackagedModuleInfo, PackageFacts } from "./package-facts.ts";

/** The location of an inspected package. A source directory has no image yet. */
export interface PackageSource {
  readonly location: "remote" | "local";
  /** A description of the location, for example `local archive`. */
  readonly where: string;
  readonly about?: ImageIdentity;
}

/**
 * Returns the data that an inspection of a package prints as JSON, YAML or TOML. pack only prints
 * such an inspection as text, so the field names are those of pack's `builder inspect`.
 */
export function packageDocument(
  name: string,
  kind: ModuleKind,
  facts: PackageFacts,
  source: PackageSource,
): InspectDocument {
  const composite = kind === "buildpack" && { detection_order: detectionOrder(facts.order) };
  const info: Table = {
    [kind]: moduleInfo(facts.main),
    stacks: facts.stacks.map(({ id, mixins = [] }) => ({ id, ...defined({ mixins: unlessEmpty(mixins) }) })),
    targets: facts.targets as Plain[],
    [`${kind}s`]: facts.modules.map(packagedInfo),
    ...composite,
    ...source.about,
  };
  return { shared: { [`${kind}_name`]: name }, location: source.location, info, nullable: [] };
}

const packagedInfo = ({ runtime, ...info }: PackagedModuleInfo): Table => ({
  ...moduleInfo(info),
  ...defined({ runtime: runtime && { ...runtime } }),
});
