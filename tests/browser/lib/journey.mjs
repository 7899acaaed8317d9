// What a journey can do: open pages, log in, and assert what must hold on every page.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// Words that belong into the fold 技术细节 and nowhere else.
const technicalWords = ["哈希", "熵", "默克尔"];

export class Journey {
  static async begin({ name, browser, demo, screenshots }) {
    const journey = new Journey();
    Object.assign(journey, { name, browser, demo, screenshots, consoleErrors: [], contexts: [] });
    journey.page = await journey.newPage();
    return journey;
  }

  // A page of another person: own cookies, same watch on its console. Options are those of a playwright context,
  // for example { javaScriptEnabled: false } or { viewport: { width: 390, height: 844 } }.
  async newPage(options = {}) {
    const context = await this.browser.newContext({
      locale: "zh-CN",
      timezoneId: "Asia/Shanghai",
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
      acceptDownloads: true,
      ...options,
    });
    context.setDefaultTimeout(15_000);
    this.contexts.push(context);
    const page = await context.newPage();
    const note = (what) => this.consoleErrors.push(`${page.url()}: ${what}`);
    page.on("console", (message) => message.type() === "error" && note(message.text()));
    page.on("pageerror", (error) => note(error.message));
    page.on("request", (request) => {
      const url = request.url();
      if (/^https?:/.test(url) && !url.startsWith(this.demo.address)) note(`asks a foreign host: ${url}`);
    });
    return page;
  }

  // Opens a path of the program and asserts its status.
  async open(path, { status = 200, page = this.page } = {}) {
    const response = await page.goto(this.demo.address + path);
    assert.equal(response.status(), status, `${path}: status`);
    if (status >= 400) this.forgive(/status of 4\d\d/);
    return response;
  }

  // The demo account of that name, or the first one whose description contains the word, for example 所经办人.
  account(role) {
    const { accounts } = this.demo;
    const found = accounts.find((account) => account.name === role) ?? accounts.find((account) => account.about.includes(role));
    assert.ok(found, `no demo account for ${role}; there are: ${accounts.map((a) => `${a.name} ${a.about}`).join("; ")}`);
    return found;
  }

  async login(role, page = this.page) {
    const { name, password } = this.account(role);
    await this.open("/login", { page });
    await page.locator('input[autocomplete="username"]').fill(name);
    await page.locator('input[type="password"]').fill(password);
    await page.locator('input[type="password"]').press("Enter");
    await page.waitForURL((url) => url.pathname !== "/login");
    return { name, password };
  }

  // Another person with a page of their own, logged in.
  async person(role, options) {
    const page = await this.newPage(options);
    await this.login(role, page);
    return page;
  }

  // A field of a part of the page, by its label as a person reads it or by its name. A label may carry the number of the
  // paper form before it and 必填 behind it.
  field(called, part = this.page) {
    if (!/[^\x00-\x7f]/.test(called)) return part.locator(`[name="${called}"]`).first();
    const label = called.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return part.getByLabel(new RegExp(`^\\s*(?:\\d+\\s*)?${label}\\s*(?:必填)?\\s*$`)).first();
  }

  // Fills fields by their labels or names inside a part of the page: text, choices, ticks and files alike. A choice is
  // named by its words, by the beginning of them, or by its value.
  async fill(fields, part = this.page) {
    for (const [called, value] of Object.entries(fields)) {
      const field = this.field(called, part);
      const kind = await field.evaluate((node) => (node.localName === "select" ? "select" : node.type));
      if (kind === "select") await field.selectOption(await this.option(field, value));
      else if (kind === "checkbox") await field.setChecked(value);
      else if (kind === "file") await field.setInputFiles(value);
      else await field.fill(value);
    }
  }

  // The value of the option that a person would pick for these words.
  async option(field, words) {
    const options = await field.evaluate((node) => [...node.options].map((one) => ({ value: one.value, text: one.text.trim() })));
    const tests = [(one) => one.value === words, (one) => one.text === words, (one) => one.text.startsWith(words), (one) => one.text.includes(words)];
    const found = tests.map((test) => options.find(test)).find(Boolean);
    assert.ok(found, `no choice ${words}; there are: ${options.map((one) => one.text).join("、")}`);
    return found.value;
  }

  // Goes from the work list to a task that carries all these words, the way its owner does.
  async task(words, page = this.page) {
    await this.open("/desk", { page });
    for (const fold of await page.locator("ul.tasks > li.more > details").all()) await fold.evaluate((node) => (node.open = true));
    let line = page.locator("ul.tasks > li:not(.more)");
    for (const part of [words].flat()) line = line.filter({ hasText: part });
    assert.ok((await line.count()) > 0, `no task ${words} in: ${await this.words(page)}`);
    const followed = line.first().getByRole("link", { name: "去办理" }).click();
    const [response] = await Promise.all([page.waitForNavigation(), followed]);
    assert.equal(response.status(), 200, `${words}: ${response.url()}`);
    return response;
  }

  // The page says these words (or matches this pattern) in its main part.
  async says(expected, page = this.page) {
    const words = await this.words(page);
    for (const one of [expected].flat()) {
      const found = one instanceof RegExp ? one.test(words) : words.includes(one);
      assert.ok(found, `${page.url()} does not say ${one}:\n${words.slice(0, 900)}`);
    }
  }

  // Presses a button inside a part of the page and waits for the page that answers.
  async press(button, { page = this.page, part = page, status = 200 } = {}) {
    const pressed = part.getByRole("button", { name: button, exact: true }).first().click();
    const [response] = await Promise.all([page.waitForNavigation(), pressed]);
    assert.equal(response.status(), status, `${button} on ${response.url()}`);
    if (status >= 400) this.forgive(/status of 4\d\d/);
    return response;
  }

  // An act of a thing's page that is folded behind its heading: unfolds it, fills it in, sends it.
  async act(heading, fields, button, { page = this.page, status = 200 } = {}) {
    const fold = page.locator("details", { has: page.locator(`summary:text-is("${heading}")`) }).first();
    if (!(await fold.evaluate((node) => node.open))) await fold.locator("summary").first().click();
    await this.fill(fields, fold);
    return this.press(button, { page, part: fold, status });
  }

  // Follows a link by its words and answers the page's response.
  async follow(words, page = this.page) {
    const followed = page.getByRole("link", { name: words, exact: typeof words === "string" }).first().click();
    const [response] = await Promise.all([page.waitForNavigation(), followed]);
    assert.equal(response.status(), 200, `${words}: ${response.url()}`);
    return response;
  }

  // The path of the page as it stands.
  path(page = this.page) {
    return new URL(page.url()).pathname;
  }

  // The words of the page's main part.
  words(page = this.page) {
    return page.locator("main").innerText();
  }

  // No error on any console so far, of any page of this journey.
  noConsoleErrors() {
    assert.deepEqual(this.consoleErrors, [], "console errors");
  }

  // Drops the console errors that a refusal asked for on purpose must leave.
  forgive(pattern) {
    this.consoleErrors = this.consoleErrors.filter((line) => !pattern.test(line));
  }

  // No violation of any axe rule on the page as it stands.
  async axe(page = this.page) {
    await page.evaluate(axeSource);
    const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    assert.ok(passes.length > 0, "axe ran no rule");
    const found = violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
    assert.deepEqual(found, [], `axe on ${page.url()}`);
  }

  // The page's content security policy exists, begins closed and names nothing unsafe.
  checkCsp(response) {
    const policy = response.headers()["content-security-policy"] ?? "";
    const directives = new Map(policy.split(";").map((part) => part.trim().split(/\s+/)).map(([name, ...values]) => [name, values]));
    assert.ok(directives.has("default-src"), `no default-src: ${policy}`);
    for (const name of ["base-uri", "form-action", "frame-ancestors"]) assert.ok(directives.has(name), `no ${name}: ${policy}`);
    for (const [name, values] of directives) {
      const open = values.filter((value) => value.startsWith("'unsafe-") || /^(\*|https?:)$/.test(value));
      assert.deepEqual(open, [], `${name} is open: ${policy}`);
    }
  }

  // No technical word outside the fold 技术细节 (details.technical) on the page as served.
  async deskWords(page = this.page) {
    const text = await page.evaluate(() => {
      const copy = document.body.cloneNode(true);
      for (const fold of copy.querySelectorAll("details.technical, script, style")) fold.remove();
      return copy.textContent;
    });
    assert.deepEqual(technicalWords.filter((word) => text.includes(word)), [], `words on ${page.url()}`);
  }

  // The page has no scroll bar to the side.
  async fitsWidth(page = this.page) {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(over <= 0, `${page.url()} is ${over} px too wide`);
  }

  // What must hold on every page; call it on each new kind of page.
  async checkPage(response, page = this.page) {
    if (response) this.checkCsp(response);
    await this.axe(page);
    await this.deskWords(page);
    await this.fitsWidth(page);
  }

  // The whole page, to look at after a change.
  async screenshot(name, page = this.page) {
    await page.screenshot({ path: join(this.screenshots, `${name}.png`), fullPage: true });
  }

  // A picture of docs/guide: the top of the page, or `height` pixels from a part of it on. In the folder that
  // HENGJIAN_PICTURES names the picture of this name is renewed, when it is there.
  async picture(name, page = this.page, { from, height = 860 } = {}) {
    const { top, whole, width } = await page.evaluate(() => ({
      top: scrollY,
      whole: document.documentElement.scrollHeight,
      width: document.documentElement.clientWidth,
    }));
    const y = from ? Math.max(0, top + (await from.boundingBox()).y - 16) : 0;
    const clip = { x: 0, y, width, height: Math.min(height, whole - y) };
    await page.screenshot({ path: join(this.screenshots, `${name}.png`), fullPage: true, clip });
    const kept = process.env.HENGJIAN_PICTURES && join(process.env.HENGJIAN_PICTURES, `${name}.webp`);
    if (kept && existsSync(kept)) await writeFile(kept, await webp(page, clip));
  }

  async end() {
    for (const context of this.contexts) await context.close();
  }
}

// The same picture in a quarter of the bytes, for the repository.
async function webp(page, clip) {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", {
    format: "webp", quality: 75, captureBeyondViewport: true, clip: { ...clip, scale: 1 },
  });
  await session.detach();
  return Buffer.from(data, "base64");
}
