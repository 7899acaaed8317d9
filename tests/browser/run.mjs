// Runs every journey of journeys/*.mjs against the built binary in real Chromium and counts them.
// A journey exports `role` (null for a visitor, a role's Chinese name or an account's name otherwise) and a default
// async function that receives the helper of lib/journey.mjs; `longest` in milliseconds where it may take longer. Usage: node run.mjs [part of a file name]
import { readdir, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { startBrowser } from "./lib/browser.mjs";
import { startDemo } from "./lib/demo.mjs";
import { Journey } from "./lib/journey.mjs";

const root = resolve(import.meta.dirname, "../..");
const binary = process.env.HENGJIAN_BINARY ?? join(root, "target/release/hengjian");
const screenshots = process.env.HENGJIAN_SCREENSHOTS ?? join(root, "target/screenshots");
const filter = process.argv[2] ?? "";
const longest = 120_000;

const folder = join(import.meta.dirname, "journeys");
const files = (await readdir(folder)).filter((file) => file.endsWith(".mjs") && file.includes(filter)).sort();
const data = await mkdtemp(join(tmpdir(), "hengjian-demo-"));
await mkdir(screenshots, { recursive: true });

let passed = 0;
let failed = 0;
let demo;
let browser;
try {
  demo = await startDemo(binary, data);
  browser = await startBrowser();
  for (const file of files) {
    const name = file.replace(/\.mjs$/, "");
    const begun = performance.now();
    try {
      await runJourney(name, file);
      passed += 1;
      console.log(`PASS ${name} (${Math.round(performance.now() - begun)} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}: ${error.stack ?? error}`);
    }
  }
} catch (error) {
  failed += Math.max(1, files.length - passed - failed);
  console.log(`FAIL the journeys could not be run: ${error.stack ?? error}`);
} finally {
  await browser?.close();
  await demo?.stop();
  await rm(data, { recursive: true, force: true });
}
console.log(`journeys: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function runJourney(name, file) {
  const module = await import(pathToFileURL(join(folder, file)));
  if (typeof module.default !== "function" || module.role === undefined) {
    throw new Error(`${file} must export role and a default function`);
  }
  const journey = await Journey.begin({ name, browser, demo, screenshots });
  let timer;
  try {
    const limit = module.longest ?? longest;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`longer than ${limit / 1000} s`)), limit);
    });
    const run = async () => {
      if (module.role) await journey.login(module.role);
      await module.default(journey);
      journey.noConsoleErrors();
    };
    await Promise.race([run(), late]);
  } catch (error) {
    await journey.screenshot(`failed-${name}`).catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
    await journey.end();
  }
}
