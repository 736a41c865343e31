import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  append,
  type BuildContext,
  defaultTo,
  launchLayer,
  override,
  s,
  temporaryLayer,
  trustedCertificates,
} from "libcnb";
import { digestOfText } from "libcnb/kit";
import { type Authority, authoritiesOf, writeAuthorities } from "./bound.ts";
import certificates from "./exec.d/ca-certificates.ts";
import { bindingType, bundleOf, folderOf } from "./names.ts";
import { atLaunch, type Settings } from "./settings.ts";

type Context = BuildContext<Settings>;

/**
 * Adds the certificates of bindings to the trusted certificates: those of later buildpacks, of
 * containers at launch, or of the image itself, depending on the settings.
 */
export async function build(context: Context): Promise<void> {
  const { bindings, config, log } = context;
  const authorities = authoritiesOf(await bindings.filter({ type: bindingType }));
  if (authorities.length > 0) log.step(`The build trusts ${counted(authorities)} from bindings`);
  if (authorities.length > 0) await provideForBuild(context, authorities);
  if (config.BP_EMBED_CERTS) await embed(context, authorities);
  if (atLaunch(config) ?? true) await provideForLaunch(context);
}

const counted = ({ length }: readonly Authority[]): string =>
  length === 1 ? "1 CA certificate" : `${length} CA certificates`;

const buildLayer = temporaryLayer("certificates", { build: true });
const embeddedLayer = launchLayer("embedded", { metadata: s.table({ authorities: s.string }) });
const helperLayer = temporaryLayer("helper", { build: false, launch: true });

/**
 * Provides the certificates to the tools of other buildpacks. Tools that libcnb starts get a file
 * with the certificates anyway.
 */
const provideForBuild = (context: Context, authorities: readonly Authority[]) =>
  context.layers.provide(buildLayer, {
    async create({ path }) {
      await writeAuthorities(path, authorities);
      await writeFile(join(path, "trusted.pem"), `${(await trustedCertificates(context)).join("\n")}\n`);
    },
    env: ({ path }) => ({ build: variablesOf(path) }),
  });

/** The file holds what the first two named before; who has set one of the others wanted that. */
const variablesOf = (layer: string) => ({
  SSL_CERT_FILE: override(join(layer, "trusted.pem")),
  NODE_EXTRA_CA_CERTS: override(join(layer, "trusted.pem")),
  SSL_CERT_DIR: append(folderOf(layer)),
  ...Object.fromEntries(
    ["CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "REQUESTS_CA_BUNDLE", "PIP_CERT", "CARGO_HTTP_CAINFO"].map((name) => [
      name,
      defaultTo(join(layer, "trusted.pem")),
    ]),
  ),
});

/**
 * The CA bundle of Debian and similar distributions. SSL_CERT_FILE names it, because SSL_CERT_DIR
 * alone would hide it.
 */
const systemFile = "/etc/ssl/certs/ca-certificates.crt";

async function embed({ layers, log }: Context, authorities: readonly Authority[]): Promise<void> {
  if (authorities.length === 0)
    return log.warn(`BP_EMBED_CERTS is set, but there is no binding of the type ${bindingType}`);
  log.step(`The image trusts ${counted(authorities)} from bindings`);
  await layers.provide(embeddedLayer, {
    metadata: { authorities: digestOfText(authorities.map(({ digest }) => digest).join()) },
    create: ({ path }) => writeAuthorities(path, authorities),
    env: ({ path }) => ({
      launch: {
        SSL_CERT_DIR: append(folderOf(path)),
        SSL_CERT_FILE: defaultTo(systemFile),
        NODE_EXTRA_CA_CERTS: defaultTo(bundleOf(path)),
      },
    }),
  });
}

async function provideForLaunch({ layers, log }: Context): Promise<void> {
  log.step("Containers trust the CA certificates in their bindings");
  await layers.provide(helperLayer, {
    create: () => undefined,
    execD: () => ({ shared: { "ca-certificates": certificates } }),
  });
}
