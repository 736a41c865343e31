import type { Table } from "../../spec/schemas/schema.ts";
import type { GroupDetection } from "../group/group.ts";
import type { DetectOutcome } from "../outcomes.ts";
import { type Contains, listed, sentence, type Verdict } from "./verdict.ts";

type AnyDetectOutcome = DetectOutcome | GroupDetection;

/** Checks that detection passed. */
export function passes(outcome: AnyDetectOutcome): Verdict {
  const pass = outcome.outcome === "pass";
  return { pass, message: sentence(pass, "detection", "pass") + listed("it failed", pass ? [] : reasonsOf(outcome)) };
}

/** Checks that detection failed for this reason. */
export function failsWith(outcome: AnyDetectOutcome, reason?: string | RegExp): Verdict {
  const reasons = outcome.outcome === "pass" ? [] : reasonsOf(outcome);
  const pass = outcome.outcome === "fail" && (reason === undefined || reasons.some((each) => says(each, reason)));
  const because = reason === undefined ? "" : ` because ${quoted(reason)}`;
  const part = typeof reason === "string" && !pass && reasons.some((each) => each.includes(reason));
  const failed = listed("it failed because", reasons) + (part ? partOnly : "");
  const instead = outcome.outcome === "pass" ? "\nit passed" : failed;
  return { pass, message: sentence(pass, "detection", `fail${because}`) + instead };
}

const quoted = (reason: string | RegExp): string => (reason instanceof RegExp ? `${reason}` : JSON.stringify(reason));

const partOnly = "\na string must be the whole reason; a pattern such as /no package/ matches a part of it";

function reasonsOf(outcome: AnyDetectOutcome): readonly string[] {
  if (outcome.outcome === "pass") return [];
  return "reasons" in outcome ? outcome.reasons : [outcome.reason];
}

const says = (text: string, wanted: string | RegExp): boolean =>
  wanted instanceof RegExp ? wanted.test(text) : text === wanted;

/** Checks that an alternative of the plan provides all these names. */
export function provides(outcome: DetectOutcome, names: readonly string[]): Verdict {
  const alternatives = outcome.outcome === "pass" ? outcome.plan : [];
  const pass = alternatives.some((each) => names.every((name) => each.provides.includes(name)));
  const fact = `provide ${names.join(", ")}`;
  return { pass, message: sentence(pass, "detection", fact) + listed("its alternatives", shownPlan(outcome)) };
}

/** Checks that an alternative of the plan requires the name with this metadata. */
export function requires(outcome: DetectOutcome, name: string, metadata: Table, contains: Contains): Verdict {
  const alternatives = outcome.outcome === "pass" ? outcome.plan : [];
  const pass = alternatives.some((each) =>
    each.requires.some((required) => required.name === name && contains(required.metadata, metadata)),
  );
  const fact = `require ${name}${Object.keys(metadata).length === 0 ? "" : ` with ${JSON.stringify(metadata)}`}`;
  return { pass, message: sentence(pass, "detection", fact) + listed("its alternatives", shownPlan(outcome)) };
}

function shownPlan(outcome: DetectOutcome): readonly string[] {
  if (outcome.outcome === "fail") return [`none: it failed because ${outcome.reason}`];
  return outcome.plan.map(({ provides, requires }) => {
    const required = requires.map(({ name, metadata }) => `${name} ${JSON.stringify(metadata)}`);
    return `provides ${provides.join(", ") || "nothing"}; requires ${required.join(", ") || "nothing"}`;
  });
}
