import { type BuildContext, type BuildResult, type Config, UserError } from "libcnb";
import { parseLabels } from "./parse-labels.ts";
import { labelsOf, type settings } from "./variables.ts";

/** Adds the user's labels to the image. */
export function build({ config, log }: BuildContext<Config<typeof settings>>): BuildResult {
  const { labels, problems } = parseLabels(config.BP_IMAGE_LABELS ?? "");
  if (problems.length > 0)
    throw new UserError("IMAGE_LABELS_INVALID", `BP_IMAGE_LABELS cannot be read: ${problems.join("; ")}`, {
      hint: `Give pairs with white space between them: a=b c="d e"; a quote in a value is \\".`,
    });
  const all = [...labelsOf(config), ...labels];
  const chosen = new Map(all);
  for (const name of new Set(all.map(([name]) => name).filter((name, index, names) => names.indexOf(name) !== index)))
    log.warn(`${name} is given several times: the last value counts`);
  for (const [name, value] of chosen) log.info(`${name}: ${value}`);
  return { labels: Object.fromEntries(chosen) };
}
