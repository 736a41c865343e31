import type { BuildKind } from "./kind-names.ts";
import { azureManifest } from "./kinds/azure.ts";
import { bitbucketManifest } from "./kinds/bitbucket.ts";
import { circleciManifest } from "./kinds/circleci.ts";
import { githubManifest } from "./kinds/github.ts";
import { gitlabManifest } from "./kinds/gitlab.ts";
import { jenkinsManifest } from "./kinds/jenkins.ts";
import { kpackManifest } from "./kinds/kpack.ts";
import { kubernetesManifest, kubernetesRebaseManifest } from "./kinds/kubernetes.ts";
import { shipwrightManifest } from "./kinds/shipwright.ts";
import { springGradleManifest, springMavenManifest } from "./kinds/spring.ts";
import { tektonManifest } from "./kinds/tekton.ts";
import { woodpeckerManifest } from "./kinds/woodpecker.ts";
import type { EmitPlan, RebasePlan } from "./plan.ts";

/** Renders a manifest that builds an app. */
export const manifestOf = (kind: BuildKind, plan: EmitPlan): string => renderers[kind](plan);

/** Renders a manifest that rebases images. */
export const rebaseManifestOf = (plan: RebasePlan): string => kubernetesRebaseManifest(plan);

const renderers: Readonly<Record<BuildKind, (plan: EmitPlan) => string>> = {
  azure: azureManifest,
  bitbucket: bitbucketManifest,
  circleci: circleciManifest,
  github: githubManifest,
  gitlab: gitlabManifest,
  jenkins: jenkinsManifest,
  kpack: (plan) => kpackManifest(plan, present(plan.kpack)),
  kubernetes: (plan) => kubernetesManifest(plan, present(plan.kubernetes)),
  shipwright: (plan) => shipwrightManifest(plan, present(plan.shipwright)),
  "spring-gradle": springGradleManifest,
  "spring-maven": springMavenManifest,
  tekton: tektonManifest,
  woodpecker: woodpeckerManifest,
};

function present<T>(inputs: T | undefined): T {
  if (inputs === undefined) throw new Error("the plan lacks the inputs of its kind");
  return inputs;
}
