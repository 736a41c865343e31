import type { ImageView } from "./image-view.ts";

/** A line that two images do not share; undefined where it is not there. */
export interface Difference {
  readonly line: string;
  readonly pack: string | undefined;
  readonly cnb: string | undefined;
}

/** A difference that is wanted, with the reason in the decision record. */
export interface Allowed {
  /** As the decision record calls it. */
  readonly title: string;
  readonly line: RegExp;
  /** The line in pack's image and in ours; "absent" if there is none. */
  readonly pack: RegExp;
  readonly cnb: RegExp;
  /** The part of both lines to compare, instead of whole lines. It must be equal. */
  readonly same?: (value: string) => string;
  /** True if pack's own result changes from run to run, so that both may be equal by chance. */
  readonly random?: boolean;
}

/** The differences between the outputs of pack and cnb. */
export function differences(pack: ImageView, cnb: ImageView): readonly Difference[] {
  const all = [...new Set([...Object.keys(pack), ...Object.keys(cnb)])].sort();
  const different = all.filter((line) => pack[line] !== cnb[line]);
  return withoutConsequences(different.map((line) => ({ line, pack: pack[line], cnb: cnb[line] })));
}

/**
 * If a file differs, so do the bytes of its layer and the labels that name them. These do not count
 * as separate differences.
 */
function withoutConsequences(all: readonly Difference[]): readonly Difference[] {
  const layers = new Set(all.flatMap(({ line }) => /^file .* of (.*)$/.exec(line)?.[1] ?? []));
  const follows = ({ line }: Difference) => layers.has(/^bytes of (.*)$/.exec(line)?.[1] ?? "");
  const digests = new Set(all.filter(follows).map(({ pack, cnb }) => `"${pack}" "${cnb}"`));
  return all.filter((each) => !follows(each) && !digests.has(`${each.pack} ${each.cnb}`));
}

/** The title of the allowed difference that explains it, or its own text. */
export function explain(difference: Difference, allowed: readonly Allowed[]): string {
  const { line, pack = "absent", cnb = "absent" } = difference;
  const isSame = (same: (value: string) => string = () => "") => same(pack) === same(cnb);
  const rule = allowed.find(
    (each) => each.line.test(line) && each.pack.test(pack) && each.cnb.test(cnb) && isSame(each.same),
  );
  return rule?.title ?? `${line}: pack ${pack}, cnb ${cnb}`;
}
