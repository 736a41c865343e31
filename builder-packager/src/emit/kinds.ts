import type { EmitKind } from "./kind-names.ts";
import { githubManifest } from "./kinds/github.ts";
import { gitlabManifest } from "./kinds/gitlab.ts";
import { kpackManifest } from "./kinds/kpack.ts";
import { tektonManifest } from "./kinds/tekton.ts";
import type { EmitPlan } from "./plan.ts";

/** Renders the manifest of a kind. */
export function manifestOf(kind: EmitKind, plan: EmitPlan): string {
  if (kind !== "kpack") return renderers[kind](plan);
  if (plan.kpack === undefined) throw new Error("the plan of a kpack manifest has no kpack inputs");
  return kpackManifest(plan, plan.kpack);
}

const renderers = { github: githubManifest, gitlab: gitlabManifest, tekton: tektonManifest };
