import { type HostileCase, hostileTests } from "../../support/hostile/tests.ts";

/** A command line alone. */
const flags = (title: string, run: string): Pick<HostileCase, "title" | "run"> => ({ title, run });

/** Command lines that no command understands. */
const hostile: readonly HostileCase[] = [
  {
    ...flags("an unknown command", "bulid oci:out"),
    exitCode: 3,
    error: `ERROR: unknown command 'bulid'
HINT: Did you mean build? Add --help for the options.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("an unknown subcommand", "builder crate oci:out"),
    exitCode: 3,
    error: `ERROR: unknown command 'crate'
HINT: Did you mean create? Add --help for the options.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("an unknown option", "inspect oci:x --outptu json"),
    exitCode: 3,
    error: `ERROR: unknown option '--outptu'
HINT: Did you mean --output? Add --help for the options.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("an option without its value", "inspect oci:x --output"),
    exitCode: 3,
    error: `ERROR: option '-o, --output <format>' argument missing
HINT: Add --help for the options.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("an unknown output format", "inspect oci:x --output xml"),
    exitCode: 3,
    error: `ERROR: --output does not accept "xml"
HINT: Use text, human-readable, json, yaml or toml.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("a --platform without an architecture", "inspect oci:x --platform linux"),
    exitCode: 3,
    error: `ERROR: --platform does not accept "linux"
HINT: Use OS/ARCH, for example linux/arm64.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("a --platform that is a path", "inspect oci:x --platform ../../x"),
    exitCode: 3,
    error: `ERROR: --platform does not accept "../../x"
HINT: Use OS/ARCH, for example linux/arm64.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("a --depth that is not an integer", "builder inspect oci:x --depth 1e9"),
    exitCode: 3,
    error: `ERROR: --depth does not accept "1e9"
HINT: Pass a number of levels, for example --depth 2.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("inspect without an image", "inspect"),
    exitCode: 3,
    error: `ERROR: missing required argument 'image'
HINT: Add --help for the options.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("builder inspect without a builder", "builder inspect"),
    exitCode: 3,
    error: `ERROR: no builder is given, and no default builder is configured
HINT: Run cnb builder inspect IMAGE, or cnb config set default-builder IMAGE.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("too many arguments", "inspect oci:a oci:b oci:c"),
    exitCode: 3,
    error: `ERROR: too many arguments for 'inspect'. Expected 2 arguments but got 3: oci:a, oci:b, oci:c.
HINT: Add --help for the options.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("an empty image name", "inspect ''"),
    exitCode: 3,
    error: `ERROR: "" is not a valid image name: the repository "" is malformed
HINT: Write REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME.
CODE: IMAGE_REFERENCE_INVALID`,
  },
  {
    ...flags("oci: without a directory", "inspect oci:"),
    exitCode: 3,
    error: `ERROR: "oci:" is not a valid image name: it has no directory
HINT: Write REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME.
CODE: IMAGE_REFERENCE_INVALID`,
  },
  {
    ...flags("oci-archive: without a file", "inspect oci-archive:"),
    exitCode: 3,
    error: `ERROR: "oci-archive:" is not a valid image name: it has no file
HINT: Write REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME.
CODE: IMAGE_REFERENCE_INVALID`,
  },
  {
    ...flags("a malformed image tag", "inspect example.com/x:a/b:-"),
    exitCode: 3,
    error: `ERROR: "example.com/x:a/b:-" is not a valid image name: the tag "-" is malformed
HINT: Write REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME.
CODE: IMAGE_REFERENCE_INVALID`,
  },
  {
    ...flags("a malformed image digest", "inspect example.com/x@sha256:00"),
    exitCode: 3,
    error: `ERROR: "example.com/x@sha256:00" is not a valid image name: the digest is malformed
  caused by: "sha256:00" is not a sha256 digest
HINT: Write REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME.
CODE: IMAGE_REFERENCE_INVALID`,
  },
  {
    ...flags("an --insecure-registry that is a URL", "inspect oci:x --insecure-registry http://localhost"),
    exitCode: 3,
    error: `ERROR: option '--insecure-registry <host[:port]>' argument 'http://localhost' is invalid. Use HOST or HOST:PORT.
HINT: Add --help for the options.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("a --registry-mirror without a host", "inspect oci:x --registry-mirror mirror"),
    exitCode: 3,
    error: `ERROR: option '--registry-mirror <host=mirror>' argument 'mirror' is invalid. Use HOST=MIRROR.
HINT: Add --help for the options.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("a --ca-cert file that does not exist", "inspect example.com/x --ca-cert absent.pem"),
    exitCode: 3,
    error: `ERROR: absent.pem cannot be used as a file of CA certificates
  caused by: ENOENT: no such file or directory, open 'absent.pem'
HINT: Use a PEM file with certificates.
CODE: CERTIFICATE_INVALID`,
  },
  {
    ...flags("a --label without a value", "builder create oci:out --config builder.toml --label x"),
    exitCode: 3,
    error: `ERROR: option '-l, --label <name=value>' argument 'x' is invalid. Use NAME=VALUE.
HINT: Add --help for the options.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("a --target without an architecture", "builder create oci:out --config builder.toml --target linux"),
    exitCode: 3,
    error: `ERROR: --target "linux" is not valid: it does not have the form linux/ARCH[/VARIANT][:DISTRIBUTION@VERSION;…]
HINT: Write for example --target linux/amd64.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("a --config file that does not exist", "builder create oci:out --config absent.toml"),
    exitCode: 3,
    error: `ERROR: cannot read absent.toml: there is no such file
HINT: Pass the path of a builder.toml with --config.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("builder create without a builder.toml", "builder create oci:out"),
    exitCode: 3,
    error: `ERROR: cannot read builder.toml: there is no such file
HINT: Pass the path of a builder.toml with --config.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...flags("an option that Node.js would interpret", "build oci:out --env-file x"),
    exitCode: 3,
    error: `ERROR: --env-file is not an option of cnb, because Node.js would interpret it itself
HINT: Write --env-from x.
CODE: ARGUMENT_INVALID`,
  },
];

hostileTests(hostile, undefined, (title) => `cnb refuses ${title}`);
