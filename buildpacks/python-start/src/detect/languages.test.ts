import { expect, test } from "vitest";
import { languageOf, purposeOf } from "./languages.ts";

test.for<[string, ReturnType<typeof languageOf>]>([
  ["gunicorn shop:app --bind :$PORT", "python"],
  ["cd web && npm run build && python3.14 -m shop", "python"],
  ["/opt/venv/bin/uvicorn shop:app", "python"],
  ["A=1 ./manage.py runserver", "python"],
  ["sh -c 'poetry run serve'", "python"],
  ["bin/start-nginx gunicorn shop:app", "python"],
  ["python migrate.py && node server.js", "other"],
  ["NODE_ENV=production npm start", "other"],
  ["vendor/bin/heroku-php-apache2 public/", "other"],
])("the language of the start command %j is recognized as %j", ([command, language]) => {
  expect(languageOf(command)).toBe(language);
});

test.for(["./start.sh --python", "serve"])("the language of the start command %j is unknown", (command) => {
  expect(languageOf(command)).toBe(undefined);
});

test.for<[string, ReturnType<typeof purposeOf>]>([
  ["node server.js", "server"],
  ["cross-env NODE_ENV=production next start", "server"],
  ["npm run build && node dist/main", "server"],
  ["./start", "server"],
  ["concurrently 'tailwindcss -w' 'node server.js'", "server"],
  ["vite --port 3000", "assets"],
  ["npx @tailwindcss/cli -i a.css -o b.css --watch", "assets"],
  ["node_modules/.bin/webpack --watch", "assets"],
  ["concurrently vite 'uvicorn shop:app --reload'", "python"],
  ["nodemon --exec python app.py", "python"],
])("the purpose of the start script %j in package.json is recognized as %j", ([command, purpose]) => {
  expect(purposeOf(command)).toBe(purpose);
});
