import { baseTomlKeys } from "../../../builder-packager/src/base/base-toml-schema.ts";
import { builderTomlKeys } from "../../../builder-packager/src/builder/toml/builder-toml-schema.ts";
import { packageTomlKeys } from "../../../builder-packager/src/buildpackage/package-toml.ts";
import { descriptorKeys } from "../../../builder-packager/src/config/check-descriptor.ts";
import { userConfigKeys } from "../../../builder-packager/src/config/user-config-toml.ts";
import { projectTomlKeys } from "../../../builder-packager/src/project/unknown-project-keys.ts";
import type { FileReference, KeyText } from "./file-keys.ts";

const texts = "list of strings";
const execEnv: KeyText = [texts, "Execution environments in which this applies, such as `production`. Default: all."];
const distros: Readonly<Record<string, KeyText>> = {
  name: ["string, required", "The distribution: `ID` in `/etc/os-release`."],
  version: ["string", "Its version: `VERSION_ID`. Default: any."],
};

const buildpackToml: FileReference = {
  name: "buildpack.toml",
  known: descriptorKeys,
  intro: `
\`buildpack.toml\` describes a buildpack, and \`extension.toml\` an image extension with \`[extension]\` in place of \`[buildpack]\`.
Both are in the specification. \`[metadata]\` belongs to the buildpack; libcnb reads two lists in it.

\`\`\`toml
api = "0.10"

[buildpack]
id = "acme/web"
version = "1.2.0"
name = "Web"

[[targets]]
os = "linux"
arch = "amd64"

[[metadata.configurations]]
name = "BP_WEB_ROOT"
default = "public"
\`\`\`

\`cnb buildpack package\` refuses a misspelt key and suggests the right one.`,
  tables: [
    {
      heading: "Top level",
      at: [""],
      keys: { api: ["string, required", "The Buildpack API that the buildpack implements, such as `0.10`."] },
    },
    {
      heading: "[buildpack] or [extension]",
      at: ["buildpack", "extension"],
      keys: {
        id: ["string, required", "The identifier, such as `acme/web`."],
        version: ["string, required", "The version: `X.Y.Z`."],
        name: ["string", "The name that logs show."],
        description: ["string", "One line on what the buildpack does."],
        homepage: ["string", "The address of the project."],
        keywords: [texts, "Words for searching."],
        "clear-env": ["boolean", "Do not pass the user's environment variables to the buildpack. Default: `false`."],
        "exec-env": execEnv,
        "sbom-formats": [texts, "Media types of the SBOMs that the buildpack writes."],
      },
    },
    {
      heading: "[[buildpack.licenses]]",
      at: ["buildpack.licenses", "extension.licenses"],
      keys: {
        type: ["string", "The SPDX identifier of the license."],
        uri: ["string", "The address of the license's text."],
      },
    },
    {
      heading: "[[targets]]",
      at: ["targets"],
      text: "The platforms on which the buildpack runs. Without `[[targets]]` it runs on any.",
      keys: {
        os: ["string", "The operating system: `linux`. Default: any."],
        arch: ["string", "The architecture: `amd64` or `arm64`. Default: any."],
        variant: ["string", "The variant of the architecture, such as `v8`."],
        "arch-variant": ["string", "The name by which the lifecycle reads `variant`."],
      },
    },
    { heading: "[[targets.distros]]", at: ["targets.distros"], keys: distros },
    {
      heading: "[[order]]",
      at: ["order.group"],
      text: "An order makes the buildpack a composite of other buildpacks. The keys are those of `[[order.group]]`.",
      keys: {
        id: ["string, required", "The buildpack's identifier."],
        version: ["string", "The version. Default: any."],
        optional: ["boolean", "The group may do without this buildpack. Default: `false`."],
        "exec-env": execEnv,
      },
    },
    {
      heading: "[[stacks]]",
      at: ["stacks"],
      text: "For older platforms. `[[targets]]` has replaced stacks.",
      keys: {
        id: ["string, required", "The stack, such as `io.buildpacks.stacks.jammy`, or `*`."],
        mixins: [texts, "Packages that the stack must have."],
      },
    },
    {
      heading: "[[metadata.configurations]]",
      at: ["metadata.configurations"],
      text: "The environment variables that users set. See [configuration](../guide/configuration.md).",
      keys: {
        name: ["string, required", "The variable. Names that begin with `CNB_` are the platform's."],
        description: ["string", "The purpose of the variable. The log shows it with `BP_LOG_LEVEL=debug`."],
        default: ["string, boolean, number, list", "The value if the user sets none."],
        build: ["boolean", "The build reads it. Default: `true`, unless `launch` is set."],
        launch: ["boolean", "The started container reads it. Default: `false`."],
        type: [
          "string",
          "The form of the value, which is checked: `string`, `boolean`, `integer`, `number` or `list`.",
        ],
        secret: ["boolean", "The log masks the value. Default: `true` for names with `TOKEN`, `SECRET` and the like."],
      },
    },
    {
      heading: "[[metadata.dependencies]]",
      at: ["metadata.dependencies"],
      text: "The releases that the buildpack installs. See [dependencies](../guide/dependencies.md).",
      keys: {
        id: ["string, required", "The name by which the buildpack asks for it."],
        name: ["string", "The name in the log and the SBOM."],
        version: ["string, required", "The version of the release."],
        uri: ["string, required", "The address of the archive."],
        checksum: ["string", "`sha256:…` or `sha512:…` of the archive."],
        sha256: ["string", "The older form of `checksum`."],
        os: ["string", "The operating system that the archive is for. Default: any."],
        arch: ["string", "The architecture that it is for. Default: any."],
        variant: ["string", "The variant of the architecture."],
        stacks: [texts, "Stacks that it is for."],
        licenses: ["list", "SPDX identifiers or tables with `type` and `uri`, for the SBOM."],
        purl: ["string", "The package URL, for the SBOM."],
        purls: [texts, "Several package URLs."],
        cpe: ["string", "The name in vulnerability databases, for the SBOM."],
        cpes: [texts, "Several such names."],
        source: ["string", "The address of the source code."],
        "source-checksum": ["string", "The checksum of the source code."],
        source_sha256: ["string", "The older form of `source-checksum`."],
        "strip-components": ["integer", "Leading directories that extracting removes from paths."],
        deprecation_date: ["date", "When support ends. The log warns near that date."],
        "eol-date": ["date", "Another name of `deprecation_date`."],
      },
    },
    { heading: "[[metadata.dependencies.distros]]", at: ["metadata.dependencies.distros"], keys: distros },
  ],
};

const describedModule: Readonly<Record<string, KeyText>> = {
  name: ["string", "Ignored, as `pack` does."],
  description: ["string", "Ignored."],
  homepage: ["string", "Ignored."],
  keywords: [texts, "Ignored."],
  "clear-env": ["boolean", "Ignored."],
};
const ignoredLicenses: Readonly<Record<string, KeyText>> = {
  type: ["string", "Ignored."],
  uri: ["string", "Ignored."],
};
const orderMember: Readonly<Record<string, KeyText>> = {
  id: ["string, required", "The buildpack's or extension's identifier."],
  version: ["string", "The version. Required only if the builder contains several."],
  optional: ["boolean", "The group may do without it. Default: `false`."],
  "exec-env": execEnv,
  ...describedModule,
};

const builderToml: FileReference = {
  name: "builder.toml",
  known: builderTomlKeys,
  intro: `
\`cnb builder create\` reads \`builder.toml\`, in the format of \`pack builder create\`. [Builders](../guide/builders.md) shows a whole file.
Relative paths start at the directory of the file. An unknown key is an error.`,
  tables: [
    {
      heading: "Top level",
      at: [""],
      keys: { description: ["string", "The purpose of the builder. `cnb builder inspect` shows it."] },
    },
    {
      heading: "[[buildpacks]] and [[extensions]]",
      at: ["buildpacks", "extensions"],
      keys: {
        uri: ["string, required", "A directory, a `.cnb` file, `oci:DIR`, `docker://IMAGE` or `https://…`."],
        image: ["string", 'The older form of `uri = "docker://…"`.'],
        id: ["string", "The expected identifier. Another one is an error."],
        version: ["string", "The expected version."],
        "exec-env": execEnv,
        ...describedModule,
      },
    },
    {
      heading: "[[order]] and [[order-extensions]]",
      at: ["order.group", "order-extensions.group"],
      text: "Groups in the order in which detection tries them. The keys are those of `[[order.group]]`.",
      keys: orderMember,
    },
    {
      heading: "[system.pre] and [system.post]",
      at: ["system.pre.buildpacks", "system.post.buildpacks"],
      text: "Buildpacks that run before and after every group. The keys are those of an entry of `buildpacks`.",
      keys: orderMember,
    },
    {
      heading: "Licenses",
      at: [
        "buildpacks.licenses",
        "extensions.licenses",
        "order.group.licenses",
        "order-extensions.group.licenses",
        "system.pre.buildpacks.licenses",
        "system.post.buildpacks.licenses",
      ],
      text: "`pack` accepts `licenses` where a buildpack is named, and makes nothing of it.",
      keys: ignoredLicenses,
    },
    {
      heading: "[lifecycle]",
      at: ["lifecycle"],
      keys: {
        version: ["string", "A release of the lifecycle, such as `0.21.0`."],
        uri: ["string", "An archive, an address, or `docker://IMAGE`, in place of `version`."],
      },
    },
    {
      heading: "[build]",
      at: ["build"],
      keys: { image: ["string, required", "The build image."] },
    },
    {
      heading: "[[build.env]]",
      at: ["build.env"],
      keys: {
        name: ["string, required", "An environment variable for all buildpacks."],
        value: ["string, required", "Its value."],
        suffix: ["string", "`default`, `override`, `append` or `prepend`."],
        delim: ["string", "The text between the values that `append` and `prepend` join."],
        "exec-env": [texts, "No effect: the lifecycle always sets the variable. The command warns."],
      },
    },
    {
      heading: "[[run.images]]",
      at: ["run.images"],
      keys: {
        image: ["string, required", "The run image."],
        mirrors: [texts, "Other names of the same image. A mirror in the app's own registry is preferred."],
      },
    },
    {
      heading: "[[targets]]",
      at: ["targets"],
      text: "The platforms to assemble the builder for. Default: that of the build image.",
      keys: {
        os: ["string, required", "The operating system."],
        arch: ["string, required", "The architecture."],
        variant: ["string", "The variant of the architecture."],
      },
    },
    { heading: "[[targets.distros]]", at: ["targets.distros"], keys: distros },
    {
      heading: "[stack]",
      at: ["stack"],
      text: "For older files. `[build]` and `[[run.images]]` have replaced it.",
      keys: {
        id: ["string", "The stack."],
        "build-image": ["string", "The older form of `[build]` `image`."],
        "run-image": ["string", "The older form of `[[run.images]]` `image`."],
        "run-image-mirrors": [texts, "The older form of `mirrors`."],
      },
    },
  ],
};

const packageToml: FileReference = {
  name: "package.toml",
  known: packageTomlKeys,
  intro: `
\`cnb buildpack package\` reads \`package.toml\`, in the format of \`pack buildpack package\`. A single buildpack does not need one.

\`\`\`toml
[buildpack]
uri = "."

[[dependencies]]
uri = "../node-engine"

[[targets]]
os = "linux"
arch = "amd64"
\`\`\``,
  tables: [
    {
      heading: "[buildpack] or [extension]",
      at: ["buildpack", "extension"],
      keys: { uri: ["string", "The directory of the buildpack or extension, relative to the file. Default: `.`."] },
    },
    {
      heading: "[[dependencies]]",
      at: ["dependencies"],
      text: "The members of a composite buildpack.",
      keys: {
        uri: ["string", "A directory, a `.cnb` file, `oci:DIR`, `docker://IMAGE` or `https://…`."],
        image: ["string", 'The older form of `uri = "docker://…"`.'],
      },
    },
    {
      heading: "[[targets]]",
      at: ["targets"],
      text: "The platforms of the package. Default: those of `buildpack.toml`, otherwise this machine's.",
      keys: {
        os: ["string, required", "The operating system."],
        arch: ["string, required", "The architecture."],
        variant: ["string", "The variant of the architecture."],
      },
    },
    { heading: "[[targets.distros]]", at: ["targets.distros"], keys: distros },
    {
      heading: "[platform]",
      at: ["platform"],
      keys: { os: ["string", "For older files: the operating system. `[[targets]]` takes precedence."] },
    },
  ],
};

const baseImage: Readonly<Record<string, KeyText>> = {
  packages: [texts, "Packages of this image, in addition to those of both."],
  uid: ["integer", "The user's id. Default: 1001 in the build image, 1002 in the run image."],
  variant: ["string", "`minimal`, `distroless` or `full`. Default: the `variant` of both images."],
  extend: ["string", "An image to add the packages to."],
  description: ["string", "The label `io.buildpacks.base.description` of this image."],
};
const variables: KeyText = ["table of strings", "Environment variables, by name."];
const labels: KeyText = ["table of strings", "Labels, by name."];

const baseToml: FileReference = {
  name: "base.toml",
  known: baseTomlKeys,
  intro: `
\`cnb base create\` reads \`base.toml\`. [Base images](../guide/base-images.md) explains the variants and the sources of packages.
Relative paths start at the directory of the file. An unknown key is an error.

\`\`\`toml
suite = "bookworm"
packages = ["base-files", "ca-certificates", "libc6"]

[build]
packages = ["bash", "coreutils"]

[[files]]
path = "/etc/motd"
content = "Built by cnb\\n"
\`\`\``,
  tables: [
    {
      heading: "Top level",
      at: [""],
      keys: {
        name: ["string", "The name that the images record. Default: that of the output."],
        id: ["string", "The identifier in the labels `io.buildpacks.base.id` and `io.buildpacks.stack.id`."],
        description: ["string", "The label `io.buildpacks.base.description`."],
        maintainer: ["string", "The label `io.buildpacks.base.maintainer`."],
        homepage: ["string", "The label `io.buildpacks.base.homepage`."],
        suite: ["string", "The distribution's release, such as `bookworm`."],
        components: [texts, "Parts of the archive, such as `main`. Default: those of the mirror or apt source."],
        architectures: [texts, "`amd64`, `arm64` or both. Default: this machine's."],
        variant: ["string", "`minimal` (default), `distroless` or `full`."],
        extend: ["string", "An image to add the packages to, in place of a new one."],
        mirrors: [texts, "Where the packages come from. Default: this machine's apt sources."],
        "allow-unsigned": ["boolean", "Accept mirrors without a signature. Default: `false`."],
        keyring: ["string", "The file with the keys that may sign. Default: this machine's keyrings."],
        certificates: [texts, "Files with CA certificates to add to the images' bundle."],
        packages: [texts, "Packages of both images. Dependencies are added."],
        without: [texts, "Packages to leave out although others depend on them."],
        timezone: ["string", "The time zone, such as `Europe/Berlin`."],
        locale: ["string", "`LANG`. Default: `C.UTF-8` if `libc-bin` is installed."],
        env: variables,
        labels,
      },
    },
    {
      heading: "[build] and [run]",
      at: ["build", "run"],
      text: "One of the two images.",
      keys: { ...baseImage, env: variables, labels },
    },
    {
      heading: "[user]",
      at: ["user"],
      text: "The user that both images run as.",
      keys: {
        name: ["string", "The name. Default: `cnb`."],
        gid: ["integer", "The group's id. Default: 1000."],
      },
    },
    {
      heading: "[[users]]",
      at: ["users"],
      keys: {
        name: ["string, required", "The name of a further account."],
        uid: ["integer, required", "Its id."],
        gid: ["integer", "Its group's id. Default: that of the images' user."],
        home: ["string", "Its home directory."],
        shell: ["string", "Its shell."],
        image: ["string", "`build` or `run`. Default: both."],
      },
    },
    {
      heading: "[[groups]]",
      at: ["groups"],
      keys: {
        name: ["string, required", "The name of a further group."],
        gid: ["integer, required", "Its id."],
        members: [texts, "Names of accounts."],
        image: ["string", "`build` or `run`. Default: both."],
      },
    },
    {
      heading: "[[files]]",
      at: ["files"],
      text: "An entry has exactly one of `source`, `content`, `link` and `directory`.",
      keys: {
        path: ["string, required", "The absolute path in the image."],
        source: ["string", "A file or directory next to `base.toml` to copy."],
        content: ["string", "The file's text."],
        link: ["string", "The target of a symbolic link."],
        directory: ["`true`", "Create a directory."],
        mode: ["string", 'Octal digits, such as `"0640"`.'],
        owner: ["string", "The name of a user, or `UID:GID`."],
        image: ["string", "`build` or `run`. Default: both."],
      },
    },
  ],
};

const projectMember: Readonly<Record<string, KeyText>> = {
  id: ["string", "A buildpack of the builder."],
  version: ["string", "Its version."],
  uri: ["string", "A directory of the app, a `.cnb` file, `docker://IMAGE` or `https://…`."],
  "exec-env": execEnv,
};

const projectToml: FileReference = {
  name: "project.toml",
  known: projectTomlKeys,
  intro: `
\`cnb build\` reads \`project.toml\` in the app's directory. The format is that of the
[project descriptor](https://github.com/buildpacks/spec/blob/main/extensions/project-descriptor.md).
This page lists the keys of schema 0.2 and 0.3. Files of schema 0.1 (\`[project]\`, \`[build]\`) work, too.

\`\`\`toml
[_]
schema-version = "0.2"
name = "Shop"

[[io.buildpacks.build.env]]
name = "BP_NODE_VERSION"
value = "24"
\`\`\`

Unknown keys are warnings. Tables of your own, such as \`[com.example]\`, are left to you.`,
  tables: [
    {
      heading: "[_]",
      at: ["_"],
      keys: {
        "schema-version": ["string", "`0.2` or `0.3`."],
        id: ["string", "The app's identifier."],
        name: ["string", "Its name."],
        version: ["string", "Its version."],
        authors: [texts, "Its authors."],
        "documentation-url": ["string", "The address of its documentation."],
        "source-url": ["string", "The address of its source code."],
        metadata: ["table", "Anything. Buildpacks can read it."],
      },
    },
    {
      heading: "[[_.licenses]]",
      at: ["_.licenses"],
      keys: {
        type: ["string", "The SPDX identifier of the license."],
        uri: ["string", "The address of the license's text."],
      },
    },
    {
      heading: "[io.buildpacks]",
      at: ["io.buildpacks"],
      keys: {
        builder: ["string", "The builder, if the command names none."],
        include: [texts, "Patterns of the files that belong to the app. All others are left out."],
        exclude: [texts, "Patterns of files to leave out. Either `include` or `exclude`."],
      },
    },
    {
      heading: "[[io.buildpacks.group]], [[io.buildpacks.pre.group]] and [[io.buildpacks.post.group]]",
      at: ["io.buildpacks.group", "io.buildpacks.pre.group", "io.buildpacks.post.group"],
      text: "`group` replaces the builder's order. `pre` and `post` add buildpacks before and after it.",
      keys: projectMember,
    },
    {
      heading: "[io.buildpacks.group.script]",
      at: ["io.buildpacks.group.script", "io.buildpacks.pre.group.script", "io.buildpacks.post.group.script"],
      text: "A buildpack that is written into the file.",
      keys: {
        api: ["string, required", "The Buildpack API."],
        inline: ["string, required", "The text of `bin/build`."],
        shell: ["string", "The program that runs it. Default: `/bin/sh`."],
      },
    },
    {
      heading: "[[io.buildpacks.build.env]]",
      at: ["io.buildpacks.build.env", "io.buildpacks.env.build"],
      text: "Environment variables of the build. `[[io.buildpacks.env.build]]` is an older name.",
      keys: {
        name: ["string, required", "The variable."],
        value: ["string, required", "Its value."],
        "exec-env": execEnv,
      },
    },
  ],
};

const configToml: FileReference = {
  name: "config.toml",
  known: userConfigKeys,
  intro: `
Every command of \`cnb\` reads \`~/.config/libcnb/config.toml\`, or the file that \`LIBCNB_CONFIG\` names. The file is optional.
[Registries](../guide/registries.md) explains the settings. An unknown key is an error.`,
  tables: [
    {
      heading: "Top level",
      at: [""],
      keys: {
        "insecure-registries": [
          texts,
          "Registries that use plain HTTP, or HTTPS with a certificate that no trusted CA signed.",
        ],
        "ca-certificates": [texts, "Files with CA certificates to trust in addition to the system's."],
        "registry-mirrors": ["table", 'Mirrors by registry: `"docker.io" = "mirror.example.com"`, or a list of them.'],
      },
    },
    {
      heading: '[registry-logins."HOST"]',
      at: ["registry-logins"],
      text: "A login for the registry in the heading.",
      keys: {
        username: ["string", "The user."],
        password: ["string", "The password or token. Only you may be allowed to read the file then."],
        "identity-token": ["string", "An OAuth2 refresh token, in place of a password."],
        helper: ["string", "The credential helper to ask, such as `ecr-login`."],
      },
    },
  ],
};

/** The files that users write, by the name of their page in docs/reference. */
export const files: Readonly<Record<string, FileReference>> = {
  "buildpack-toml": buildpackToml,
  "package-toml": packageToml,
  "builder-toml": builderToml,
  "base-toml": baseToml,
  "project-toml": projectToml,
  "config-toml": configToml,
};
