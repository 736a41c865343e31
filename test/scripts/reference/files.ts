import { baseTomlKeys } from "../../../builder-packager/src/base/base-toml-schema.ts";
import { builderTomlKeys } from "../../../builder-packager/src/builder/toml/builder-toml-schema.ts";
import { packageTomlKeys } from "../../../builder-packager/src/buildpackage/package-toml.ts";
import { descriptorKeys } from "../../../builder-packager/src/config/check-descriptor.ts";
import { userConfigKeys } from "../../../builder-packager/src/config/user-config-toml.ts";
import { projectTomlKeys } from "../../../builder-packager/src/project/unknown-project-keys.ts";
import type { FileReference, FileTable, KeyText } from "./file-keys.ts";
import { policyToml } from "./policy-toml.ts";
import { identitiesTable, keysText } from "./signers.ts";

const texts = "list of strings";
const execEnv: KeyText = [
  texts,
  "The execution environments in which this table has an effect, such as `production`. Default: all.",
];
const distros: Readonly<Record<string, KeyText>> = {
  name: ["string, required", "The distribution: `ID` in `/etc/os-release`."],
  version: ["string", "Its version: `VERSION_ID`. Default: any."],
};

/** The tables `[[verify]]` and `[[verify.identities]]`, which several files have. */
const verifyTables = (text: string): readonly FileTable[] => [verifyTable(text), identitiesTable("verify.identities")];

const verifyTable = (text: string): FileTable => ({
  heading: "[[verify]]",
  at: ["verify"],
  text: `${text} For each image, \`cnb\` uses the first \`[[verify]]\` whose \`images\` match its name. See [signatures](../guide/signatures.md#before-use).`,
  keys: {
    images: [
      texts,
      "Image names without tag and digest, such as `registry.example.com/acme/*`. `*` matches any characters. Default: all images.",
    ],
    keys: keysText,
  },
});

const buildpackToml: FileReference = {
  name: "buildpack.toml",
  known: descriptorKeys,
  intro: `
\`buildpack.toml\` describes a buildpack. \`extension.toml\` describes an image extension, with \`[extension]\` in place of
\`[buildpack]\`. The specification defines both files. \`[metadata]\` can contain any data of the buildpack. libcnb defines
two lists in it, \`configurations\` and \`dependencies\`.

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

\`cnb buildpack package\` refuses an unknown key that resembles a known key, and suggests the known key.
Other unknown keys are accepted, because tools may add keys of their own. In
\`[[metadata.configurations]]\` of a buildpack in TypeScript, every unknown key is an error.`,
  tables: [
    {
      heading: "Top level",
      at: [""],
      keys: { api: ["string, required", "The Buildpack API that the buildpack implements, such as `0.10`."] },
    },
    {
      heading: "[buildpack] or [extension]",
      at: ["buildpack", "extension"],
      text: "The identity and the description of the buildpack or extension.",
      keys: {
        id: ["string, required", "The identifier, such as `acme/web`."],
        version: ["string, required", "The version: `X.Y.Z`."],
        name: ["string", "The name that logs show."],
        description: ["string", "One line on what the buildpack does."],
        homepage: ["string", "The URL of the project."],
        keywords: [texts, "Words by which users find the buildpack in a registry of buildpacks."],
        "clear-env": ["boolean", "Do not pass the user's environment variables to the buildpack. Default: `false`."],
        "exec-env": execEnv,
        "sbom-formats": [texts, "Media types of the SBOMs that the buildpack writes."],
      },
    },
    {
      heading: "[[buildpack.licenses]]",
      at: ["buildpack.licenses", "extension.licenses"],
      text: "The licences of the buildpack or extension.",
      keys: {
        type: ["string", "The SPDX identifier of the licence."],
        uri: ["string", "The URL of the text of the licence."],
      },
    },
    {
      heading: "[[targets]]",
      at: ["targets"],
      text: "The platforms on which the buildpack runs. Without `[[targets]]`, it runs on any platform.",
      keys: {
        os: ["string", "The operating system: `linux`. Default: any."],
        arch: ["string", "The architecture: `amd64` or `arm64`. Default: any."],
        variant: ["string", "The variant of the architecture, such as `v8`."],
        "arch-variant": [
          "string",
          "Another name of `variant`. The lifecycle reads only `arch-variant`, but the specification names `variant`. `cnb` reads both.",
        ],
      },
    },
    {
      heading: "[[targets.distros]]",
      at: ["targets.distros"],
      text: "The distributions on which the buildpack runs. Default: any.",
      keys: distros,
    },
    {
      heading: "[[order]]",
      at: ["order.group"],
      text: "A buildpack with an order is a composite of other buildpacks. Each `[[order]]` is a group, and each `[[order.group]]` is a member of the group, with these keys:",
      keys: {
        id: ["string, required", "The buildpack's identifier."],
        version: ["string", "The version. Default: any."],
        optional: ["boolean", "The group can pass without this buildpack. Default: `false`."],
        "exec-env": execEnv,
      },
    },
    {
      heading: "[[stacks]]",
      at: ["stacks"],
      text: "Stacks are for older platforms. `[[targets]]` replaces them.",
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
        name: ["string, required", "The variable. Names that start with `CNB_` are reserved for the platform."],
        description: ["string", "The purpose of the variable. The log shows it with `BP_LOG_LEVEL=debug`."],
        default: ["string, boolean, number, list", "The value if the user sets none."],
        build: ["boolean", "The variable is read in the build. Default: `true`, unless `launch` is set."],
        launch: ["boolean", "The variable is read when the container starts. Default: `false`."],
        type: ["string", "The type that the value must have: `string`, `boolean`, `integer`, `number` or `list`."],
        secret: [
          "boolean",
          "The log masks the value. Default: `true` if the name contains `TOKEN`, `SECRET`, `PASSW`, `PASSPHRASE`, `CREDENTIAL` or `KEY`.",
        ],
      },
    },
    {
      heading: "[metadata]",
      at: ["metadata"],
      text: "Any data of the buildpack. libcnb defines these keys:",
      keys: {
        "default-versions": [
          "table of strings",
          "Version ranges by the id of the dependency. A range applies if the user requests no version.",
        ],
        "dependency-sources": [
          "list of tables",
          "The indexes from which `cnb inventory` reads the published releases. See [inventories](../guide/inventories.md).",
        ],
        "dependency-constraints": [
          "list of tables",
          "Rules that select which releases `cnb inventory update` adds and keeps. See [constraints](../guide/inventories.md#constraints).",
        ],
      },
    },
    {
      heading: "[[metadata.dependencies]]",
      at: ["metadata.dependencies"],
      text: "The releases that the buildpack installs. See [dependencies](../guide/dependencies.md).",
      keys: {
        id: ["string, required", "The name that the buildpack passes to `inventory.resolve`."],
        name: ["string", "The name in the log and the SBOM."],
        version: ["string, required", "The version of the release."],
        uri: ["string, required", "The URL of the archive."],
        checksum: [
          "string",
          "The archive's checksum: `sha256:…`, `sha384:…`, `sha512:…`, or `sha512-…` as in npm lockfiles.",
        ],
        sha256: ["string", "The older form of `checksum`."],
        os: ["string", "The operating system that the archive is for. Default: any."],
        arch: ["string", "The architecture that the archive is for. Default: any."],
        variant: ["string", "The variant of the architecture."],
        stacks: [texts, "The stacks that the archive is for."],
        licenses: ["list", "SPDX identifiers or tables with `type` and `uri`, for the SBOM."],
        purl: ["string", "The package URL, for the SBOM."],
        purls: [texts, "Several package URLs."],
        cpe: ["string", "The CPE, which is the name in vulnerability databases, for the SBOM."],
        cpes: [texts, "Several CPEs."],
        source: ["string", "The URL of the source code."],
        "source-checksum": ["string", "The checksum of the source code."],
        source_sha256: ["string", "The older form of `source-checksum`."],
        "strip-components": ["integer", "The number of leading directories to remove from the archive's paths."],
        deprecation_date: ["date", "The end of support. The log warns from 30 days before this date."],
        "eol-date": ["date", "Another name of `deprecation_date`."],
      },
    },
    {
      heading: "[[metadata.dependencies.distros]]",
      at: ["metadata.dependencies.distros"],
      text: "The distributions that the archive is for. Default: any.",
      keys: distros,
    },
  ],
};

const describedModule: Readonly<Record<string, KeyText>> = {
  name: ["string", "Ignored, as by `pack`."],
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
  version: ["string", "The version. Required only if the builder contains several versions."],
  optional: ["boolean", "The group can pass without this member. Default: `false`."],
  "exec-env": execEnv,
  ...describedModule,
};

const builderToml: FileReference = {
  name: "builder.toml",
  known: builderTomlKeys,
  intro: `
\`cnb builder create\` reads \`builder.toml\`. The format is that of \`pack builder create\`. [Builders](../guide/builders.md)
shows a complete file. Relative paths start at the directory of the file. An unknown key is an error.`,
  tables: [
    {
      heading: "Top level",
      at: [""],
      keys: { description: ["string", "The purpose of the builder. `cnb builder inspect` shows it."] },
    },
    {
      heading: "[[buildpacks]] and [[extensions]]",
      at: ["buildpacks", "extensions"],
      text: "The buildpacks and extensions that the builder contains.",
      keys: {
        uri: ["string, required", "A directory, a `.cnb` file, `oci:DIR`, `docker://IMAGE` or `https://…`."],
        image: ["string", 'The older form of `uri = "docker://…"`.'],
        id: ["string", "The expected identifier. If the buildpack has another one, the command fails."],
        version: ["string", "The expected version. If the buildpack has another one, the command fails."],
        "exec-env": execEnv,
        ...describedModule,
      },
    },
    {
      heading: "[[order]] and [[order-extensions]]",
      at: ["order.group", "order-extensions.group"],
      text: "Groups, in the order in which detection tries them. Each `[[order.group]]` is a member of a group, with these keys:",
      keys: orderMember,
    },
    {
      heading: "[system.pre] and [system.post]",
      at: ["system.pre.buildpacks", "system.post.buildpacks"],
      text: "Buildpacks that the lifecycle adds to every group: `system.pre` before the buildpacks of the group, `system.post` after them. Each `[[system.pre.buildpacks]]` and `[[system.post.buildpacks]]` has these keys:",
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
      text: "`pack` accepts `licenses` in every table above that names a buildpack, and ignores it. `cnb` does the same.",
      keys: ignoredLicenses,
    },
    ...verifyTables(
      "The signatures that `cnb builder create` requires of the images that it reads: build image, run images, buildpacks and lifecycle image. `pack` refuses this table.",
    ),
    {
      heading: "[lifecycle]",
      at: ["lifecycle"],
      text: "The lifecycle that the builder contains. Default: the release that `cnb` supports.",
      keys: {
        version: ["string", "A release of the lifecycle, such as `0.21.0`."],
        uri: ["string", "An archive, a URL, or `docker://IMAGE`, in place of `version`."],
      },
    },
    {
      heading: "[build]",
      at: ["build"],
      text: "The image in which buildpacks run.",
      keys: { image: ["string, required", "The build image."] },
    },
    {
      heading: "[[build.env]]",
      at: ["build.env"],
      text: "Environment variables for all buildpacks.",
      keys: {
        name: ["string, required", "An environment variable for all buildpacks."],
        value: ["string, required", "The value of the variable."],
        suffix: [
          "string",
          "How to combine `value` with a value that the variable already has: `default`, `override`, `append` or `prepend`.",
        ],
        delim: ["string", "The text between the values that `append` and `prepend` join."],
        "exec-env": [texts, "No effect: the lifecycle always sets the variable. `cnb builder create` warns."],
      },
    },
    {
      heading: "[[run.images]]",
      at: ["run.images"],
      text: "The images in which apps run.",
      keys: {
        image: ["string, required", "The run image."],
        mirrors: [texts, "Other names of the run image. A mirror in the same registry as the app image is preferred."],
      },
    },
    {
      heading: "[[targets]]",
      at: ["targets"],
      text: "The platforms for which the builder is assembled. Default: the platform of the build image.",
      keys: {
        os: ["string, required", "The operating system."],
        arch: ["string, required", "The architecture."],
        variant: ["string", "The variant of the architecture."],
      },
    },
    {
      heading: "[[targets.distros]]",
      at: ["targets.distros"],
      text: "The distributions of the platform.",
      keys: distros,
    },
    {
      heading: "[stack]",
      at: ["stack"],
      text: "`[stack]` is for older files. `[build]` and `[[run.images]]` replace it.",
      keys: {
        id: ["string", "The stack's identifier."],
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
\`cnb buildpack package\` reads \`package.toml\`. The format is that of \`pack buildpack package\`. A buildpack that is not
composite does not need this file.

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
      text: "The buildpack or extension to package.",
      keys: {
        uri: ["string", "The directory of the buildpack or extension, relative to `package.toml`. Default: `.`."],
      },
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
    ...verifyTables("The signatures that the packages in `[[dependencies]]` must have. `pack` refuses this table."),
    {
      heading: "[[targets]]",
      at: ["targets"],
      text: "The platforms of the package. Default: the targets in `buildpack.toml`, otherwise this machine's platform.",
      keys: {
        os: ["string, required", "The operating system."],
        arch: ["string, required", "The architecture."],
        variant: ["string", "The variant of the architecture."],
      },
    },
    {
      heading: "[[targets.distros]]",
      at: ["targets.distros"],
      text: "The distributions of the platform.",
      keys: distros,
    },
    {
      heading: "[platform]",
      at: ["platform"],
      text: "The platform, in older files.",
      keys: { os: ["string", "The operating system, in older files. `[[targets]]` takes precedence."] },
    },
  ],
};

const baseImage: Readonly<Record<string, KeyText>> = {
  packages: [texts, "Packages of this image, in addition to the packages of both images."],
  uid: ["integer", "The user's id. Default: 1001 in the build image, 1002 in the run image."],
  variant: ["string", "`minimal`, `distroless` or `full`. Default: `variant` at the top level."],
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
        name: ["string", "The name that the images record. Default: the name of the output."],
        id: ["string", "The identifier in the labels `io.buildpacks.base.id` and `io.buildpacks.stack.id`."],
        description: ["string", "The label `io.buildpacks.base.description`."],
        maintainer: ["string", "The label `io.buildpacks.base.maintainer`."],
        homepage: ["string", "The label `io.buildpacks.base.homepage`."],
        suite: ["string", "The distribution's release, such as `bookworm`."],
        components: [texts, "Components of the archive, such as `main`. Default: those of the mirror or apt source."],
        architectures: [texts, "`amd64`, `arm64` or both. Default: this machine's architecture."],
        variant: ["string", "`minimal` (default), `distroless` or `full`."],
        extend: ["string", "An image to which the packages are added. Default: a new image."],
        mirrors: [texts, "The mirrors from which packages are downloaded. Default: this machine's apt sources."],
        "allow-unsigned": ["boolean", "Accept mirrors without a signature. Default: `false`."],
        keyring: [
          "string",
          "The file with the keys that may sign the archive's index. Default: this machine's keyrings.",
        ],
        certificates: [texts, "Files with CA certificates to add to the CA bundle of the images."],
        packages: [texts, "Packages of both images. Their dependencies are added."],
        without: [texts, "Packages to leave out, even if other packages depend on them."],
        timezone: ["string", "The time zone, such as `Europe/Berlin`."],
        locale: ["string", "The value of `LANG`. Default: `C.UTF-8` if `libc-bin` is installed."],
        env: variables,
        labels,
      },
    },
    {
      heading: "[build] and [run]",
      at: ["build", "run"],
      text: "`[build]` configures only the build image, and `[run]` only the run image.",
      keys: { ...baseImage, env: variables, labels },
    },
    {
      heading: "[user]",
      at: ["user"],
      text: "The user that processes in both images run as.",
      keys: {
        name: ["string", "The name of the user. Default: `cnb`."],
        gid: ["integer", "The id of the user's group. Default: 1000."],
      },
    },
    {
      heading: "[[users]]",
      at: ["users"],
      text: "Additional users of the images.",
      keys: {
        name: ["string, required", "The name of an additional user."],
        uid: ["integer, required", "The user's id."],
        gid: ["integer", "The id of the user's group. Default: `gid` of `[user]`."],
        home: ["string", "The user's home directory."],
        shell: ["string", "The user's shell."],
        image: ["string", "`build` or `run`. Default: both."],
      },
    },
    {
      heading: "[[groups]]",
      at: ["groups"],
      text: "Additional groups of the images.",
      keys: {
        name: ["string, required", "The name of an additional group."],
        gid: ["integer, required", "The group's id."],
        members: [texts, "Names of users in the group."],
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
        mode: ["string", 'The mode in octal digits, such as `"0640"`.'],
        owner: ["string", "The name of a user, or `UID:GID`."],
        image: ["string", "`build` or `run`. Default: both."],
      },
    },
  ],
};

const projectMember: Readonly<Record<string, KeyText>> = {
  id: ["string", "The identifier of a buildpack in the builder."],
  version: ["string", "The version of this buildpack."],
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

\`cnb build\` warns about unknown keys. It ignores tables that start with another domain name, such as \`[com.example]\`.`,
  tables: [
    {
      heading: "[_]",
      at: ["_"],
      text: "The description of the app.",
      keys: {
        "schema-version": ["string", "`0.2` or `0.3`."],
        id: ["string", "The app's identifier."],
        name: ["string", "The app's name."],
        version: ["string", "The app's version."],
        authors: [texts, "The app's authors."],
        "documentation-url": ["string", "The URL of the app's documentation."],
        "source-url": ["string", "The URL of the app's source code."],
        metadata: ["table", "Any data. Buildpacks can read it."],
      },
    },
    {
      heading: "[[_.licenses]]",
      at: ["_.licenses"],
      text: "The licences of the app.",
      keys: {
        type: ["string", "The SPDX identifier of the licence."],
        uri: ["string", "The URL of the text of the licence."],
      },
    },
    {
      heading: "[io.buildpacks]",
      at: ["io.buildpacks"],
      text: "Settings for the build of the app.",
      keys: {
        builder: ["string", "The builder, if `--builder` is not given."],
        include: [texts, "Patterns of the files to build with. Files that match no pattern are left out."],
        exclude: [texts, "Patterns of files to leave out. Set either `include` or `exclude`, not both."],
      },
    },
    {
      heading: "[[io.buildpacks.group]], [[io.buildpacks.pre.group]] and [[io.buildpacks.post.group]]",
      at: ["io.buildpacks.group", "io.buildpacks.pre.group", "io.buildpacks.post.group"],
      text: "`group` replaces the builder's order. `pre.group` and `post.group` add buildpacks before and after each group of the order.",
      keys: projectMember,
    },
    {
      heading: "[io.buildpacks.group.script]",
      at: ["io.buildpacks.group.script", "io.buildpacks.pre.group.script", "io.buildpacks.post.group.script"],
      text: "An inline buildpack: `project.toml` contains its `bin/build`.",
      keys: {
        api: ["string, required", "The Buildpack API of the inline buildpack."],
        inline: ["string, required", "The text of `bin/build`."],
        shell: ["string", "The program that runs the text. Default: `/bin/sh`."],
      },
    },
    {
      heading: "[[io.buildpacks.build.env]]",
      at: ["io.buildpacks.build.env", "io.buildpacks.env.build"],
      text: "Environment variables of the build. `[[io.buildpacks.env.build]]` is an older name of this table.",
      keys: {
        name: ["string, required", "The name of the variable."],
        value: ["string, required", "The value of the variable."],
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
[Settings](../guide/settings.md) explains the settings, and \`cnb config\` shows and changes them. An unknown key is an error.`,
  tables: [
    {
      heading: "Top level",
      at: [""],
      keys: {
        "default-builder": ["string", "The builder if neither `--builder` nor project.toml names one."],
        "run-image-mirrors": [
          "table",
          'The mirrors of each run image, such as `"example.com/run:1" = ["mirror.example.com/run:1"]`.',
        ],
        "insecure-registries": [
          texts,
          "Registries that use plain HTTP, or HTTPS with a certificate that no trusted CA signed.",
        ],
        "ca-certificates": [texts, "Files with CA certificates to trust in addition to the system's."],
        "registry-mirrors": [
          "table",
          'The mirror of each registry, such as `"docker.io" = "mirror.example.com"`, or a list of mirrors.',
        ],
        "auth-file": [
          "string",
          "The path of a file with logins, in the format of Docker's `config.json`. The path is relative to `config.toml`.",
        ],
        "cache-dir": ["string", "The directory of the cache, relative to `config.toml`."],
        "cache-size": ["string", "The maximum size of the cache: `20GB`, `50%` or `unlimited`."],
      },
    },
    {
      heading: '[registry-logins."HOST"]',
      at: ["registry-logins"],
      text: "A login for the registry in the heading.",
      keys: {
        username: ["string", "The user name."],
        password: [
          "string",
          "The password or token. If the file contains a password, other users must not have permission to read the file.",
        ],
        "identity-token": ["string", "An OAuth2 refresh token, in place of a password."],
        helper: ["string", "The name of the credential helper that returns the login, such as `ecr-login`."],
      },
    },
    ...verifyTables("The signatures that an image must have before `cnb` uses it in a build or runs it."),
  ],
};

/** The files that users write, by the name of their page in docs/reference. */
export const files: Readonly<Record<string, FileReference>> = {
  "buildpack-toml": buildpackToml,
  "package-toml": packageToml,
  "builder-toml": builderToml,
  "base-toml": baseToml,
  "project-toml": projectToml,
  "policy-toml": policyToml,
  "config-toml": configToml,
};
