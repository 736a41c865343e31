/** Example calls by command, the most common first. */
const examples: Readonly<Record<string, readonly string[]>> = {
  build: [
    "cnb build oci:dist/app --path . --builder registry.example.com/builder:1",
    "cnb build registry.example.com/shop:1.2 -B oci:dist/builder -e BP_NODE_VERSION=24 --cache-image registry.example.com/shop:cache",
    "cnb build registry.example.com/shop:1.2 -B registry.example.com/builder:1 --sign-key cosign.key",
    "cnb build docker-daemon:shop -B oci:dist/builder --pre-buildpack ./my-buildpack",
    'cnb build registry.example.com/shop:1.2 -B oci:dist/builder --output-file "$GITHUB_OUTPUT" --output-format github',
  ],
  run: [
    "cnb run oci:dist/app -p 8080",
    "cnb run docker-daemon:shop --process worker -e LOG=debug -- --once",
    "cnb run oci:dist/app --entrypoint sh",
  ],
  dev: [
    "cnb dev --builder oci:dist/builder",
    "cnb dev app -B oci:dist/builder --buildpack ./my-buildpack --publish 3000:3000",
    "cnb dev -B registry.example.com/builder:1 --env BP_NODE_VERSION=24 --app-env LOG=debug --no-tests",
  ],
  rebase: [
    "cnb rebase registry.example.com/shop:1.2",
    "cnb rebase oci:dist/app --run-image registry.example.com/run:2",
    "cnb rebase --from images.txt --report done.jsonl --resume",
    'cnb rebase --filter "registry.example.com/shop/*:latest" --shard 1/8',
  ],
  emit: [
    "cnb emit github --image registry.example.com/shop --builder registry.example.com/builder:1",
    "cnb emit kubernetes --image registry.example.com/shop -B registry.example.com/builder:1 --git https://example.com/shop.git",
    'cnb emit kubernetes-rebase --filter "registry.example.com/shop/*:latest" --shards 8 --schedule @daily',
    "cnb emit spring-maven --image registry.example.com/shop -B registry.example.com/builder:1",
    "cnb emit jenkins --image registry.example.com/shop -B registry.example.com/builder:1",
    "cnb emit bitbucket --image registry.example.com/shop -B registry.example.com/builder:1",
    "cnb emit woodpecker --image registry.example.com/shop -B registry.example.com/builder:1",
    "cnb emit tekton --image registry.example.com/shop:1 -B registry.example.com/builder:1",
    "cnb emit tekton --image registry.example.com/shop:1 -B registry.example.com/builder:1 --git https://example.com/shop.git",
    "cnb emit shipwright --image registry.example.com/shop -B registry.example.com/builder:1 --git https://example.com/shop.git",
    "cnb emit kpack --image registry.example.com/shop -B registry.example.com/builder:1 --lifecycle-image registry.example.com/lifecycle:0.21.0 --git https://example.com/shop.git",
  ],
  copy: [
    "cnb copy example.com/shop:1.2 registry.example.com/shop:1.2",
    "cnb copy --run-images example.com/builder:1 oci-archive:builder.tar",
    "cnb copy oci-archive:builder.tar registry.example.com/mirror/",
  ],
  sign: [
    "cnb sign registry.example.com/shop:1.2 --key cosign.key",
    "cnb sign oci:dist/app --key sign.pem",
    "cnb sign registry.example.com/shop:1.2 --signing-config signing-config.json --identity-token token.txt",
  ],
  attest: [
    "cnb attest registry.example.com/shop:1.2 --key cosign.key --type cyclonedx --predicate sbom.cdx.json",
    "cnb attest oci:dist/app --key sign.pub --key-command ./sign.sh --type slsaprovenance1 --predicate provenance.json",
  ],
  verify: [
    "cnb verify registry.example.com/shop:1.2 --key cosign.pub",
    "cnb verify registry.example.com/shop:1.2 --trusted-root trusted-root.json --certificate-identity me@example.com --certificate-oidc-issuer https://accounts.example.com",
    "cnb verify registry.example.com/shop:1.2 --key cosign.pub --type cyclonedx --json",
  ],
  "image tags": ["cnb image tags registry.example.com/shop"],
  "image digest": ["cnb image digest registry.example.com/shop:1.2", "cnb image digest oci:dist/app"],
  "image config": ["cnb image config registry.example.com/shop:1.2 --platform linux/arm64"],
  "image manifest": ["cnb image manifest registry.example.com/shop:1.2"],
  "image annotate": [
    "cnb image annotate registry.example.com/shop:1.2 -a org.opencontainers.image.source=https://example.com/shop",
  ],
  "image delete": ["cnb image delete registry.example.com/shop:old"],
  "config show": ["cnb config show", "cnb config show --json"],
  "config set": [
    "cnb config set default-builder registry.example.com/builder:1",
    "cnb config set registry-mirrors.docker.io mirror.example.com/hub second.example.com",
    "cnb config set cache-size 20GB",
  ],
  "config unset": ["cnb config unset default-builder"],
  "config path": ["cnb config path"],
  inspect: [
    "cnb inspect registry.example.com/shop:1.2",
    "cnb inspect oci:dist/app --layers --highest-wasted-bytes 20MB",
    "cnb inspect oci:before oci:after --sbom --exit-code",
  ],
  "buildpack package": [
    "cnb buildpack package my-buildpack",
    "cnb buildpack package my-buildpack -o registry.example.com/my-buildpack:1 -t linux/amd64 -t linux/arm64",
  ],
  "buildpack new": [
    "cnb buildpack new acme/my-buildpack",
    "cnb buildpack new acme/my-buildpack --template composite -y",
  ],
  "buildpack inspect": ["cnb buildpack inspect dist/my-buildpack.cnb", "cnb buildpack inspect my-buildpack -o json"],
  "buildpack version": [
    "cnb buildpack version 1.3.0 buildpacks/web",
    "cnb buildpack version 1.3.0 buildpacks/web builder.toml --dry-run",
  ],
  "buildpack summarize": [
    "cnb buildpack summarize dist/my-buildpack.cnb",
    "cnb buildpack summarize registry.example.com/my-buildpack:1 --format json",
  ],
  "extension package": ["cnb extension package my-extension -o oci:dist/my-extension"],
  "extension new": ["cnb extension new acme/my-extension"],
  "extension inspect": ["cnb extension inspect dist/my-extension.cnb"],
  check: [
    "cnb check registry.example.com/shop:1.2 --policy policy.toml",
    "cnb check registry.example.com/shop:1.2 --policy policy.toml --vulnerability-report report.sarif --format sarif",
  ],
  "inventory update": ["cnb inventory update", "cnb inventory update buildpacks/node --dry-run"],
  "inventory check": ["cnb inventory check", "cnb inventory check buildpacks/node --download"],
  "lifecycle create": [
    "cnb lifecycle create registry.example.com/lifecycle:0.21.0 -t linux/amd64 -t linux/arm64",
    "cnb lifecycle create docker-daemon:lifecycle --lifecycle lifecycle.tgz",
  ],
  "builder create": [
    "cnb builder create oci:dist/builder -c builder.toml",
    "cnb builder create registry.example.com/builder:1 --lock",
    "cnb builder create registry.example.com/builder:1 --with-cnb",
  ],
  "builder inspect": [
    "cnb builder inspect oci:dist/builder",
    "cnb builder inspect registry.example.com/builder:1 -o yaml",
  ],
  "sbom download": [
    "cnb sbom download registry.example.com/shop:1.2 -o sbom",
    "cnb sbom download oci:dist/app --format cyclonedx --merge",
  ],
  "base create": [
    "cnb base create oci:dist/base --suite bookworm -p ca-certificates",
    "cnb base create registry.example.com/base:1 -c base.toml --lock",
  ],
  "cache show": ["cnb cache show", "cnb cache show --json"],
  "cache prune": ["cnb cache prune --unused-for 30d"],
  schema: ["cnb schema buildpack"],
  lint: ["cnb lint", "cnb lint my-buildpack --fix", "cnb lint --format sarif --check-urls"],
  completion: ["cnb completion bash", "cnb completion fish"],
  doctor: ["cnb doctor", "cnb doctor --json"],
};

/**
 * Returns the example calls in a command's help, the most common first.
 *
 * @example `examplesOf("cache show") // ["cnb cache show", "cnb cache show --json"]`
 */
export const examplesOf = (words: string): readonly string[] => examples[words] ?? [];

/**
 * Returns the last section of a command's help: its examples.
 *
 * @example `helpEnd("cache show") // "\nExamples:\n  cnb cache show"`
 */
export const helpEnd = (words: string): string =>
  ["", ...(examples[words] ? ["Examples:"] : []), ...(examples[words] ?? []).map((line) => `  ${line}`)].join("\n");
