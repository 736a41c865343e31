const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const python = words(
  "ipython gunicorn uvicorn hypercorn granian daphne uwsgi waitress-serve mod_wsgi-express twistd flask fastapi django-admin streamlit chainlit functions-framework gradio panel bokeh voila jupyter mlflow celery rq dramatiq huey_consumer sanic litestar pserve robyn reflex alembic honcho circusd supervisord newrelic-admin ddtrace-run opentelemetry-instrument uv uvx poetry pipenv pdm hatch",
);

const others = words(
  "node nodejs npm npx yarn pnpm bun bunx deno tsx ts-node next nuxt nest remix-serve strapi medusa pm2 pm2-runtime java bundle ruby rails rake puma rackup php php-fpm heroku-php-apache2 heroku-php-nginx dotnet mix elixir cargo go",
);

/** Programs that build or show assets, or that watch files. An image is not made for them. */
const assets = words(
  "vite webpack webpack-dev-server react-scripts gulp grunt tailwindcss @tailwindcss/cli postcss sass node-sass parcel rollup esbuild ng vue-cli-service rsbuild rspack snowpack browser-sync concurrently npm-run-all run-p run-s live-server tsc eleventy echo",
);

/** Site generators, whose output `libcnb/nodejs` serves without a start script. */
const siteBuilders = words(
  "next nuxt nuxi nitro vite svelte-kit astro react-router remix nest ng gatsby docusaurus vitepress vuepress eleventy @11ty/eleventy react-scripts vue-cli-service parcel qwik solid-start",
);

/** Programs that only start other programs. */
const wrappers = words("npx bunx yarn pnpm npm bun run exec dlx env cross-env");

/**
 * Determines the language of the program that a Procfile command starts; `undefined` if the
 * language is unknown. If a line has several commands, the last one with a known language decides.
 */
export function languageOf(command: string): "python" | "other" | undefined {
  for (const part of command.split(/&&|\|\||[;|&\n]/).toReversed()) {
    const found = wordsOf(part).find((word) => isPython(word) || others.has(nameOf(word)));
    if (found !== undefined) return isPython(found) ? "python" : "other";
  }
  return undefined;
}

/**
 * Determines the purpose of a package.json script. A script is assumed to start the app's server
 * unless it clearly has another purpose.
 */
export function purposeOf(command: string): "python" | "assets" | "server" {
  const all = wordsOf(command).filter((word) => !wrappers.has(word));
  if (all.some(isPython)) return "python";
  if (all.some((word) => others.has(nameOf(word)))) return "server";
  return all.some((word) => assets.has(word) || assets.has(nameOf(word))) ? "assets" : "server";
}

/**
 * True if a build script creates a complete site. False for a script that only creates assets for
 * another app.
 */
export const buildsSite = (command: string): boolean =>
  wordsOf(command).some((word) => siteBuilders.has(word) || siteBuilders.has(nameOf(word)));

/** Without options and variables. */
const wordsOf = (text: string): readonly string[] =>
  text.split(/[\s'"()]+/).filter((word) => word !== "" && !/^-|=/.test(word));

const nameOf = (word: string): string => word.replace(/^.*\//, "");

const isPython = (word: string): boolean =>
  python.has(nameOf(word)) || /^python(\d(\.\d+)?)?$/.test(nameOf(word)) || /^[\w./-]+\.py$/.test(word);
