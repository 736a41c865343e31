import { CnbError } from "../../errors.ts";
import { commented } from "../comment.ts";
import { checkedVariables } from "../decide.ts";
import type { EmitPlan } from "../plan.ts";
import { groovyString, writtenBy } from "./common.ts";

const common = (plan: EmitPlan, kind: string, location: string, command: string, publish: string) =>
  `${writtenBy(plan, kind)}
${location}
"${command}" builds the image with Docker. The option ${publish} also
publishes it. Spring Boot 3.5 or newer reads the login of the registry from Docker's config.json.
The builder is pinned by digest. Run cnb emit again to use a newer builder.`;

/** The configuration of Spring Boot's Maven plugin for the goal `build-image`. */
export function springMavenManifest(plan: EmitPlan): string {
  const location = "Add to <plugins> below <build> of pom.xml.";
  const heading = common(
    plan,
    "spring-maven",
    location,
    "mvn spring-boot:build-image",
    "-Dspring-boot.build-image.publish=true",
  );
  return `<!--
${heading}
To use service bindings, add to <image>:
<bindings><binding>$\{project.basedir}/bindings:/platform/bindings:ro</binding></bindings>
If DOCKER_HOST names the socket of Docker or podman, add to <configuration>:
<docker><bindHostToBuilder>true</bindHostToBuilder></docker>
-->
<plugin>
  <groupId>org.springframework.boot</groupId>
  <artifactId>spring-boot-maven-plugin</artifactId>
  <configuration>
    <image>
      <name>${xml(plan.image)}</name>
      <builder>${xml(plan.builder.pinned)}</builder>
${[...runImageElement(plan), ...envElement(plan)].map((line) => `      ${line}\n`).join("")}\
      <buildCache><volume><name>${plan.name}-build</name></volume></buildCache>
      <launchCache><volume><name>${plan.name}-launch</name></volume></launchCache>
    </image>
  </configuration>
</plugin>
`;
}

const runImageElement = ({ runImage }: EmitPlan): readonly string[] =>
  runImage === undefined ? [] : [`<runImage>${xml(runImage)}</runImage>`];

/** Names of variables become names of XML elements. */
const envElement = (plan: EmitPlan): readonly string[] => {
  const variables = checkedVariables(plan.env).map(
    ({ name, value }) => `  <${name}${spaceOf(value)}>${xml(withoutProperties(name, value))}</${name}>`,
  );
  return variables.length === 0 ? [] : ["<env>", ...variables, "</env>"];
};

/** Groovy needs quotes around the key of a map unless the key is an identifier. */
const keyOf = (name: string): string => (/^\w+$/.test(name) ? name : groovyString(name));

/** Maven removes spaces and line breaks around a text unless the element forbids it. */
const spaceOf = (value: string): string => (value === value.trim() ? "" : ' xml:space="preserve"');

/** Maven replaces `${name}` in a value and has no escape for it. */
function withoutProperties(name: string, value: string): string {
  if (!value.includes("${")) return value;
  throw new CnbError(
    "ARGUMENT_INVALID",
    `the value of the variable ${name} in project.toml contains "$\{", which Maven would replace with a property`,
    {
      hint: "Remove the variable from project.toml, or use spring-gradle, which writes the value literally.",
    },
  );
}

const xml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");

/** The configuration of Spring Boot's Gradle plugin for the task `bootBuildImage`. */
export function springGradleManifest(plan: EmitPlan): string {
  const location = "Add to build.gradle, below the plugin org.springframework.boot.";
  const heading = common(plan, "spring-gradle", location, "gradle bootBuildImage", "-Ppublish");
  const { image, name, runImage, builder } = plan;
  const variables = checkedVariables(plan.env).map(
    ({ name, value }) => `    ${keyOf(name)}: ${groovyString(value)},\n`,
  );
  return `${commented("//", heading)}
tasks.named('bootBuildImage') {
  imageName = ${groovyString(image)}
  builder = ${groovyString(builder.pinned)}
${runImage === undefined ? "" : `  runImage = ${groovyString(runImage)}\n`}\
${variables.length === 0 ? "" : `  environment = [\n${variables.join("")}  ]\n`}\
  publish = project.hasProperty('publish')
  // To use service bindings: bindings = ["$projectDir/bindings:/platform/bindings:ro"]
  // If DOCKER_HOST names the socket of Docker or podman: docker { bindHostToBuilder = true }
  buildCache { volume { name = '${name}-build' } }
  launchCache { volume { name = '${name}-launch' } }
}
`;
}
