import { commented } from "../comment.ts";
import type { EmitPlan } from "../plan.ts";
import { buildCommand, buildVariables, groovyString, writtenBy } from "./common.ts";

const heading = (plan: EmitPlan) => `${writtenBy(plan, "jenkins")}
Save as Jenkinsfile, for a multibranch Pipeline. The credential docker-auth-config, a secret text,
contains a config.json of Docker with the login of the registry. Later stages read IMAGE_URL,
IMAGE_DIGEST and IMAGE_REFERENCE from build.env.`;

/** Renders a declarative Pipeline of Jenkins that builds the image of the branch main. */
export const jenkinsManifest = (plan: EmitPlan): string => `${commented("//", heading(plan))}
pipeline {
  // A node with Linux, Node.js 22.15 or newer and the programs of a sandbox: cnb doctor lists them.
  agent { label 'linux' }
  options {
    // Two builds at once would write the same cache image.
    disableConcurrentBuilds()
    timeout(time: 1, unit: 'HOURS')
  }
  stages {
    stage(${groovyString(`build-${plan.name}`)}) {
      when { branch 'main' }
      environment {
        // The builder is pinned by digest. Run cnb emit again to use a newer builder.
${assignments(plan)}
        DOCKER_AUTH_CONFIG = credentials('docker-auth-config')
      }
      steps {
        sh '''
${indented(escaped(buildCommand(plan, "GIT_COMMIT", ["--output-file build.env"])), 10)}
        '''
        archiveArtifacts artifacts: 'build.env'
      }
    }
  }
}
`;

const assignments = (plan: EmitPlan): string =>
  Object.entries(buildVariables(plan))
    .map(([name, value]) => `        ${name} = ${groovyString(value)}`)
    .join("\n");

const escaped = (text: string): string => text.replaceAll("\\", "\\\\");

const indented = (text: string, width: number): string => text.trimEnd().replaceAll(/^/gm, " ".repeat(width));
