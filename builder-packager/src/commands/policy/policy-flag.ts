import { Option } from "commander";
import type { CommandContext } from "../../cli-context.ts";
import type { Image } from "../../oci/model/image.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import { refuseEmpty } from "../flags/non-empty.ts";

/** Creates the option `--policy`, which commands that publish images have. */
export const policyFlag = (): Option =>
  new Option("--policy <file>", "a policy.toml: an image that does not comply with it is not published");

/**
 * A function that checks images before they are published. `name` is the name of the images in
 * errors.
 */
export type CheckUnpublished = (images: readonly Image[], name: string) => Promise<void>;

/**
 * Reads the policy that `--policy` names, before the command begins its work. Returns undefined
 * without the option.
 *
 * @throws CnbError POLICY_INVALID, ARGUMENT_INVALID
 */
export async function unpublishedCheck(
  file: string | undefined,
  registry: RegistryOptions,
  { cwd, reporter }: Pick<CommandContext, "cwd" | "reporter">,
): Promise<CheckUnpublished | undefined> {
  refuseEmpty({ "--policy": file });
  if (file === undefined) return undefined;
  const [{ readPolicy }, { refuseViolations }] = await Promise.all([
    import("../../policy/policy.ts"),
    import("../../policy/check-images.ts"),
  ]);
  const policy = await readPolicy(file, cwd);
  const unchecked = [policy.signatures && "signatures", policy.vulnerabilities && "vulnerabilities"].filter(Boolean);
  if (unchecked.length > 0)
    reporter.info(`${file}: [${unchecked.join("] and [")}] apply to published images: run cnb check`);
  return async (images, name) => {
    reporter.info(`Checking ${name} with ${file}`);
    await refuseViolations(images, { name, policy, registry, now: new Date() });
  };
}
