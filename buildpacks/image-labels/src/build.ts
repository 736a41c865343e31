import { type BuildContext, type BuildResult, type Config, UserError } from "libcnb";
import { parseLabels } from "./parse-labels.ts";
import { labelsOf, type settings } from "./variables.ts";

/** Adds the user's labels to the image. */
export function build({ config, log }: BuildContext<Config<typeof settings>>): BuildResult {
  const { labels, problems } = parseLabels(config.BP_IMAGE_LABELS ?? "");
  if (problems.length > 0)
    throw new UserError("IMAGE_LABELS_INVALID", `cannot parse BP_IMAGE_LABELS: ${problems.join("; ")}`, {
      hint: `Separate the pairs with spaces: a=b c="d e". Write a quote in a value as \\".`,
    });
  const all = [...labelsOf(config), ...labels];
  const chosen = new Map(all);
  for (const name of new Set(all.map(([name]) => name).filter((name, index, names) => names.indexOf(name) !== index)))
    log.warn(`${name} is set several times: the last value is used`);
  for (const [name, value] of chosen) log.info(`${name}: ${value}`);
  return { labels: Object.fromEntries(chosen) };
}
