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
  /** What stands there in pack's image and in ours; "absent" is no line. */
  readonly pack: RegExp;
  readonly cnb: RegExp;
  /** What is compared of both, where it is not the lines as a whole: it has to be the same. */
  readonly same?: (value: string) => string;
  /** Whether pack's own result changes from run to run, so that they may be equal by chance. */
  readonly random?: boolean;
}

/** What differs between what pack made and what cnb made. */
export function differences(pack: ImageView, cnb: ImageView): readonly Difference[] {
  const all = [...new Set([...Object.keys(pack), ...Object.keys(cnb)])].sort();
  const different = all.filter((line) => pack[line] !== cnb[line]);
  return withoutConsequences(different.map((line) => ({ line, pack: pack[line], cnb: cnb[line] })));
}

/** Where a file differs, the bytes of its layer do, and labels that name them: these are no differences of their own. */
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
